"""An audit on a GPU: its rows are the CPU's to rounding, also where the card is full."""

import pytest
from PIL import Image

from resnet import load_classifier
from resnet.audit.images.source import Source
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit
from resnet.audit.running.store import Store
from resnet.model.progress import last
from resnet.training.scenes.drawn_shapes import scene


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    for seed in range(20):
        Image.fromarray(scene(10**6 + seed).image).save(folder / f"{seed:02}.png")
    return folder


def rows(images, out, device, loaded=lambda: None, **said):
    classifier = load_classifier("shapes_resnet20", device=device)
    loaded()
    store = Store(str(out))
    question = Question(Source(str(images)), batch=8, **said)
    last(audit(question, classifier, "shapes_resnet20", store, here))
    return store.rows(["predicted", "logit", "border", "contributions"]).to_pylist()


@pytest.fixture(scope="module")
def on_the_cpu(images, tmp_path_factory):
    return rows(images, tmp_path_factory.mktemp("cpu"), "cpu")


@pytest.mark.parametrize(("precision", "near"), [("fp32", 1e-3), ("bf16", 0.3), ("fp16", 0.05)])
def test_rows_are_the_cpus(images, on_the_cpu, tmp_path, precision, near):
    found = rows(images, tmp_path, "cuda", precision=precision)
    assert [one["predicted"] for one in found] == [one["predicted"] for one in on_the_cpu]
    for name in ("logit", "border"):
        values = [[one[name] for one in table] for table in (found, on_the_cpu)]
        assert values[0] == pytest.approx(values[1], abs=near)


def test_a_full_card_gives_way_to_the_cpu(images, on_the_cpu, tmp_path, filled):
    found = rows(images, tmp_path, "cuda", loaded=filled)
    usual = [one["logit"] for one in on_the_cpu]
    assert [one["logit"] for one in found] == pytest.approx(usual, abs=1e-3)

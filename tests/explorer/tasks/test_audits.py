"""Channels of an audit, held to the model's own forwards: what they give, and where they answer."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.tasks import audits
from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Source
from resnet.audit.reading.audited_model import said_of, weights_file
from resnet.audit.reading.opened import Opened, Root
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit
from resnet.audit.running.store import Store
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier, load_residual
from tests.conftest import ROOT

N = 24
ASSETS = ROOT / "assets"


@pytest.fixture(scope="module")
def shapes():
    return load_residual("shapes_resnet20")


@pytest.fixture(scope="module")
def root(tmp_path_factory, shapes) -> Root:
    folder = tmp_path_factory.mktemp("audits")
    (folder / "scenes").mkdir()
    for number in range(N):
        Image.fromarray(scene(930_000 + number).image).save(folder / "scenes" / f"{number:02}.png")
    question, store = Question(Source(str(folder / "scenes"))), Store(str(folder / "first"))
    for _ in audit(question, shapes, "shapes_resnet20", store, here):
        pass
    return Root(folder)


@pytest.fixture(scope="module")
def opened(root) -> Opened:
    return Opened.at(root.store("first"))


@pytest.fixture(scope="module")
def found(root, opened):
    target = int(np.bincount(opened.predicted).argmax())
    *steps, last = audits.carried(str(root.folder), "first", "shapes_resnet20", target)
    assert all(step.done <= step.total for step in steps)
    return target, last.result


def features(shapes, opened, place: int) -> torch.Tensor:
    path = opened.plan.paths[place]
    with Image.open(f"{opened.plan.manifest.source}/{path}") as photo:
        view = shapes.transform.view(photo.convert("RGB"))
    with torch.inference_mode():
        return shapes.model.features(shapes.transform.tensor(view)[None])[0]


def test_a_channels_mean_is_that_of_its_terms_in_the_logit(shapes, opened, found):
    target, carried = found
    places = np.flatnonzero(opened.predicted == target)
    means = torch.stack([features(shapes, opened, int(p)).mean((1, 2)) for p in places]).mean(0)
    terms = means * shapes.model.fc.weight[target]
    first = carried.carriers[0]
    assert first.channel == int(terms.argmax())
    assert first.mean == pytest.approx(float(terms.max()), rel=2e-3)  # embeddings are float16
    assert len(carried.without) == len(carried.carriers)


def test_the_white_square_lies_on_the_largest_cell(shapes, opened, found):
    _, carried = found
    layer = shapes.layers[-1]
    for channel, patches in carried.patches.items():
        assert [patch.value for patch in patches]
        for patch in patches[:2]:
            values = features(shapes, opened, patch.place)[channel]
            assert patch.value == pytest.approx(float(values.max()), rel=1e-4)
            row, column = divmod(int(values.argmax()), values.shape[1])
            with Image.open(BytesIO(patch.picture)) as picture:
                white = (np.asarray(picture.convert("L")).astype(int) > 245).nonzero()
                scale = picture.width / shapes.transform.crop
            middle = [(layer.centre + layer.jump * cell + 0.5) * scale for cell in (row, column)]
            reach = (layer.jump / 2 + 1.5) * scale
            assert any(
                abs(y - middle[0]) < reach and abs(x - middle[1]) < reach
                for y, x in zip(*white, strict=True)
            )


def test_other_weights_than_the_audits_are_refused(root):
    with pytest.raises(AuditError, match="are not the audit's"):
        next(audits.carried(str(root.folder), "first", "digits_residual20", 0))


def test_a_file_of_weights_below_the_folder_is_found_by_its_hash(root, found, tmp_path, shapes):
    """Renamed and moved beside the audit, where its owner says other labels than it knows."""
    target, usual = found
    file = tmp_path / "mine.safetensors"
    file.write_bytes((ASSETS / "shapes_resnet20.safetensors").read_bytes())
    labels = tuple(f"my {number}" for number in range(10))
    seen = {name: getattr(shapes.transform, name) for name in ("mean", "std", "resize", "crop")}
    mine = load_classifier(file, given=Given(labels=labels, **seen))
    question = Question(Source(str(root.folder / "scenes")))
    for _ in audit(question, mine, str(file), Store(str(root.folder / "mine")), here):
        pass
    with pytest.raises(AuditError, match="not below the folder"):
        next(audits.carried(str(root.folder), "mine", str(file), target))
    file.rename(root.folder / "mine" / file.name)
    *_, last = audits.carried(str(root.folder), "mine", str(file), target)
    assert last.result.carriers == usual.carriers
    opened = Opened.at(root.store("mine"))
    said = said_of(opened.plan.manifest.model)
    assert said.labels == labels
    again = load_classifier(weights_file(root, opened), given=said)
    assert (again.spec, again.transform, again.labels) == (mine.spec, mine.transform, labels)


def test_images_that_lie_elsewhere_are_not_read(root, tmp_path, shapes):
    Image.fromarray(scene(1).image).save(tmp_path / "a.png")
    question, store = Question(Source(str(tmp_path))), Store(str(root.folder / "away"))
    for _ in audit(question, shapes, "shapes_resnet20", store, here):
        pass
    (said,) = Opened.at(store).predicted.tolist()
    *_, last = audits.carried(str(root.folder), "away", "shapes_resnet20", said)
    assert last.result.patches == {}

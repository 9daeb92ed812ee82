"""What there is to try on a model, by what it knows."""

import subprocess
import sys

import pytest

from resnet.experiments.dissected_nets import held_out
from resnet.pictures import photographs
from resnet.training.samples import samples
from resnet.weights.loading import load_classifier

IN_SCIKIT_LEARN = {"1", "2"}


@pytest.fixture
def _without_scikit_image(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    photographs.photographs.cache_clear()
    yield
    photographs.photographs.cache_clear()


def test_a_model_that_has_learned_scenes_is_shown_scenes_of_its_kind():
    for kind in ("shapes", "solids", "digits"):
        assert {one.kind for one in samples(kind).values()} == {kind}
    sizes = [samples(kind)["1"].image.size for kind in ("solids", "shapes", "digits")]
    assert sizes == [(192, 192), (64, 64), (8, 8)]


def test_a_sample_digit_is_one_that_networks_are_tested_on():
    classifier = load_classifier("digits_residual20")
    tested = held_out(classifier, 0).images[-8:]
    for one in samples("digits").values():
        seen = classifier.transform.tensor(classifier.transform.view(one.image))
        nearest = min((held - seen).abs().max() for held in tested)
        assert nearest < 0.02


@pytest.mark.parametrize("family", ["imagenet", "cifar10"])
def test_a_model_that_knows_photographs_is_shown_photographs(family):
    shown = samples(family)
    assert [*shown] == [*"123456"]
    for one in shown.values():
        assert one.photograph.credit
        assert one.image.mode == "RGB"
        assert min(one.image.size) >= 224


@pytest.mark.parametrize("family", ["file", "random", ""])
def test_others_are_shown_scenes(family):
    assert all(one.photograph is None for one in samples(family).values())


@pytest.mark.usefixtures("_without_scikit_image")
def test_a_package_that_is_not_there_has_no_photographs_and_the_numbers_stay():
    shown = samples("imagenet")
    assert set(shown) == IN_SCIKIT_LEARN
    assert shown["2"].photograph.title == "Temple"


def test_neither_torch_nor_a_package_is_imported_for_them():
    code = (
        "import sys; from resnet.training.samples import samples; samples('imagenet'); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'skimage')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""What is kept, and what tells one question from another."""

import pytest

from explorer.resources.caches import Answers, kept, kept_in_each_language
from explorer.resources.models import Model
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Catalogued
from resnet.network.spec import ResNetSpec
from resnet.text.language import speaking, tr

asked = []


MODEL = Model(Catalogued("resnet20"), "cpu", "fp32")
PHOTO = Photo("a", "sample 1")
SPEC = ResNetSpec.preset("cifar_resnet20")


@kept
def answer(model: Model, photo: Photo, spec: ResNetSpec) -> object:
    return object()


@kept_in_each_language
def words(spec: ResNetSpec, count: int = 1) -> str:
    asked.append(spec)
    return tr("{n} layers", n=spec.depth * count)


@kept_in_each_language
def other_words(spec: ResNetSpec) -> str:
    return tr("{n} px", n=spec.image_size)


def test_equal_questions_have_one_answer_however_they_are_loaded():
    again = Model(Catalogued("resnet20"), "cpu", "bf16")
    same = Photo("renamed", "sample 1")
    assert answer(MODEL, PHOTO, SPEC) is answer(again, same, ResNetSpec.preset("cifar_resnet20"))


@pytest.mark.parametrize(
    "other",
    [
        (Model(Catalogued("resnet32"), "cpu", "fp32"), PHOTO, SPEC),
        (MODEL.on("cuda"), PHOTO, SPEC),
        (MODEL, Photo("a", "sample 2"), SPEC),
        (MODEL, PHOTO, ResNetSpec.preset("cifar_resnet32")),
    ],
)
def test_other_questions_have_other_answers(other):
    assert answer(*other) is not answer(MODEL, PHOTO, SPEC)


def test_each_language_is_drawn_once_and_spoken():
    asked.clear()
    for _ in range(2):
        with speaking("zh"):
            chinese = words(SPEC)
        assert (words(SPEC), chinese) == ("20 layers", tr_in_chinese())
    assert asked == [SPEC, SPEC]
    assert words(SPEC, count=2) == "40 layers"


def tr_in_chinese() -> str:
    with speaking("zh"):
        return tr("{n} layers", n=20)


def test_functions_are_told_apart():
    assert other_words(SPEC) == "32 px"
    assert words(SPEC) == "20 layers"


def test_what_begins_with_an_underscore_tells_nothing_apart():
    @kept
    def found(name: str, _with: object) -> object:
        return object()

    assert found("a", 1) is found("a", 2) is found(name="a", _with=3)
    assert found("b", 1) is not found("a", 1)


def test_nothing_is_an_answer_and_kept():
    asked.clear()

    @kept
    def nothing(name: str) -> None:
        asked.append(name)

    assert nothing("a") is nothing("a") is None
    assert asked == ["a"]


def test_answers_are_put_where_they_are_found():
    mine: Answers[str] = Answers()
    others: Answers[str] = Answers()
    assert mine.get(MODEL, PHOTO) is None
    mine.put("found", MODEL, PHOTO)
    same = Photo("renamed", "sample 1")
    assert mine.get(MODEL, same) == "found"
    assert mine.get(MODEL.on("cuda"), PHOTO) is None
    assert others.get(MODEL, PHOTO) is None

"""The exercises: their answers by other ways than the graph, and how they are checked."""

import pytest
from torchvision import models

from explorer.lessons.asked.exercise import Exercise
from explorer.lessons.asked.exercises import EXERCISES
from explorer.lessons.contents import TITLES
from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import press, said

# By hand, from the shapes that the papers give.
BY_HAND = {
    "derivative": (9 * 16, 16 - 4, (110 - 2) / 2),
    "degradation": ((110 - 2) / 2, 0, None),
    "gradients": (1 + 2 * 27, 1 + 27, 2 * 2 * 2 * 2 * 2),
    "addition": (4, 256 * 512 + 2 * 512, (192 // 32) ** 2),
    "paths": (2 ** (3 + 4 + 6 + 3), 3 + 4 + 6 + 3, 3 * (3 + 8 + 36 + 3)),
    "lesions": (3 + 8 + 36 + 3 - 4, None, 2**6),
    "zero-gamma": (3 * 256 + 4 * 512 + 6 * 1024 + 3 * 2048, 2, 1 + 4 + 1),
    "shortcuts": (
        sum(
            blocks * (4 * c * 4 * c + 8 * c)
            for blocks, c in ((2, 64), (3, 128), (5, 256), (2, 512))
        ),
        231_211_008,
        sum(c * 2 * c + 4 * c for c in (64, 128, 256)),
    ),
    "surface": (None, None, None),
    "mistakes": (0, 10, 512 * 10 + 10),
    "modern": (None, None, None),
}


def params(model) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def answers(name: str) -> list[float]:
    return [exercise.answer for exercise in EXERCISES[name]]


@pytest.mark.parametrize("name", TITLES)
def test_a_lesson_has_three_whose_answers_hold_by_hand(name):
    assert len(EXERCISES[name]) == 3
    for answer, expected in zip(answers(name), BY_HAND[name], strict=True):
        assert expected is None or answer == expected


def test_answers_are_those_of_torchvision():
    resnet50 = models.resnet50()
    assert answers("modern")[0] == params(resnet50) - params(models.resnext50_32x4d())
    first = resnet50.layer4[0]
    branch = params(first) - params(first.downsample)
    assert answers("lesions")[1] == pytest.approx(100 * branch / params(resnet50))
    assert answers("addition")[1] == params(resnet50.layer2[0].downsample)


def test_every_link_shows_what_is_asked_for():
    for exercise in (exercise for name in TITLES for exercise in EXERCISES[name]):
        assert exercise.spec.to_fields()["net"]
        assert exercise.hint.endswith((".", "?", "!"))


EXERCISE = Exercise("How many?", {"net": "resnet50"}, lambda graph: graph.params, "Look.")


@pytest.mark.parametrize("typed", ["25557032", "25,557,032", "25.56 M", "25,6M"])
def test_an_answer_may_be_as_round_as_a_page_has_it(typed):
    assert EXERCISE.right(typed)


@pytest.mark.parametrize("typed", ["25.0 M", "0", "25.56", "-25557032"])
def test_another_number_is_not_the_answer(typed):
    assert not EXERCISE.right(typed)


def test_what_is_no_number_says_so():
    with pytest.raises(ValueError, match="many"):
        EXERCISE.right("many")


def test_a_solved_exercise_counts_and_stays_in_the_address():
    app = lesson_page("paths")
    assert f"0 of {3 * len(TITLES)} exercises solved" in said(app)
    app.text_input(key="typed_paths_0").set_value("65,536").run()
    assert f"1 of {3 * len(TITLES)} exercises solved" in said(app)
    assert app.query_params["solved"] == "paths.1"
    assert "✓ **65,536**" in said(app)


def test_a_wrong_answer_gets_a_hint_and_may_be_shown_but_does_not_count():
    app = lesson_page("paths")
    app.text_input(key="typed_paths_0").set_value("34").run()
    assert f"Not that. {EXERCISES['paths'][0].hint}" in said(app)
    app.text_input(key="typed_paths_0").set_value("many").run()
    assert "That is no number" in said(app)
    press(app, "Show the answer")
    assert app.query_params["solved"] == "paths.x"
    assert "**65,536**" in said(app)
    assert f"0 of {3 * len(TITLES)} exercises solved" in said(app)


def test_a_lesson_is_ticked_when_all_its_exercises_are_solved():
    app = lesson_page("gradients", solved="paths.111~gradients.110")
    icons = {b.key: b.proto.icon for b in app.button if b.key and b.key.startswith("lesson_")}
    assert icons["lesson_paths"]
    assert not icons["lesson_gradients"]

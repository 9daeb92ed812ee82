"""What a run on the page is asked for, driven without a browser."""

import pytest

from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import said


@pytest.mark.parametrize(
    ("name", "run", "seed", "taken"),
    [("degradation", "degradation", "abc", 0), ("gradients", "shattering", "5000", 999)],
)
def test_a_seed_that_cannot_be_is_not_taken(name, run, seed, taken):
    app = lesson_page(name, seed=seed)
    assert app.number_input(key="lessons_seed").value == taken
    asked = app.session_state["asked"][run]
    assert asked.get("seed", *asked.get("seeds", ())) == taken


@pytest.mark.parametrize(
    ("lesson", "choices", "kept"),
    [
        (
            "degradation",
            {"deep": "32", "seed": "1"},
            "20, 56, 110 layers, digits, seed 0, 1, 2, rate 0.01",
        ),
        ("degradation", {"rate": "0.1"}, "20, 56, 110 layers, digits, seed 0, 1, 2, rate 0.01"),
        ("degradation", {"seed": "3"}, "20, 56, 110 layers, digits, seed 0, 1, 2, rate 0.01"),
        ("degradation", {"learned": "shapes"}, "20, 56, 110 layers, digits, seed 0, 1, 2"),
        ("zero-gamma", {"zero_depth": "110"}, "56 layers, seed 0"),
        ("zero-gamma", {"seed": "1"}, "56 layers, seed 0"),
        ("surface", {"seed": "3"}, "20, 56 layers, seed 0"),
        ("gradients", {"seed": "1"}, "8, 20, 56, 110 layers, seed 0"),
    ],
)
def test_what_is_kept_says_where_it_does_not_answer_the_controls(lesson, choices, kept):
    assert f"**Kept: {kept}" in said(lesson_page(lesson, **choices))


@pytest.mark.parametrize(
    ("lesson", "choices"),
    [
        ("degradation", {}),
        ("degradation", {"deep": "110", "seed": "2"}),
        ("degradation", {"rate": "0.1", "deep": "110"}),
        ("gradients", {}),
        ("addition", {}),
        ("paths", {"paths_net": "shapes_resnet20"}),
        ("lesions", {"lesion_net": "digits_plain20"}),
        ("zero-gamma", {}),
        ("shortcuts", {"gate_net": "resnet50"}),
        ("surface", {"surface_depth": "20", "seed": "2"}),
        ("mistakes", {"mistake": "bool-module"}),
    ],
)
def test_what_is_kept_says_nothing_where_it_answers(lesson, choices):
    assert "not your settings" not in said(lesson_page(lesson, **choices))

"""What lessons ask before they show, and how far off an expectation is."""

import pytest

from explorer.figures.sketch import STEPS, Scale, Sketch
from explorer.lessons.asked.prediction import distance, read_places, write_places
from explorer.lessons.asked.predictions import PREDICTIONS
from explorer.lessons.contents import TITLES, load_lesson
from resnet.experiments.registry import kept_record
from tests.explorer.pages import opened, press, said

SKETCH = Sketch(("plain 20", "residual 20"), Scale(0, 100, " %"))


def test_every_lesson_asks_first():
    assert [*PREDICTIONS] == [*TITLES]


@pytest.mark.parametrize("name", TITLES)
def test_what_is_asked_was_measured_and_lies_within_its_scale(name):
    prediction = PREDICTIONS[name]
    scale, measured = prediction.sketch.scale, prediction.measure()
    assert len(measured) == len(prediction.sketch.names)
    assert all(scale.low <= value <= scale.high for value in measured)
    assert prediction.question.rstrip(".").endswith("?") or "?" in prediction.question


def test_the_measured_values_are_those_of_the_kept_rows():
    rows = kept_record("shortcuts")["rows"]
    reads = {r["shortcut"]: r["shortcut_reads"]["share"] for r in rows
             if (r["net"], r["stride_on"]) == ("resnet50", "1x1")}  # fmt: skip
    assert PREDICTIONS["shortcuts"].measure() == [100 * reads[option] for option in "ABCD"]
    (silent,) = PREDICTIONS["mistakes"].measure()
    assert (silent, "Sixteen" in load_lesson("mistakes").surprise) == (16, True)


def test_the_distance_is_a_mean_and_names_the_worst():
    words = distance(SKETCH, [20, 50], [10.0, 90.0])
    assert words == (
        "On average off by **25 points**. Furthest at residual 20: 50 % expected, 90 % measured."
    )


def test_on_a_scale_of_factors_the_distance_is_one():
    sketch = Sketch(("a", "b"), Scale(1, 10_000, by_factors=True))
    assert "a factor of **10**" in distance(sketch, [50, 50], [1000.0, 10.0])


def test_places_are_kept_in_a_word():
    assert read_places(write_places([0, 7, STEPS]), 3) == (0, 7, STEPS)


@pytest.mark.parametrize(
    "word", ["", "x", "1.2", "1.2.3.4", "1..2", "-1.2.3", "1.2.3e4", "1.2.9999"]
)
def test_a_word_that_holds_no_such_places_is_none(word):
    assert read_places(word, 3) is None


def test_a_lesson_shows_nothing_until_it_was_predicted():
    app = opened("lessons", lesson="shortcuts")
    lesson = load_lesson("shortcuts")
    assert PREDICTIONS["shortcuts"].question in said(app)
    assert lesson.text not in said(app)
    assert not app.get("vega_lite_chart")


def test_a_guess_in_the_address_is_told_how_far_off_it_was():
    app = opened("lessons", lesson="shortcuts", guesses="shortcuts.100.25.25.100")
    assert load_lesson("shortcuts").text in said(app)
    assert "On average off by **19 points**. Furthest at A: 100 % expected, 25 % measured." in said(
        app
    )
    press(app, "Draw again")
    assert load_lesson("shortcuts").text not in said(app)


@pytest.mark.parametrize("choices", [{"guesses": "shortcuts.x"}, {"hide": "prediction"}])
def test_the_question_can_be_skipped_or_hidden(choices):
    app = opened("lessons", lesson="shortcuts", **choices)
    assert load_lesson("shortcuts").text in said(app)
    assert PREDICTIONS["shortcuts"].question not in said(app)


@pytest.mark.parametrize("name", ["degradation", "gradients", "paths", "modern"])
def test_a_teachers_link_covers_charts_until_they_are_asked_for(name):
    app = opened("lessons", lesson=name, hide="prediction,charts")
    kinds = "vega_lite_chart", "plotly_chart"
    assert not any(app.get(kind) for kind in kinds)
    while covers := [button for button in app.button if button.label == "Show the chart"]:
        covers[0].click().run()
        assert not app.exception
    assert any(app.get(kind) for kind in kinds)

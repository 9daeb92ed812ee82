"""The lesson on zero γ, driven without a browser."""

from tests.explorer.lessons.reading import axes, lesson_page
from tests.explorer.pages import metrics, press, said


def test_it_shows_an_exact_zero():
    app = lesson_page("zero-gamma")
    shown = metrics(app)
    assert shown["Largest difference, γ = 0"] == "0"
    assert float(shown["Largest difference, γ = 1"]) > 1
    assert axes(app) == [["step", "loss"]]
    tables = [element.value.to_string() for element in app.table]
    assert any("23.74 ± 0.09 %" in text for text in tables)


def test_a_run_here_takes_the_place_of_what_is_kept():
    app = press(lesson_page("zero-gamma", zero_depth="20", seed="5"), "Run it here")
    assert not app.exception
    assert "experiment zero-gamma --depth 20 --seed 5" in said(app)

"""The lesson on degradation, driven without a browser."""

from explorer.lessons import degradation
from resnet.experiments.registry import kept_record
from tests.explorer.lessons.reading import axes, lesson_page
from tests.explorer.pages import press, said


def test_what_is_kept_is_shown_with_either_error():
    app = lesson_page("degradation")
    assert axes(app) == [["epoch", "train_error"]]
    assert kept_record("degradation")["command"] in said(app)
    assert "in 30 epochs" in said(app)
    app.button_group(key="lessons_error").set_value("test_error").run()
    assert axes(app) == [["epoch", "test_error"]]


def test_both_tables_are_quoted():
    tables = [element.value.to_string() for element in lesson_page("degradation").table]
    assert any("28.54 %" in text and "25.03 %" in text for text in tables)
    assert any("6.97 %" in text and "7.93 %" in text for text in tables)


def test_a_small_run_takes_the_place_of_what_is_kept(monkeypatch):
    monkeypatch.setattr(degradation, "_EPOCHS", 1)
    small = {"digits": ("digits", {"train": 128, "test": 20})}
    monkeypatch.setattr(degradation, "_DATA", degradation._DATA | small)
    app = press(lesson_page("degradation", deep="32", seed="7"), "Run it here")
    assert not app.exception
    assert "Computed here just now" in said(app)
    assert "--depths 20,32 --epochs 1 --train 128 --test 20 --seed 7" in said(app)
    assert "in 1 epochs" in said(app)

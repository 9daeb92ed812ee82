"""The lesson on degradation, driven without a browser."""

from explorer.lessons import degradation
from resnet.experiments.registry import kept_records
from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import charts, press, said


def drawn(app):
    """The error on the upright axis of every layer, and what parts the thin lines behind."""
    _, chart = charts(app, "vega_lite_chart")
    (which,) = {layer["encoding"]["y"]["field"] for layer in chart["layer"]}
    return which, [part["field"] for part in chart["layer"][0]["encoding"]["detail"]]


def test_what_is_kept_is_shown_with_any_error_and_the_spread_of_seeds():
    app = lesson_page("degradation")
    usual, _, fast = kept_records("degradation")
    assert drawn(app) == ("train_error", ["depth", "seed"])
    assert usual["command"] in said(app)
    assert "seeds 0, 1, 2, thick their median" in said(app)
    for which in ("batch_error", "test_error"):
        app.button_group(key="lessons_error").set_value(which).run()
        assert drawn(app)[0] == which
    app = lesson_page("degradation", deep="110", rate="0.1")
    assert fast["command"] in said(app)


def test_the_race_goes_through_every_depth_that_is_kept_and_draws_the_error_that_is_chosen():
    app = lesson_page("degradation", error="test_error")
    race, _ = charts(app, "vega_lite_chart")
    rows = [row for record in kept_records("degradation")[:2] for row in record["rows"]]
    depths = sorted({row["depth"] for row in rows})
    (bound,) = [each["bind"] for each in race["params"] if "bind" in each]
    assert (bound["min"], bound["max"]) == (depths[0], depths[-1]) == (8, 110)
    assert {layer["encoding"]["y"]["field"] for layer in race["layer"]} == {"test_error"}
    assert f"Kept runs of {', '.join(map(str, depths))} layers" in said(app)


def test_the_depths_that_are_chosen_are_those_drawn():
    for deep in ("56", "110"):
        app = lesson_page("degradation", deep=deep)
        table = next(t.value for t in app.table if "training error" in t.value)
        networks = ["plain, 20", "residual, 20", f"plain, {deep}", f"residual, {deep}"]
        assert [*table["network"]] == networks


def test_all_that_is_kept_is_drawn_where_a_depth_is_not():
    table = next(t.value for t in lesson_page("degradation", deep="32", seed="1").table
                 if "training error" in t.value)  # fmt: skip
    assert len(table) == 6


def test_both_tables_are_quoted():
    tables = [element.value.to_string() for element in lesson_page("degradation").table]
    assert any("28.54 %" in text and "25.03 %" in text for text in tables)
    assert any("6.97 %" in text and "7.93 %" in text for text in tables)


def test_a_small_run_takes_the_place_of_what_is_kept(monkeypatch):
    monkeypatch.setattr(degradation, "_EPOCHS", 1)
    small = {"digits": ("digits", {"train": 128, "test": 20})}
    monkeypatch.setattr(degradation, "_DATA", degradation._DATA | small)
    app = lesson_page("degradation", deep="32", seed="7")
    assert "not your settings" in said(app)
    app = press(app, "Run it here")
    assert not app.exception
    assert "Computed here just now" in said(app)
    assert "not your settings" not in said(app)
    assert "--depths 20,32 --epochs 1 --train 128 --test 20 --seeds 7" in said(app)
    assert "seeds 7, thick" in said(app)

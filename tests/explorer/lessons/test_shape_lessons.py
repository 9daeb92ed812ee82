"""The lessons on shapes, the surface and what came after, driven without a browser."""

import json
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons.contents import TITLES, lesson
from explorer.lessons.lesson import MOST_WORDS
from resnet.experiments import surface
from tests.conftest import ROOT

APP = str(ROOT / "explorer" / "app.py")
NAMES = ("shortcuts", "surface", "modern")


def opened(name: str, **choices: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=90).switch_page("lessons/lessons.py")
    for field, value in {"lesson": name, **choices}.items():
        app.query_params[field] = value
    app.run()
    assert not app.exception
    return app


def table(app: AppTest, column: str):
    return next(t.value for t in app.table if column in t.value)


def links(app: AppTest) -> list[dict[str, str]]:
    return [dict(parse_qsl(link.proto.query_string)) for link in app.get("page_link")]


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_few(name):
    assert len(lesson(name).text.split()) <= MOST_WORDS
    assert lesson(name).title == TITLES[name]


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_with_what_is_kept(name):
    app = opened(name)
    assert app.header[0].value == TITLES[name]


def test_shortcuts_say_costs_readings_and_errors():
    shown = table(opened("shortcuts"), "parameters").set_index("option")
    assert shown.loc["A", "parameters"] == "21,623,848"
    assert shown.loc["**B**", "shortcut reads"] == "25 %"
    assert shown.loc["D", "shortcut reads"] == "100 %"
    assert shown.loc["C", "published error"] == "24.19 %"
    assert shown.loc["none", "bare shortcuts"] == "0 / 16"


def test_shortcuts_of_a_bottleneck_have_v1_and_v1_5():
    app = opened("shortcuts", gate_net="resnet50", gate_stride="1x1")
    shown = table(app, "parameters").set_index("option")
    assert shown.loc["**B · v1**", "block reads"] == "25 %"
    assert shown.loc["B · v1.5", "block reads"] == "100 %"
    app.segmented_control(key="lessons_gate").set_value("D").run()
    assert app.query_params["gate"] == "D"
    assert "**D · v1**" in set(table(app, "parameters")["option"])
    first, *pairs = links(app)
    assert first == {"net": "resnet50", "shortcut": "D", "stride_on": "1x1"}
    assert pairs[0]["left"] == "net=resnet50&shortcut=D&stride_on=1x1"
    assert pairs[0]["right"] == "net=resnet50&shortcut=D"


def test_shortcuts_run_here():
    app = opened("shortcuts")
    next(b for b in app.button if b.label == "Run it here").click().run()
    assert not app.exception
    assert any("experiment shortcuts --nets resnet34" in c.value for c in app.caption)
    assert len(table(app, "parameters")) == 5


def drawn(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_both_surfaces_share_one_scale_and_say_what_was_measured():
    app = opened("surface")
    hills, contours, other, _ = (chart["data"][0] for chart in drawn(app))
    assert (hills["type"], contours["type"]) == ("surface", "contour")
    assert (hills["cmin"], hills["cmax"]) == (other["cmin"], other["cmax"])
    said = " ".join(text.value for text in app.markdown)
    assert "; 3 % of the plane is better than guessing; local minima on the grid: 4" in said
    assert "; 37 % of the plane is better than guessing; local minima on the grid: 1" in said
    app.segmented_control(key="lessons_surface_depth").set_value("20").run()
    assert "**plain-20** · training error 0.0 %" in " ".join(t.value for t in app.markdown)


def test_a_surface_is_computed_here(monkeypatch):
    whole = surface.run
    small = surface.Settings(depths=(20,), weights="bundled", half=1, images=16)
    monkeypatch.setattr(surface, "run", lambda settings: whole(small))
    app = opened("surface", surface_depth="20", seed="5")
    next(b for b in app.button if b.label == "Run it here").click().run()
    assert not app.exception
    assert any("--depths 20 --weights bundled --half 5 --seed 5" in c.value for c in app.caption)
    assert [len(line) for line in drawn(app)[0]["data"][0]["z"]] == [3, 3, 3]


def test_the_ladder_is_drawn_with_our_counts():
    (chart,) = drawn(opened("modern"))
    accuracy, published, ours = chart["data"]
    assert len(accuracy["y"]) == len(published["y"]) == 14
    assert [round(x, 3) for x in ours["x"]] == [4.089, 4.089, 4.526]


def test_steps_add_up_and_are_in_the_address():
    app = opened("modern")
    app.pills(key="lessons_modern_steps").set_value(["ratio", "se"]).run()
    shown = table(app, "their change")
    assert [*shown["step"]] == [
        "ResNet-50", "then stage ratio 3, 3, 9, 3", "then squeeze-and-excitation",
    ]  # fmt: skip
    assert shown["multiply-adds"].iloc[1] == "4,525,916,160"
    assert app.query_params["modern_steps"] == "ratio,se"
    assert links(app)[0] == {"net": "se_resnet50", "layers": "3,3,9,3"}


@pytest.mark.parametrize("step", ["ratio", "stem", "pool", "se", "groups", "width"])
def test_each_step_alone_can_be_taken(step):
    assert len(table(opened("modern", modern_steps=step), "their change")) == 2


def test_the_networks_of_the_surfaces_are_the_ones_that_open():
    plain, residual = links(opened("surface"))
    assert plain == {"net": "cifar_resnet56", "shortcut": "none", "in_channels": "1",
                     "image_size": "8"}  # fmt: skip
    assert residual == {"net": "cifar_resnet56", "in_channels": "1", "image_size": "8"}

"""The lesson on shortcuts where shapes differ, driven without a browser."""

from tests.explorer.lessons.reading import lesson_page, links, table
from tests.explorer.pages import press, said


def test_costs_readings_and_errors_are_said():
    shown = table(lesson_page("shortcuts"), "parameters").set_index("option")
    assert shown.loc["A", "parameters"] == "21,623,848"
    assert shown.loc["**B**", "shortcut reads"] == "25 %"
    assert shown.loc["D", "shortcut reads"] == "100 %"
    assert shown.loc["C", "published error"] == "24.19 %"
    assert shown.loc["none", "bare shortcuts"] == "0 / 16"


def test_a_bottleneck_has_v1_and_v1_5():
    app = lesson_page("shortcuts", gate_net="resnet50", gate_stride="1x1")
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


def test_they_are_counted_here():
    app = press(lesson_page("shortcuts"), "Run it here")
    assert not app.exception
    assert "experiment shortcuts --nets resnet34" in said(app)
    assert len(table(app, "parameters")) == 5

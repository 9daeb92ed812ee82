"""The race of plain and residual networks: one depth at a time, whatever the slider says."""

import altair as alt
import pytest

from explorer.figures.charts.experiments.depth_race import race_chart
from explorer.figures.charts.experiments.training_curves import PLAIN, RESIDUAL

DEPTHS = (8, 20, 56, 110)
AXES = (alt.X("epoch:Q"), alt.Y("error:Q", scale=alt.Scale(domain=[0, 1])))
POINTS = [
    {"kind": kind, "depth": depth, "seed": 0, "epoch": epoch, "error": 0.5}
    for kind in ("plain", "residual")
    for depth in DEPTHS
    for epoch in (1, 2)
]


@pytest.fixture
def chart() -> alt.LayerChart:
    return race_chart(POINTS, {"plain": PLAIN, "residual": RESIDUAL}, AXES, "layers")


def test_the_slider_reaches_every_depth_and_shows_one_at_a_time(chart):
    rows = [(row["depth"], row["until"]) for row in chart.layer[1].data.to_dict("records")]
    for asked in range(DEPTHS[0], DEPTHS[-1] + 1):
        shown = {depth for depth, until in rows if depth <= asked < until}
        assert shown == {max(depth for depth in DEPTHS if depth <= asked)}
    (bound,) = [param["bind"] for param in chart.to_dict()["params"] if "bind" in param]
    assert (bound["min"], bound["max"]) == (DEPTHS[0], DEPTHS[-1])


def test_faint_lines_of_all_depths_stay_behind(chart):
    faint, bold, names = chart.to_dict()["layer"]
    assert "transform" not in faint
    assert bold["transform"] == [{"filter": "datum.depth <= depth && depth < datum.until"}]
    assert names["transform"][-1] == bold["transform"][0]

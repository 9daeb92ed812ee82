"""Bars that stand for blocks, to scale and stacked."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet import ResNetSpec, trace
from resnet.drawing.charts.block_bars import Row, draw_block_bars
from resnet.drawing.charts.depth_chart import WIDTH
from tests.strategies import specs
from tests.svg import of_class


@settings(max_examples=30)
@given(specs(), st.data())
def test_a_bar_stands_for_every_block_and_reaches_its_value(spec, data):
    graph = trace(spec)
    names = [block.name for block in graph.blocks]
    value = st.floats(-1e4, 1e4, allow_nan=False)
    values = {name: data.draw(value) for name in names}
    row = Row("what", (), {name: ((v, "conv"),) for name, v in values.items()})
    off = names[0]
    root = ElementTree.fromstring(
        draw_block_bars(graph, (row,), dict.fromkeys(names, "tip"), "label", [off])
    )
    buttons = of_class(root, "block")
    assert [button.get("data-name") for button in buttons] == names
    bars = [of_class(button, "conv")[0] for button in buttons]
    heights = [float(bar.get("height")) for bar in bars]
    largest = max(map(abs, values.values())) or 1.0
    for name, height in zip(names, heights, strict=True):
        assert height / max(*heights, 0.1) == pytest.approx(abs(values[name]) / largest, abs=0.02)
    assert all(0 <= float(b.get("x")) <= WIDTH - float(b.get("width")) for b in bars)
    assert len(of_class(root, "cut")) == 1
    assert "switched off" in buttons[0].get("aria-label")


def test_shares_are_stacked_from_zero_and_fill_the_row():
    graph = trace(ResNetSpec.preset("cifar_resnet20"))
    names = [block.name for block in graph.blocks]
    parts = ((0.25, "kept"), (0.5, "mixed"), (0.25, "overwritten"))
    keys = {"kept": "kept", "mixed": "mixed"}
    row = Row("shares", (), dict.fromkeys(names, parts), percent=True, keys=keys)
    root = ElementTree.fromstring(draw_block_bars(graph, (row,), dict.fromkeys(names, ""), ""))
    first = of_class(root, "block")[0]
    kept, mixed, written = (of_class(first, kind)[0] for _, kind in parts)
    ends = [(float(p.get("y")), float(p.get("height"))) for p in (written, mixed, kept)]
    for (top, height), (below, _) in pairwise(ends):
        assert top + height == pytest.approx(below, abs=0.15)
    assert ends[1][1] == pytest.approx(2 * ends[0][1], abs=0.2)
    assert [e.text for e in root.iter() if e.text and e.text.endswith("%")] == ["0%", "50%", "100%"]

"""The chart along the depth: well-formed, to scale, and complete for any network."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet import ResNetSpec, trace
from resnet.counts.along_depth import LEVELS
from resnet.drawing.charts.depth_chart import LEFT, WIDTH, alt, draw_depth_chart
from resnet.network.naming.presets import PRESETS
from tests.strategies import specs
from tests.svg import of_class


def bars(root: ElementTree.Element) -> list[list[float]]:
    """Heights of the bars by their baseline, the rows from the top down, each from the left."""
    found = [part for name in ("conv", "gate") for part in of_class(root, name)]
    boxes = [tuple(float(part.get(k)) for k in ("x", "y", "height")) for part in found]
    floors = sorted({round(y + height) for _, y, height in boxes})
    return [[h for _, y, h in sorted(boxes) if round(y + h) == floor] for floor in floors]


def test_bars_are_to_scale():
    graph = trace(ResNetSpec.preset("resnet34"))
    root = ElementTree.fromstring(draw_depth_chart(graph, "block"))
    _, params, macs = bars(root)
    blocks = [graph.stages[0], *graph.blocks, graph.stages[-1]]
    for heights, values in ((params, [b.params for b in blocks]), (macs, [b.macs for b in blocks])):
        tall = max(values)
        assert [h / max(heights) for h in heights] == pytest.approx(
            [max(value / tall, 1 / 74) for value in values], abs=0.002
        )


@pytest.mark.parametrize("name", PRESETS)
def test_every_block_is_one_button_or_stands_for_its_run(name):
    graph = trace(ResNetSpec.preset(name))
    for by in LEVELS:
        buttons = of_class(ElementTree.fromstring(draw_depth_chart(graph, by)), "block")
        assert sum(int(button.get("data-count")) for button in buttons) == len(graph.blocks)
        names = [block.name for block in graph.blocks]
        starts = [names.index(button.get("data-name")) for button in buttons]
        assert starts == sorted(starts)
        assert starts[0] == 0


@settings(max_examples=40)
@given(specs(), st.sampled_from(LEVELS))
def test_any_network_flows_inside_the_frame(spec, by):
    root = ElementTree.fromstring(draw_depth_chart(trace(spec), by))
    for part in root.iter("rect"):
        x, width = float(part.get("x")), float(part.get("width"))
        assert LEFT - 0.1 <= x <= x + width <= WIDTH + 0.1
        assert float(part.get("height")) >= 0
    assert len(of_class(root, "stair")) == 2
    assert len(of_class(root, "band")) == len(spec.layers) + 2


def test_the_numbers_are_said_in_words():
    text = alt(trace(ResNetSpec()))
    assert "Resolution 224 to 7 px, channels 3 to 2048" in text
    assert "25.56 M params, most in conv5_x; 4.09 GMACs, most in conv4_x" in text


def test_charts_are_small():
    for name, by in (("resnet152", "op"), ("resnet101", "op"), ("cifar_resnet1202", "op")):
        assert len(draw_depth_chart(trace(ResNetSpec.preset(name)), by)) < 150_000

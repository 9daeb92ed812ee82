"""The charts drawn as SVG: well-formed, to scale, and complete for any network."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet import ResNetSpec, trace
from resnet.counts.along_depth import LEVELS
from resnet.counts.receptive_field import read_cell, receptive_fields
from resnet.drawing.charts.block_bars import Row, draw_block_bars
from resnet.drawing.charts.depth_axis import share_width
from resnet.drawing.charts.depth_chart import LEFT, WIDTH, alt, draw_depth_chart
from resnet.drawing.charts.receptive_field_boxes import (
    SIDE,
    draw_cell_grid,
    draw_receptive_fields,
    window_around,
)
from resnet.drawing.charts.scales import amounts, doublings, levels
from resnet.network.presets import PRESETS
from tests.strategies import specs


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [part for part in root.iter() if name in part.get("class", "").split()]


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


@settings(max_examples=40)
@given(specs(), st.booleans())
def test_fields_of_any_network_are_drawn_around_the_image(spec, over_image):
    graph = trace(spec)
    found = receptive_fields(graph, *read_cell(graph))
    image = "data:image/png;base64,AA" if over_image else ""
    root = ElementTree.fromstring(draw_receptive_fields(graph, found, image))
    seen = window_around(spec.image_size, found)
    whole = (-0.5, -0.5, spec.image_size - 0.5, spec.image_size - 0.5)
    assert seen.holds(whole)
    assert len(of_class(root, "seen")) == sum(seen.holds(one.box) for one in found)
    assert len(of_class(root, "title")) == len(of_class(root, "centre")) == len(found)
    heights = [float(part.get("y")) for part in of_class(root, "title")]
    assert all(below - above >= 49 for above, below in pairwise(heights))
    assert len([*root.iter("image")]) == over_image


def test_a_box_is_drawn_to_the_scale_of_the_image():
    graph = trace(ResNetSpec())
    root = ElementTree.fromstring(draw_receptive_fields(graph, receptive_fields(graph, 3, 3)))
    image = float(of_class(root, "frame")[0].get("width"))
    drawn = [float(part.get("width")) * 224 / image for part in of_class(root, "seen")]
    assert drawn == pytest.approx([427, 267, 91, 35, 11], abs=0.1)
    assert max(drawn) * image / 224 == pytest.approx(SIDE, abs=0.1)


def test_a_field_far_beyond_the_image_leaves_the_image_in_sight():
    graph = trace(ResNetSpec.preset("cifar_resnet1202"))
    root = ElementTree.fromstring(draw_receptive_fields(graph, receptive_fields(graph, 3, 3)))
    assert float(of_class(root, "frame")[0].get("width")) == pytest.approx(SIDE / 2)
    assert any("5,597 px" in text.text for text in root.iter("text"))


def test_the_grid_has_a_button_for_every_cell():
    names = [
        b.get("data-name") for b in of_class(ElementTree.fromstring(draw_cell_grid(7)), "block")
    ]
    assert names == [f"{row}.{column}" for row in range(7) for column in range(7)]


def test_amounts_stand_from_zero_unless_most_would_vanish():
    assert amounts([0, 5, 10], 100, 0).base == 0
    assert amounts([0, 5, 10], 100, 0).at(5) == 50
    wide = amounts([0, 10, 10, 100_000], 100, 0)
    assert (wide.base, wide.low, wide.high) == (10, 10, 100_000)
    assert wide.at(1000) == pytest.approx(50)
    assert wide.ticks == (10, 100, 1000, 10_000, 100_000)


def test_doublings_are_evenly_spaced():
    scale = doublings([7, 224], 100, 0)
    steps = {round(a - b, 6) for a, b in pairwise(map(scale.at, scale.ticks))}
    assert len(steps) == 1


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 30)), min_size=1, max_size=9))
def test_widths_fill_the_room_and_nothing_gets_less_than_its_least(pairs):
    units, least = zip(*pairs, strict=True)
    found = share_width(units, least, 300)
    assert sum(found) == pytest.approx(300)
    assert all(width >= floor - 1e-9 for width, floor in zip(found, least, strict=True))


def test_levels_hold_zero_and_every_value_with_round_steps():
    scale = levels([-2.2, 0.4, 3.1], 100, 0)
    assert (scale.low, scale.high) == (-2.2, 3.1)
    assert scale.at(-2.2) == 100
    assert scale.at(3.1) == 0
    assert scale.ticks == (-2, 0, 2)
    assert levels([0.0], 100, 0).at(0) == 100


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

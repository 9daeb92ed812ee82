"""Small maps lie on the stream at their sums, apart, and hide no gate."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from resnet import ResNetSpec, trace
from resnet.drawing.stream.gate import gate_edges
from resnet.drawing.stream.layout import BY_ITSELF, STREAM, Folding, columns
from resnet.drawing.stream.picture import draw_stream
from tests.svg import of_class

URL = "data:image/png;base64,AA=="


def placed(graph, maps: dict[str, str], folding: Folding = BY_ITSELF) -> dict[str, tuple]:
    """Left, right, top and bottom of every map in the picture, by name."""
    root = ElementTree.fromstring(draw_stream(graph, folding, maps=maps))
    groups = of_class(root, "travelled")
    boxes = {}
    for group in groups:
        _, image = group
        assert image.get("href") == URL
        x, y, side = (float(image.get(name)) for name in ("x", "y", "width"))
        assert image.get("height") == image.get("width")
        boxes[group.get("data-part").removeprefix("map ")] = (x, x + side, y, y + side)
    return boxes


def every(graph) -> dict[str, str]:
    return dict.fromkeys(["image", "stem", *(block.name for block in graph.blocks)], URL)


@pytest.mark.parametrize(
    "query",
    [
        {"name": "resnet18"},
        {"name": "resnet50"},
        {"name": "resnet50", "shortcut": "C"},
        {"name": "resnet50", "shortcut": "D"},
        {"name": "resnet152"},
        {"name": "cifar_resnet20"},
        {"name": "cifar_resnet110"},
        {"name": "preact_resnet164"},
    ],
)
def test_maps_are_apart_within_the_stream_and_beside_its_gates(query):
    graph = trace(ResNetSpec.preset(**query))
    boxes = placed(graph, every(graph))
    slots = [slot for column in columns(graph) for slot in column.slots]
    inside = sorted(box for name, box in boxes.items() if name != "image")
    assert len(inside) >= len(graph.stages) - 2
    for (_, right, *_), (left, *_) in pairwise(inside):
        assert left >= right
    for left, right, top, bottom in inside:
        assert (top + bottom) / 2 == pytest.approx(STREAM, abs=0.11)
        for slot in slots:
            if slot.block.plan.shortcut not in ("identity", "none"):
                start, end = gate_edges(slot)
                assert right <= start + 0.2 or left >= end - 0.2


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_every_sum_of_a_usual_network_has_its_map_over_it(name):
    graph = trace(ResNetSpec.preset(name))
    boxes = placed(graph, every(graph))
    for column in columns(graph):
        for slot in column.slots:
            left, right, *_ = boxes[slot.block.name]
            assert left - 14 <= slot.at(0.915) <= right + 14


def test_where_blocks_are_narrow_every_few_sums_have_one_and_each_stages_last():
    graph = trace(ResNetSpec.preset("cifar_resnet1202"))
    unfolded = Folding(unfold=tuple(f"layer{n}.{k}" for n in (1, 2, 3) for k in (0, 1)))
    folded, drawn = placed(graph, every(graph)), placed(graph, every(graph), unfolded)
    for boxes in (folded, drawn):
        assert {"layer1.199", "layer2.199", "layer3.199"} <= {*boxes}
    assert len(drawn) > 100
    assert len(drawn) < 400


def test_a_block_without_a_map_and_a_picture_without_maps_are_as_ever():
    graph = trace(ResNetSpec.preset("resnet18"))
    assert set(placed(graph, {"layer2.1": URL})) == {"layer2.1"}
    assert draw_stream(graph, maps={}) == draw_stream(graph)
    assert "travelled" not in draw_stream(graph)


def test_a_plain_network_has_them_between_its_words_and_its_detours():
    graph = trace(ResNetSpec.preset("resnet34", shortcut="none"))
    boxes = placed(graph, every(graph))
    assert len(boxes) == 18
    assert all(top > STREAM + 10 for name, (*_, top, _) in boxes.items() if name != "image")

"""The pictures are functions of the graph: well-formed, complete, and different where nets are."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from resnet import ResNetSpec, trace
from resnet.drawing.block import block_view
from resnet.drawing.layout import WIDTH, columns
from resnet.drawing.stream import stream
from resnet.presets import PRESETS
from tests.strategies import specs


def drawn(spec: ResNetSpec, fold: bool = True) -> ElementTree.Element:
    return ElementTree.fromstring(stream(trace(spec), fold))


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [part for part in root.iter() if name in part.get("class", "").split()]


@pytest.mark.parametrize("name", PRESETS)
def test_every_block_is_drawn_or_stands_for_its_run(name):
    graph = trace(ResNetSpec.preset(name))
    slots = [slot for column in columns(graph) for slot in column.slots]
    assert [block.name for slot in slots for block in slot.blocks] == [b.name for b in graph.blocks]
    buttons = of_class(drawn(graph.spec), "block")
    assert [button.get("data-name") for button in buttons] == [slot.block.name for slot in slots]


@settings(max_examples=60)
@given(specs())
def test_any_network_is_drawn_inside_the_frame(spec):
    graph = trace(spec)
    ElementTree.fromstring(stream(graph))
    placed = columns(graph)
    ends = [(c.x, c.x + c.width) for c in placed]
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(ends))
    assert ends[-1][1] < WIDTH
    for column in placed:
        assert sum(slot.width for slot in column.slots) == pytest.approx(column.width)
    for block in graph.blocks:
        ElementTree.fromstring(block_view(block))


def test_a_thousand_layers_fold_into_one_readable_picture():
    graph = trace(ResNetSpec.preset("cifar_resnet1202"))
    slots = [slot for column in columns(graph) for slot in column.slots]
    assert [len(slot.blocks) for slot in slots] == [200, 1, 199, 1, 199]
    assert min(slot.width for slot in slots) > 20
    words = {text.text for text in drawn(graph.spec).iter("text")}
    assert {"× 200", "× 199"} <= words
    assert len(of_class(drawn(graph.spec, fold=False), "block")) == 600


def test_gates_stand_where_the_shape_changes_and_only_there():
    def gates(option: str) -> int:
        polygons = drawn(ResNetSpec.preset("resnet34", shortcut=option)).iter("polygon")
        return sum("gate" in part.get("class") for part in polygons)

    assert (gates("B"), gates("C"), gates("A"), gates("D")) == (3, 16, 3, 3)


def test_a_plain_network_has_no_lane_and_no_sum():
    residual, plain = (drawn(ResNetSpec.preset("resnet34", shortcut=s)) for s in ("B", "none"))
    assert len(of_class(residual, "plus")) == 16
    assert of_class(plain, "plus") == []
    assert of_class(plain, "grid") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"shortcut": "A"},
        {"shortcut": "C"},
        {"shortcut": "D"},
        {"shortcut": "none"},
        {"stride_on": "1x1"},
        {"preact": True},
        {"se_reduction": 16},
        {"groups": 32, "width_per_group": 4},
        {"width_per_group": 128},
        {"stem": "deep"},
        {"stem": "cifar"},
    ],
)
def test_networks_that_differ_look_different(changes):
    plain, other = ResNetSpec.preset("resnet50"), ResNetSpec.preset("resnet50", **changes)
    assert stream(trace(plain)) != stream(trace(other))


def test_the_shapes_of_every_stage_are_written():
    words = {text.text for text in drawn(ResNetSpec()).iter("text")}
    assert {"56×56×256", "28×28×512", "14×14×1024", "7×7×2048", "conv2_x", "conv5_x"} <= words


def test_a_block_shows_its_operations_and_the_sum_with_its_shapes():
    block = trace(ResNetSpec()).block("layer2.0")
    words = [text.text for text in ElementTree.fromstring(block_view(block)).iter("text")]
    assert {"1×1, 128", "3×3, 128, /2", "1×1, 512", "1×1, 512, /2"} <= set(words)
    assert "y = ReLU(S(x) + F(x)): 28×28×512 + 28×28×512 → 28×28×512" in words


def test_pictures_are_small():
    assert len(stream(trace(ResNetSpec.preset("resnet152")))) < 200_000
    assert len(stream(trace(ResNetSpec.preset("cifar_resnet1202")))) < 300_000


def heading_places(spec: ResNetSpec, *beside: ResNetSpec) -> dict[str, str]:
    """Where the headings of the stages stand in the picture."""
    root = ElementTree.fromstring(stream(trace(spec), beside=tuple(map(trace, beside))))
    return {text.text: text.get("x") for text in of_class(root, "title")}


@settings(max_examples=40)
@given(specs(), specs())
def test_two_pictures_have_the_same_stage_at_the_same_place(one, other):
    left, right = trace(one), trace(other)
    ours, theirs = columns(left, beside=(right,)), columns(right, beside=(left,))
    for a, b in zip(ours, theirs, strict=False):
        assert (a.stage.name, a.x, a.width) == (b.stage.name, b.x, b.width)
    assert [column.stage for column in ours] == [s for s in left.stages if s.blocks]
    longest = max(ours, theirs, key=len)
    assert longest[-1].x + longest[-1].width == pytest.approx(
        columns(left)[-1].x + columns(left)[-1].width
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("resnet18", "resnet152"), ("resnet50", "cifar_resnet20"), ("cifar_resnet1202", "resnet34")],
)
def test_headings_of_two_pictures_stand_under_one_another(one, other):
    left, right = ResNetSpec.preset(one), ResNetSpec.preset(other)
    ours, theirs = heading_places(left, right), heading_places(right, left)
    shared = {name for name in ours if name.startswith("conv")} & theirs.keys()
    assert len(shared) == min(len(left.layers), len(right.layers))
    assert all(ours[name] == theirs[name] for name in shared)


def test_a_network_beside_itself_is_drawn_as_alone():
    graph = trace(ResNetSpec())
    assert stream(graph, beside=(graph,)) == stream(graph)


def test_no_block_beside_any_preset_is_too_narrow_to_point_at():
    graphs = [trace(spec) for spec in PRESETS.values()]
    slots = (
        slot
        for one in graphs
        for other in graphs
        for column in columns(one, beside=(other,))
        for slot in column.slots
    )
    assert min(slot.width for slot in slots) >= 8

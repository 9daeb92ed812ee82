"""The pictures are functions of the graph: well-formed, complete, and different where nets are."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from resnet import ResNetSpec, trace
from resnet.drawing.charts.block_diagram import draw_block
from resnet.drawing.stream.layout import WIDTH, Folding, columns
from resnet.drawing.stream.picture import draw_stream
from resnet.network.naming.presets import PRESETS
from tests.strategies import specs
from tests.svg import of_class


def drawn(spec: ResNetSpec, *unfold: str, fold: tuple[str, ...] = ()) -> ElementTree.Element:
    return ElementTree.fromstring(draw_stream(trace(spec), Folding(fold, unfold)))


def blocks_of(picture: ElementTree.Element) -> list[ElementTree.Element]:
    """The buttons of blocks, without those of the stem and the head."""
    return [b for b in of_class(picture, "block") if b.get("data-name") not in ("stem", "head")]


@pytest.mark.parametrize("name", PRESETS)
def test_every_block_is_drawn_or_stands_for_its_run(name):
    graph = trace(ResNetSpec.preset(name))
    slots = [slot for column in columns(graph) for slot in column.slots]
    assert [block.name for slot in slots for block in slot.blocks] == [b.name for b in graph.blocks]
    buttons = of_class(drawn(graph.spec), "block")
    names = ["stem", *(slot.block.name for slot in slots), "head"]
    assert [button.get("data-name") for button in buttons] == names


@settings(max_examples=60)
@given(specs())
def test_any_network_is_drawn_inside_the_frame(spec):
    graph = trace(spec)
    ElementTree.fromstring(draw_stream(graph))
    placed = columns(graph)
    ends = [(c.x, c.end) for c in placed]
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(ends))
    assert ends[-1][1] < WIDTH
    for column in placed:
        assert sum(slot.width for slot in column.slots) == pytest.approx(column.width)
    for section in graph.sections:
        ElementTree.fromstring(draw_block(section))


def test_one_run_unfolds_alone_with_its_wires_and_sums():
    spec = ResNetSpec.preset("cifar_resnet1202")
    picture = drawn(spec, "layer2.1")
    assert len(blocks_of(picture)) == 199 + 4
    unfolded = [b for b in blocks_of(picture) if b.get("data-name").startswith("layer2.")]
    assert all(of_class(b, "wire") and of_class(b, "plus") for b in unfolded)
    assert [part.get("data-name") for part in of_class(picture, "folds")] == ["fold layer2.1"]
    names = {part.get("data-name") for part in of_class(picture, "unfolds")}
    assert names == {"unfold layer1.0", "unfold layer3.1"}


def test_stages_of_any_network_fold_by_hand():
    spec = ResNetSpec()
    folded = drawn(spec, fold=("layer3.1",))
    assert len(blocks_of(folded)) == 16 - 4
    assert [part.get("data-name") for part in of_class(folded, "unfolds")] == ["unfold layer3.1"]
    assert len(of_class(drawn(spec), "folds")) == 4


def test_a_fold_by_hand_outlives_one_that_is_undone():
    run = trace(ResNetSpec()).stage("layer3").blocks[1:]
    assert not Folding().folds(run, by_itself=False)
    assert Folding(fold=("layer3.1",)).folds(run, by_itself=False)
    assert not Folding(unfold=("layer3.1",)).folds(run, by_itself=True)


def test_gates_stand_where_the_shape_changes_and_only_there():
    def gated(option: str) -> list[str]:
        blocks = blocks_of(drawn(ResNetSpec.preset("resnet34", shortcut=option)))
        return [b.get("data-name") for b in blocks if any(True for _ in b.iter("polygon"))]

    changing = ["layer2.0", "layer3.0", "layer4.0"]
    assert gated("B") == gated("A") == gated("D") == changing
    assert len(gated("C")) == 16
    assert gated("none") == []


def test_zeros_are_hatched_in_option_a_alone():
    nets = {o: drawn(ResNetSpec.preset("resnet34", shortcut=o)) for o in ("A", "B", "C", "D")}
    hatched = {option: len(of_class(net, "hatched")) for option, net in nets.items()}
    assert hatched == {"A": 2 * 3 + 1, "B": 0, "C": 0, "D": 0}  # both sides, and the legend


def test_a_plain_network_has_no_lane_and_no_sum():
    residual, plain = (drawn(ResNetSpec.preset("resnet34", shortcut=s)) for s in ("B", "none"))
    assert len(of_class(residual, "plus")) == 16 + 1  # and the legend
    assert of_class(plain, "plus") == []
    assert of_class(plain, "lane") == []


def test_the_stride_of_v1_stands_on_the_first_convolution():
    def place_of_stride(stride_on: str) -> float:
        spec = ResNetSpec.preset("resnet50", stride_on=stride_on)
        block = next(b for b in blocks_of(drawn(spec)) if b.get("data-name") == "layer2.0")
        return next(float(r.get("x")) for r in block.iter("rect") if r.get("class") == "gate")

    assert place_of_stride("1x1") < place_of_stride("3x3")


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
        {"zero_init_residual": True},
    ],
)
def test_networks_that_differ_look_different(changes):
    plain, other = ResNetSpec.preset("resnet50"), ResNetSpec.preset("resnet50", **changes)
    marks = [re.sub(r'aria-label="[^"]*"|<desc.*?</desc>|data-tip="[^"]*"', "", svg) for svg in (
        draw_stream(trace(plain)), draw_stream(trace(other)))]  # fmt: skip
    assert marks[0] != marks[1]


def geometry(root: ElementTree.Element, *names: str) -> list[tuple[str, ...]]:
    """Where everything of the named classes stands."""
    parts = [part for part in root.iter() if part.get("class") in names]
    keep = ("class", "x", "y", "width", "height", "points", "d")
    return [tuple(part.get(name, "") for name in keep) for part in parts]


@pytest.mark.parametrize("option", ["A", "C", "D"])
def test_shortcut_options_differ_on_the_road_alone(option):
    usual, other = (drawn(ResNetSpec.preset("resnet34", shortcut=o)) for o in ("B", option))
    for detours in ("conv", "bn", "relu", "wire", "plus"):
        assert geometry(usual, detours) == geometry(other, detours)


def test_v1_differs_from_v1_5_in_the_strides_alone():
    usual, other = (drawn(ResNetSpec.preset("resnet50", stride_on=s)) for s in ("3x3", "1x1"))
    for same in ("conv", "bn", "relu", "wire", "plus", "grid", "after"):
        assert geometry(usual, same) == geometry(other, same)
    assert geometry(usual, "gate") != geometry(other, "gate")


def test_the_shapes_of_every_stage_are_written():
    words = {text.text for text in drawn(ResNetSpec()).iter("text")}
    assert {"56×56×256", "28×28×512", "14×14×1024", "7×7×2048", "conv2_x", "conv5_x"} <= words


def test_pictures_are_small():
    assert len(draw_stream(trace(ResNetSpec.preset("resnet152")))) < 200_000
    assert len(draw_stream(trace(ResNetSpec.preset("cifar_resnet1202")))) < 300_000


def test_a_network_beside_itself_is_drawn_as_alone():
    graph = trace(ResNetSpec())
    assert draw_stream(graph, beside=(graph,)) == draw_stream(graph)

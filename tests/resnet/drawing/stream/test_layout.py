"""Where stages and blocks stand: folded, unfolded, and beside another network."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from resnet import ResNetSpec, trace
from resnet.drawing.stream.layout import Folding, columns
from resnet.drawing.stream.picture import draw_stream
from resnet.network.naming.presets import PRESETS
from tests.strategies import specs
from tests.svg import of_class


def drawn(spec: ResNetSpec, *unfold: str) -> ElementTree.Element:
    return ElementTree.fromstring(draw_stream(trace(spec), Folding(unfold=unfold)))


def test_a_thousand_layers_fold_into_one_readable_picture():
    graph = trace(ResNetSpec.preset("cifar_resnet1202"))
    slots = [slot for column in columns(graph) for slot in column.slots]
    assert [len(slot.blocks) for slot in slots] == [200, 1, 199, 1, 199]
    assert min(slot.width for slot in slots) > 20
    words = {text.text for text in drawn(graph.spec).iter("text")}
    assert {"× 200", "× 199"} <= words


def heading_places(spec: ResNetSpec, *beside: ResNetSpec) -> dict[str, str]:
    """Where the headings of the stages stand in the picture."""
    root = ElementTree.fromstring(draw_stream(trace(spec), beside=tuple(map(trace, beside))))
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
    shared = {name for name in ours if name.endswith("_x")} & theirs.keys()
    assert len(shared) == min(len(left.layers), len(right.layers))
    assert all(ours[name] == theirs[name] for name in shared)


def test_no_block_beside_any_preset_is_too_narrow_to_point_at():
    layouts = {(each["block"], each["layers"]): name for name, each in PRESETS.items()}
    graphs = [trace(ResNetSpec.preset(name)) for name in layouts.values()]
    slots = (
        slot
        for one in graphs
        for other in graphs
        for column in columns(one, beside=(other,))
        for slot in column.slots
    )
    assert min(slot.width for slot in slots) >= 8


def test_a_run_unfolded_in_one_picture_makes_room_in_the_other():
    deep, shallow = (trace(ResNetSpec.preset(f"cifar_resnet{n}")) for n in (1202, 20))
    run = next(slot.block.name for c in columns(deep) for slot in c.slots if len(slot.blocks) > 1)
    ours = columns(deep, Folding(unfold=(run,)), (shallow,))
    theirs = columns(shallow, Folding(unfold=(run,)), (deep,))
    assert [(c.x, c.width) for c in ours] == [(c.x, c.width) for c in theirs]
    assert ours[0].width > columns(deep, beside=(shallow,))[0].width

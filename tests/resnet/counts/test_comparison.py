"""Two networks side by side: differences by closed form and by figures that nobody here made."""

import pytest
from hypothesis import given, settings

from resnet import ResNetSpec, SpecError, trace
from resnet.counts.comparison import (
    Change,
    Side,
    changes,
    fields_that_differ,
    parts_together,
    published_changes,
    read_side,
)
from tests.figures import BUILT, CONV_OUTPUTS, V1, V1_5_MORE
from tests.strategies import specs


def change(left: str, right: str, name: str):
    found = changes(read_side(left).numbers, read_side(right).numbers)
    return next(change for change in found if change.name == name)


def test_v1_to_v1_5_costs_what_three_1x1_at_four_times_the_pixels_cost():
    found = change("net=resnet50&stride_on=1x1", "net=resnet50", "macs")
    # the first 1×1 of a stage: 256 → 128 at 28², 512 → 256 at 14², 1024 → 512 at 7², thrice more
    assert found.difference == 3 * sum(
        c * c // 2 * s * s for c, s in ((256, 28), (512, 14), (1024, 7))
    )
    assert found.difference == V1_5_MORE
    assert [found.left, found.right] == [V1["resnet50"].macs, BUILT["resnet50"].macs]


def test_activations_are_the_references():
    for name, numbers in CONV_OUTPUTS.items():
        assert read_side(name).numbers["activations"] == numbers


def test_a_side_has_its_networks_name_and_what_it_is_used_for():
    titles = [
        read_side(f"net=resnet50{rest}").title
        for rest in ("", "&shortcut=A", "&num_classes=10", "&stem=deep&shortcut=D")
    ]
    assert titles == ["resnet50", "resnet50 · option A", "resnet50 · num_classes=10", "resnet50d"]


def test_only_what_differs_is_a_difference():
    left, right = read_side("net=resnet50&stride_on=1x1"), read_side("net=resnet50&num_classes=10")
    assert [*fields_that_differ(left, right)] == [
        ("stride_on", "1x1", "3x3"),
        ("num_classes", "1000", "10"),
    ]
    assert [*fields_that_differ(left, left)] == []
    assert [*fields_that_differ(left, read_side("densenet169"))] == []


@settings(max_examples=30)
@given(specs(), specs())
def test_parts_add_up_and_a_swap_turns_the_signs(one, other):
    left, right = Side.of_spec(one), Side.of_spec(other)
    assert read_side(left.query).fields == left.fields
    there, back = changes(left.numbers, right.numbers), changes(right.numbers, left.numbers)
    assert [c.difference for c in there] == [-c.difference for c in back]
    pairs = [*parts_together(left, right)]
    for name in ("params", "buffers", "macs", "activations"):
        for at, whole in enumerate((left, right)):
            assert sum(pair[at].numbers[name] for pair in pairs if pair[at]) == whole.numbers[name]
    assert pairs[0][0].stage == "stem"
    assert all(part.stage == "head" for part in pairs[-1])


def test_a_network_without_a_spec_is_a_side_that_leaves_the_unknown_out():
    dense = read_side("densenet169")
    assert (dense.graph, dense.fields) == (None, {})
    assert change("resnet50", "densenet169", "receptive_field").difference is None
    assert change("resnet50", "densenet169", "depth").difference == 169 - 50
    places = [
        [part.stage for part in pair if part]
        for pair in parts_together(read_side("resnet50"), dense)
    ]
    assert all(len(pair) == 2 for pair in places)


def test_only_the_published_network_itself_has_published_weights():
    assert {w.model for w in Side.of_spec(ResNetSpec()).weights} == {"resnet50"}
    for changed in ("stride_on=1x1", "image_size=256", "num_classes=10", "shortcut=D"):
        assert read_side(f"net=resnet50&{changed}").weights == ()


@pytest.mark.parametrize("link", ["", "efficientnet_b0", "net=densenet169&shortcut=A", "depth=50"])
def test_a_link_that_means_nothing_is_said_so(link):
    with pytest.raises(SpecError):
        read_side(link)


def test_a_change_is_a_difference_and_a_ratio_where_both_are_known():
    both = Change("macs", 2, 5)
    assert (both.difference, both.ratio) == (3, 2.5)
    assert Change("macs", 2, 0).ratio == 0
    assert Change("macs", 0, 2).ratio is None
    for unknown in (Change("macs", None, 2), Change("macs", 2, None)):
        assert (unknown.difference, unknown.ratio) == (None, None)


def test_accuracies_stand_beside_those_of_the_same_version():
    found = published_changes(read_side("resnet50"), read_side("densenet169"))
    assert [(c.name, c.left, c.right) for c in found] == [
        ("V1", 76.13, 75.6), ("V2", 80.858, None),
    ]  # fmt: skip


def test_a_stage_has_the_numbers_of_the_graphs():
    side = read_side("resnet18")
    (layer2,) = [part for part in side.parts if part.stage == "layer2"]
    known = trace(ResNetSpec.preset("resnet18")).stage("layer2")
    assert (layer2.name, layer2.out_shape) == ("conv3_x", (128, 28, 28))
    assert layer2.numbers == {
        "params": known.params,
        "buffers": known.buffers,
        "macs": known.macs,
        "blocks": 2,
        "receptive_field": 99,
        "activations": 5 * 128 * 28 * 28,
    }
    assert [*side.numbers] == [
        "params", "buffers", "macs", "depth", "receptive_field", "activations",
    ]  # fmt: skip


def test_another_kind_of_network_says_how_it_works_and_where_its_stages_lie():
    dense, chain = read_side("densenet121"), read_side("vgg16")
    assert "concatenates" in dense.note
    assert "chain" in chain.note
    assert [part.stage for part in dense.parts] == [
        "stem", "layer1", "layer2", "layer3", "layer4", "head",
    ]  # fmt: skip
    assert {*dense.parts[1].numbers} == {"params", "macs"}
    assert {*dense.numbers} == {"params", "buffers", "macs", "depth", "activations"}

"""Networks by name and by depth, and clear refusals."""

from itertools import pairwise

import pytest

from resnet import DepthError, ResNetSpec, SpecError
from resnet.network.presets import FAMILIES, PRESETS


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("resnet18", 18),
        ("resnet34", 34),
        ("resnet50", 50),
        ("resnet101", 101),
        ("resnet152", 152),
        ("cifar_resnet20", 20),
        ("cifar_resnet1202", 1202),
        ("preact_resnet164", 164),
        ("preact_resnet1001", 1001),
    ],
)
def test_a_preset_has_the_depth_in_its_name(name, depth):
    assert ResNetSpec.preset(name).depth == depth


def test_wrn_28_counts_its_three_projections_and_not_its_classifier():
    # Zagoruyko and Komodakis (arXiv:1605.07146): 28 convolutions, of which 3 are projections.
    spec = ResNetSpec.preset("wrn28_10")
    projections = sum(plan.shortcut == "projection" for plan in spec.blocks())
    assert spec.depth - 1 + projections == 28


@pytest.mark.parametrize(
    ("depth", "family", "layers"),
    [
        (10, "imagenet", (1, 1, 1, 1)),
        (18, "imagenet", (2, 2, 2, 2)),
        (34, "imagenet", (3, 4, 6, 3)),
        (50, "imagenet", (3, 4, 6, 3)),
        (101, "imagenet", (3, 4, 23, 3)),
        (152, "imagenet", (3, 8, 36, 3)),
        (200, "imagenet", (3, 24, 36, 3)),
        (269, "imagenet", (3, 30, 48, 8)),
        (14, "bottleneck", (1, 1, 1, 1)),
        (110, "cifar", (18, 18, 18)),
        (1001, "preact", (111, 111, 111)),
        (26, "bottleneck", (2, 2, 2, 2)),
    ],
)
def test_published_depths_give_the_published_layouts(depth, family, layers):
    assert ResNetSpec.of_depth(depth, family=family).layers == layers


# 2,000 blocks at most, of 2 or 3 layers, and a stem and a classifier
@pytest.mark.parametrize(
    ("family", "first", "deepest", "last", "steps"),
    [
        ("imagenet", 10, 269, 6002, {2, 3}),
        ("basic", 10, 34, 4002, {2}),
        ("bottleneck", 14, 269, 6002, {3}),
        ("cifar", 8, 1202, 3998, {6}),
        ("preact", 11, 1001, 5996, {9}),
    ],
)
def test_a_family_reaches_from_one_block_a_stage_to_2000_in_all(
    family, first, deepest, last, steps
):
    found = FAMILIES[family]
    assert (found.depths[0], found.shown[-1], found.depths[-1]) == (first, deepest, last)
    assert {b - a for a, b in pairwise(found.depths)} == steps
    assert ResNetSpec.of_depth(last, family).depth == last


def test_basic_blocks_end_where_bottlenecks_begin():
    assert ResNetSpec.of_depth(48).block == "basic"
    assert ResNetSpec.of_depth(50).block == "bottleneck"
    assert ResNetSpec.of_depth(48, "basic").layers == ResNetSpec.of_depth(48).layers


def test_the_neighbours_of_a_depth_are_reached_by_a_step():
    cifar = FAMILIES["cifar"]
    assert [cifar.around(depth) for depth in (20, 21, 8, 3998)] == [
        (14, 26), (20, 26), (8, 14), (3992, 3998),
    ]  # fmt: skip


def test_a_network_is_of_the_family_of_its_block_stem_stages_and_depth():
    resnet50, cifar = ResNetSpec().fields, ResNetSpec.preset("cifar_resnet20").fields
    assert [name for name in FAMILIES if FAMILIES[name].fits(resnet50)] == [
        "imagenet",
        "bottleneck",
    ]
    assert [name for name in FAMILIES if FAMILIES[name].fits(cifar)] == ["cifar"]
    for other in ({"stem": "deep"}, {"preact": True}, {"layers": (3, 4, 6)}):
        changed = ResNetSpec(**{"planes": (64,) * len(other.get("layers", (1,) * 4))} | other)
        assert not any(family.fits(changed.fields) for family in FAMILIES.values())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_reads_what_it_was_published_on(name):
    fields = PRESETS[name]
    on_cifar = name.startswith(("cifar", "wrn", "preact"))
    seen = (fields["image_size"], fields["num_classes"], fields["in_channels"])
    assert seen == ((32, 10, 3) if on_cifar else (224, 1000, 3))


def test_a_spec_is_resnet_50_unless_it_is_told_otherwise():
    assert ResNetSpec().fields == PRESETS["resnet50"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_depth_of_a_family_is_reached_exactly(family):
    for depth in FAMILIES[family].depths[:80]:
        assert ResNetSpec.of_depth(depth, family).depth == depth


@pytest.mark.parametrize(
    ("depth", "family", "nearest"),
    [
        (51, "imagenet", (50, 53)),
        (49, "imagenet", (48, 50)),
        (111, "cifar", (110, 116)),
        (1, "cifar", (8, 14)),
        (10**6, "cifar", (3992, 3998)),
    ],
)
def test_a_depth_between_layouts_is_answered_with_the_two_nearest(depth, family, nearest):
    with pytest.raises(DepthError, match=f"{nearest[0]} and {nearest[1]}") as caught:
        ResNetSpec.of_depth(depth, family)
    assert caught.value.nearest == nearest
    assert [ResNetSpec.of_depth(near, family).depth for near in nearest] == list(nearest)


def test_an_unknown_preset_is_answered_with_near_ones():
    with pytest.raises(SpecError, match="resnet50"):
        ResNetSpec.preset("resnet_50")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_known_by_its_name_whatever_its_input(name):
    assert ResNetSpec.preset(name, num_classes=7, in_channels=1, image_size=96).name == name
    assert ResNetSpec.preset(name).to_query() == f"net={name}"


def test_how_a_network_starts_to_learn_is_no_part_of_its_name():
    assert ResNetSpec(zero_init_residual=True).name == "resnet50"
    assert ResNetSpec(shortcut="D").name == "resnet50_bottleneck_3-4-6-3"
    plain = ResNetSpec.preset("resnet18", shortcut="none")
    assert plain.name == "plain18_basic_2-2-2-2"


@pytest.mark.parametrize(("depth", "said"), [(51.0, "whole number; got 51.0"), (True, "got True")])
def test_a_depth_is_a_whole_number(depth, said):
    with pytest.raises(SpecError, match=said):
        ResNetSpec.of_depth(depth)


def test_an_unknown_family_is_answered_with_those_there_are():
    with pytest.raises(SpecError, match="imagenet, basic, bottleneck, cifar, preact"):
        ResNetSpec.of_depth(50, "vgg")

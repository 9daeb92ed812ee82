"""Networks by name and by depth, and clear refusals."""

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
        (18, "imagenet", (2, 2, 2, 2)),
        (34, "imagenet", (3, 4, 6, 3)),
        (50, "imagenet", (3, 4, 6, 3)),
        (101, "imagenet", (3, 4, 23, 3)),
        (152, "imagenet", (3, 8, 36, 3)),
        (110, "cifar", (18, 18, 18)),
        (1001, "preact", (111, 111, 111)),
        (26, "bottleneck", (2, 2, 2, 2)),
    ],
)
def test_published_depths_give_the_published_layouts(depth, family, layers):
    assert ResNetSpec.of_depth(depth, family=family).layers == layers


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

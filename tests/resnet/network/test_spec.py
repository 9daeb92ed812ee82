"""A spec is a small value: networks by name, any depth, clear refusals, a lossless link."""

from dataclasses import replace

import pytest
from hypothesis import given

from resnet import DepthError, ResNetSpec, SpecError
from resnet.network.presets import FAMILIES, PRESETS
from resnet.network.variants import width_of, with_width
from tests.strategies import specs


def test_importing_the_library_brings_in_no_torch(fresh_python):
    assert fresh_python("import resnet, sys; print('torch' in sys.modules)") == "False"


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


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"block": "fancy"}, "basic or bottleneck"),
        ({"layers": ()}, "1 to 6 stages"),
        ({"layers": (1,) * 7}, "1 to 6 stages"),
        ({"layers": (3, 0, 6, 3)}, "at least one block"),
        ({"layers": (3, "4", 6, 3)}, "whole numbers"),
        ({"layers": (1, 1)}, "one width for each stage"),
        ({"layers": (900, 900, 900, 900)}, "too many"),
        ({"planes": (64, 128, 256, 0)}, "Stage widths"),
        ({"image_size": 4}, "8 to 4096"),
        ({"num_classes": 0}, "num_classes"),
        ({"groups": 2.0}, "whole number"),
        ({"preact": 1}, "true or false"),
        ({"block": "basic", "groups": 32}, "bottleneck"),
        ({"block": "basic", "stride_on": "1x1"}, "no 1×1"),
        ({"preact": True, "zero_init_residual": True}, "no last γ"),
        ({"shortcut": "A", "planes": (64, 128, 64, 512)}, "cannot narrow"),
        ({"width_per_group": 1, "planes": (8, 16, 32, 64)}, "no channel"),
    ],
)
def test_what_cannot_be_is_refused_in_words(changes, words):
    with pytest.raises(SpecError, match=words):
        replace(ResNetSpec(), **changes)


def test_an_unknown_preset_is_answered_with_near_ones():
    with pytest.raises(SpecError, match="resnet50"):
        ResNetSpec.preset("resnet_50")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_known_by_its_name_whatever_its_input(name):
    assert ResNetSpec.preset(name, num_classes=7, in_channels=1, image_size=96).name == name
    assert ResNetSpec.preset(name).to_query() == f"net={name}"


def test_a_link_names_the_nearest_preset_and_what_differs():
    spec = ResNetSpec.preset("resnet18", shortcut="none", layers=(3, 4, 6, 4))
    assert spec.to_query() == "net=resnet18&layers=3,4,6,4&shortcut=none"
    assert spec.to_fields() == {"net": "resnet18", "layers": "3,4,6,4", "shortcut": "none"}


@given(specs())
def test_a_link_loses_nothing(spec):
    assert ResNetSpec.from_query(spec.to_query()) == spec
    assert ResNetSpec.from_query(f"?{spec.to_query()}") == spec
    assert ResNetSpec.from_fields(spec.to_fields()) == spec


@pytest.mark.parametrize("link", ["net=vgg", "depth=18", "groups=many", "layers=1,x", "block=3"])
def test_a_link_that_means_nothing_is_refused(link):
    with pytest.raises(SpecError):
        ResNetSpec.from_query(link)


def test_a_width_is_counted_in_those_of_the_paper():
    assert width_of(ResNetSpec.preset("resnet50")) == 1
    assert width_of(ResNetSpec.preset("wrn28_10")) == 10
    half = with_width(ResNetSpec.preset("resnet18"), 0.5)
    assert (half.planes, half.stem_width) == ((32, 64, 128, 256), 32)
    assert with_width(half, 1) == ResNetSpec.preset("resnet18")


def test_a_stem_of_its_own_width_keeps_it():
    assert with_width(ResNetSpec.preset("wrn28_10"), 4).stem_width == 16
    assert with_width(ResNetSpec.preset("wrn28_10"), 4).planes == (64, 128, 256)

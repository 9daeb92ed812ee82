"""A network changed in one respect, and what stays of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet import DepthError, ResNetSpec, SpecError
from resnet.network.describing import describe_dropped
from resnet.network.fields.stems import STEMS
from resnet.network.naming.families import FAMILIES, own
from resnet.network.naming.presets import PRESETS, RESNET50
from resnet.network.naming.query import OF_USE
from resnet.network.variants import (
    Change,
    carried,
    to_depth,
    to_family,
    to_preset,
    to_value,
    width_of,
    with_layers,
    with_width,
)
from tests.strategies import specs

preset = ResNetSpec.preset
SMALL = {"in_channels": 1, "num_classes": 10, "image_size": 28}


def test_a_width_is_counted_in_those_of_the_paper():
    assert width_of(preset("resnet50")) == 1
    assert width_of(preset("wrn28_10")) == 10
    half = with_width(preset("resnet18"), 0.5)
    assert (half.planes, half.stem_width) == ((32, 64, 128, 256), 32)
    assert with_width(half, 1) == preset("resnet18")


def test_a_stem_of_its_own_width_keeps_it():
    assert with_width(preset("wrn28_10"), 4).stem_width == 16
    assert with_width(preset("wrn28_10"), 4).planes == (64, 128, 256)


def test_a_cifar_stem_alone_makes_no_network_wider():
    assert width_of(to_value(preset("resnet18"), "stem", "cifar").spec) == 1


def test_no_stage_is_narrower_than_one_plane():
    assert with_width(preset("resnet18"), 0.001).planes == (1, 1, 1, 1)


def test_further_stages_double_on_and_fewer_drop_the_last():
    spec = ResNetSpec(layers=(2,), planes=(24,))
    assert with_layers(spec, (1,) * 6).planes == (24, 48, 96, 192, 384, 768)
    assert with_layers(ResNetSpec(), (3, 4)).planes == (64, 128)
    dilated = with_layers(ResNetSpec(strides=(1, 2, 1, 1), dilations=(1, 1, 2, 4)), (1,) * 5)
    assert (dilated.strides, dilated.dilations) == ((1, 2, 1, 1, 2), (1, 1, 2, 4, 4))


def family_of(spec: ResNetSpec):
    return next((each for each in FAMILIES.values() if each.fits(spec.fields)), own(spec.fields))


def deeper(spec: ResNetSpec) -> Change:
    family = family_of(spec)
    return to_depth(spec, family.around(spec.depth)[1], family)


def test_a_depth_keeps_stem_input_and_classes():
    spec = preset("resnet18", stem="cifar", **SMALL)
    assert to_depth(spec, 34, FAMILIES["imagenet"]) == Change(
        preset("resnet34", stem="cifar", **SMALL)
    )


def test_a_step_of_a_wide_network_is_the_next_wide_network():
    step = deeper(preset("wrn28_10"))
    assert (step.spec.name, step.spec.depth, step.dropped) == ("wrn34_10", 32, {})


@pytest.mark.parametrize(
    ("layers", "block", "deeper_by", "grown"),
    [
        ((3, 4, 6), "bottleneck", 3, (3, 4, 7)),
        ((4, 29, 53, 4), "bottleneck", 3, (4, 29, 54, 4)),
        ((5, 5, 5, 5), "basic", 8, (6, 6, 6, 6)),
        ((2, 2), "basic", 4, (3, 3)),
        ((7,), "basic", 2, (8,)),
        ((9, 9, 9), "bottleneck", 9, (10, 10, 10)),
    ],
)
def test_a_layout_of_its_own_grows_as_it_is(layers, block, deeper_by, grown):
    spec = with_layers(ResNetSpec(block=block), layers)
    step = deeper(spec).spec
    assert (step.layers, step.depth - spec.depth, step.block) == (grown, deeper_by, block)
    assert family_of(step).around(step.depth)[0] == spec.depth


def test_a_layout_that_skips_a_depth_says_the_nearest():
    spec = with_layers(ResNetSpec(), (3, 4, 6))
    with pytest.raises(DepthError, match=r"longest stage .* nearest are 41 and 44") as caught:
        to_depth(spec, 42, own(spec.fields))
    assert caught.value.nearest == (41, 44)


def test_basic_blocks_drop_what_bottlenecks_alone_have():
    change = to_value(preset("resnext50_32x4d", stem="deep", **SMALL), "block", "basic")
    assert change.spec == preset("resnet34", stem="deep", **SMALL)
    assert change.dropped == {"groups": 32, "width_per_group": 4}
    assert describe_dropped(change) == "32x4d"
    keras = to_value(preset("keras_resnet50"), "block", "basic")
    assert describe_dropped(keras) == "v1"


def test_a_preset_is_whole_and_keeps_the_input_and_the_classes_that_were_set():
    small = preset("resnet18", shortcut="C", **SMALL)
    change = to_preset(small, "resnet101")
    assert change.spec == preset("resnet101", **SMALL)
    assert describe_dropped(change) == "option C"
    assert to_preset(preset("wrn28_10"), "resnet50").spec == preset("resnet50")
    filtered = to_preset(preset("resnet18", image_size=30, num_classes=7), "resnetaa50")
    assert filtered == Change(preset("resnetaa50", num_classes=7), {"image_size": 30})
    assert describe_dropped(filtered) == "30 px"


def test_a_family_keeps_depth_or_the_nearest_and_what_was_set():
    varied = preset("resnet50", shortcut="D", se_reduction=8, num_classes=100)
    change = to_family(varied, FAMILIES["cifar"])
    assert change.spec.to_query() == (
        "net=cifar_resnet20&layers=8,8,8&shortcut=D&se_reduction=8&num_classes=100"
    )
    assert not change.dropped
    deep = to_family(preset("resnet50", stem="deep"), FAMILIES["cifar"])
    assert (deep.spec.stem, describe_dropped(deep)) == ("cifar", "deep stem")
    assert to_family(preset("resnet18"), FAMILIES["cifar"]).spec == preset("cifar_resnet20")


def changes() -> st.SearchStrategy:
    """A change as a function, with the fields that it is about."""
    steps = st.just((deeper, ("block", "layers")))
    blocks = st.sampled_from(["basic", "bottleneck"]).map(
        lambda block: (lambda spec: to_value(spec, "block", block), ("block",))
    )
    stems = st.sampled_from([*STEMS]).map(
        lambda stem: (lambda spec: to_value(spec, "stem", stem), ("stem",))
    )
    return steps | blocks | stems


def put_back(spec: ResNetSpec, name: str, value: object) -> ResNetSpec | None:
    try:
        return replace(spec, **{name: value})
    except SpecError:
        return None


@given(specs(), changes())
def test_a_change_keeps_all_but_what_it_is_about_and_what_cannot_be(spec, change):
    make, about = change
    done = make(spec)
    for name, value in spec.fields.items():
        if name in done.dropped:
            assert done.dropped[name] == value
            assert put_back(done.spec, name, value) is None
        elif name not in about:
            assert put_back(done.spec, name, value) == done.spec
    assert not set(about) & set(done.dropped)
    assert bool(describe_dropped(done)) is bool(done.dropped)
    assert make(spec) == done


@given(specs(), st.sampled_from(["basic", "bottleneck"]))
def test_a_block_is_what_was_chosen(spec, block):
    assert to_value(spec, "block", block).spec.block == block


@given(specs())
def test_a_step_goes_to_the_next_depth(spec):
    assert deeper(spec).spec.depth == family_of(spec).around(spec.depth)[1]


@given(specs(), st.sampled_from([*PRESETS]))
def test_a_preset_is_the_preset_but_for_its_input(spec, name):
    change = to_preset(spec, name)
    for field, value in preset(name).fields.items():
        if field not in OF_USE:
            assert getattr(change.spec, field) == value
    for field, value in change.dropped.items():
        if field in OF_USE:
            assert put_back(change.spec, field, value) is None


@given(specs(), st.sampled_from([*FAMILIES]))
def test_a_family_is_the_family(spec, family):
    change = to_family(spec, FAMILIES[family])
    assert FAMILIES[family].fits(change.spec.fields)
    assert change.spec.stem == FAMILIES[family].of_depth(change.spec.depth)["stem"]


def test_the_fewest_are_dropped_and_what_was_set_of_the_input_last():
    """One for two, and of two alike the filter before the size that it cannot halve."""
    change = carried(RESNET50 | {"stem": "cifar"}, {"antialias": "average", "image_size": 30})
    assert change.dropped == {"antialias": "average"}
    many = {"preact": True, "zero_init_residual": True, "antialias": "binomial"}
    assert carried(RESNET50, many).dropped == {"preact": True}


def test_many_contradictions_are_settled_at_once():
    """More than are tried in every combination: each field is taken that goes with those before."""
    many = {
        "groups": 2, "width_per_group": 32, "stride_on": "1x1", "first_activation": "both",
        "se_divisor": 8, "antialias": "binomial", "pool": "ceil", "dilations": (1,),
    }  # fmt: skip
    change = carried(RESNET50 | {"block": "basic", "layers": (2, 2, 2, 2)}, many)
    assert {"groups", "width_per_group", "stride_on"} < set(change.dropped)
    for name, value in change.dropped.items():
        assert put_back(change.spec, name, value) is None

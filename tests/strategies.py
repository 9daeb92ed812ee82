"""Random networks, small enough to run, of every kind that a spec can say."""

from dataclasses import replace

from hypothesis import strategies as st

from resnet import ResNetSpec
from resnet.network.fields.axes import FIRST_ACTIVATIONS
from resnet.network.fields.rules import CHOICES, EXPANSION, SHORTCUTS
from resnet.network.fields.stems import POOLS, STEMS
from resnet.network.naming.presets import RESNET50

_AXES = (
    "first_activation", "pool", "strides", "dilations", "strided_block", "antialias", "attention",
    "se_divisor", "norm", "conv_bias", "expansion",
)  # fmt: skip
WHOLE = 128  # a multiple of the whole stride of three stages and any stem


def usual() -> st.SearchStrategy[ResNetSpec]:
    """Networks of every block, shortcut and stem, whose other axes are as torchvision has them."""
    return specs(square=True).map(_usual)


def _usual(spec: ResNetSpec) -> ResNetSpec:
    fields = {name: RESNET50[name] for name in _AXES}
    if spec.shortcut == "A":  # without its expansion, it could narrow
        fields |= {"shortcut": "B"}
    return replace(spec, **fields)


@st.composite
def specs(draw: st.DrawFn, square: bool = False) -> ResNetSpec:
    """Valid by construction: a rule that refuses one of these is a failure, not a rejection."""
    block = draw(st.sampled_from([*EXPANSION]))
    bottleneck, preact = block == "bottleneck", draw(st.booleans())
    group = draw(st.sampled_from([False, False, True]))
    antialias = "none" if preact else draw(st.sampled_from(CHOICES["antialias"]))
    stages = draw(st.integers(1, 3 if antialias != "none" or group else 6))
    shortcut = draw(st.sampled_from(SHORTCUTS))
    widths = st.sampled_from([32, 64] if group else [4, 8, 12, 16, 64])
    planes = draw(st.lists(widths, min_size=stages, max_size=stages))
    stem = draw(st.sampled_from([name for name in STEMS if not group or name != "tiered"]))
    stem_width = 64 if group else draw(st.sampled_from([4, 8, 16]))
    expansion = draw(st.sampled_from([0, 0, 1, 2, 3]))
    if shortcut == "A":  # pads, so that it can only widen
        planes.sort()
        least = planes[0] * (expansion or EXPANSION[block])
        if least < stem_width:
            planes, expansion = [stem_width] * stages, 1
    pools = [name for name in POOLS if antialias in POOLS[name]]
    lists = {"min_size": stages, "max_size": stages}
    return ResNetSpec(
        block=block,
        layers=tuple(draw(st.lists(st.integers(1, 3), **lists))),
        planes=tuple(planes),
        groups=draw(st.sampled_from([1, 2, 4])) if bottleneck else 1,
        width_per_group=draw(st.sampled_from([64] if group else [32, 50, 64, 128]))
        if bottleneck
        else 64,
        stem=stem,
        stem_width=stem_width,
        shortcut=shortcut,
        stride_on=draw(st.sampled_from(["3x3", "1x1"])) if bottleneck else "3x3",
        preact=preact,
        first_activation=draw(st.sampled_from([*FIRST_ACTIVATIONS])) if preact else "branch",
        pool=draw(st.sampled_from(["", *pools])),
        strides=draw(st.just(()) | st.lists(st.integers(1, 2), **lists).map(tuple)),
        dilations=draw(st.just(()) | st.lists(st.sampled_from([1, 2, 4]), **lists).map(tuple)),
        strided_block=draw(st.sampled_from(CHOICES["strided_block"])),
        antialias=antialias,
        norm="group" if group else "batch",
        conv_bias=draw(st.booleans()),
        expansion=expansion,
        zero_init_residual=not preact and draw(st.booleans()),
        in_channels=draw(st.sampled_from([1, 3, 4])),
        num_classes=draw(st.integers(1, 12)),
        image_size=draw(_sizes(antialias != "none", 33 if group else 8, square)),
        **draw(st.sampled_from(GATES)),
    )


GATES = (
    {"attention": "none"},
    {"attention": "eca"},
    {"se_reduction": 2},
    {"se_reduction": 4, "se_divisor": 8},
    {"se_reduction": 16},
)


def _sizes(filtered: bool, least: int, square: bool) -> st.SearchStrategy:
    side = st.sampled_from([WHOLE, 2 * WHOLE]) if filtered else st.integers(least, 80)
    return side if square else side | st.tuples(side, side)

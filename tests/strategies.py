"""Random networks, small enough to run, of every kind that a spec can say."""

from hypothesis import strategies as st

from resnet import ResNetSpec
from resnet.network.rules import EXPANSION, SHORTCUTS, STEMS


@st.composite
def specs(draw: st.DrawFn) -> ResNetSpec:
    """Valid by construction: a rule that refuses one of these is a failure, not a rejection."""
    stages = draw(st.integers(1, 6))
    block = draw(st.sampled_from([*EXPANSION]))
    shortcut = draw(st.sampled_from(SHORTCUTS))
    bottleneck, preact = block == "bottleneck", draw(st.booleans())
    planes = draw(st.lists(st.sampled_from([4, 8, 12, 16, 64]), min_size=stages, max_size=stages))
    stem_width = draw(st.sampled_from([4, 8, 16]))
    if shortcut == "A":  # pads, so that it can only widen
        planes.sort()
        stem_width = min(stem_width, planes[0] * EXPANSION[block])
    return ResNetSpec(
        block=block,
        layers=tuple(draw(st.lists(st.integers(1, 2), min_size=stages, max_size=stages))),
        planes=tuple(planes),
        groups=draw(st.sampled_from([1, 2, 4])) if bottleneck else 1,
        width_per_group=draw(st.sampled_from([32, 50, 64, 128])) if bottleneck else 64,
        stem=draw(st.sampled_from(STEMS)),
        stem_width=stem_width,
        shortcut=shortcut,
        stride_on=draw(st.sampled_from(["3x3", "1x1"])) if bottleneck else "3x3",
        preact=preact,
        se_reduction=draw(st.sampled_from([0, 2, 4, 16])),
        zero_init_residual=not preact and draw(st.booleans()),
        in_channels=draw(st.sampled_from([1, 3, 4])),
        num_classes=draw(st.integers(1, 12)),
        image_size=draw(st.integers(8, 80)),
    )

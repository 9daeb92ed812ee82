"""Random networks, small enough to run, of every kind that a spec can say."""

from hypothesis import assume
from hypothesis import strategies as st

from resnet import ResNetSpec, SpecError
from resnet.network.rules import SHORTCUTS, STEMS


@st.composite
def specs(draw: st.DrawFn) -> ResNetSpec:
    stages = draw(st.integers(1, 6))
    block = draw(st.sampled_from(["basic", "bottleneck"]))
    widths = st.sampled_from([8, 12, 16, 64])
    bottleneck = block == "bottleneck"
    preact = draw(st.booleans())
    fields = {
        "block": block,
        "layers": tuple(draw(st.lists(st.integers(1, 2), min_size=stages, max_size=stages))),
        "planes": tuple(draw(st.lists(widths, min_size=stages, max_size=stages))),
        "groups": draw(st.sampled_from([1, 2, 4])) if bottleneck else 1,
        "width_per_group": draw(st.sampled_from([32, 64, 128])) if bottleneck else 64,
        "stem": draw(st.sampled_from(STEMS)),
        "stem_width": draw(st.sampled_from([8, 16])),
        "shortcut": draw(st.sampled_from(SHORTCUTS)),
        "stride_on": draw(st.sampled_from(["3x3", "1x1"])) if bottleneck else "3x3",
        "preact": preact,
        "se_reduction": draw(st.sampled_from([0, 4, 16])),
        "zero_init_residual": not preact and draw(st.booleans()),
        "in_channels": draw(st.sampled_from([1, 3])),
        "num_classes": draw(st.integers(1, 12)),
        "image_size": draw(st.integers(8, 80)),
    }
    try:
        return ResNetSpec(**fields)
    except SpecError:
        assume(False)
        raise

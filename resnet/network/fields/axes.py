"""What a network may have besides its shape: anti-aliasing, attention, normalisation, activation.

Each axis is a table of plain data, whose keys are the values of a spec's field. Who builds, draws,
counts or writes looks up how it does an entry, so that one that it does not know is an error there.
"""

from __future__ import annotations

from typing import NamedTuple

from resnet.text.language import mark


class AntiAlias(NamedTuple):
    """The filter that lowers the resolution behind a convolution, in place of its stride.

    `kind` is the operation. `still`: it stands at stride 1 as well, where a stage is dilated
    instead of strided. `least` is the smallest side that it takes; `divides`: its stride has to
    divide the side.
    """

    title: str
    kind: str = ""
    still: bool = False
    least: int = 1
    divides: bool = False


ANTIALIAS = {
    "none": AntiAlias(mark("none")),
    "average": AntiAlias(mark("average"), "mean", divides=True),
    "binomial": AntiAlias(mark("binomial 3×3 (blur)"), "blur", still=True, least=2),
}

ATTENTIONS = {
    "none": mark("none"),
    "se": mark("squeeze-and-excitation"),
    "eca": mark("efficient channel attention"),
}


class Norm(NamedTuple):
    """A kind of normalisation: the graph's name of it, and the running numbers that it keeps."""

    title: str
    kind: str
    per_channel: int
    besides: int


NORMS = {
    "batch": Norm(mark("batch"), "bn", 2, 1),
    "group": Norm(mark("group, 32 groups"), "gn", 0, 0),
}
GROUPS = 32  # of group normalisation


class First(NamedTuple):
    """Where a pre-activation network activates first: behind its stem, in its first block."""

    title: str
    stem: bool
    block: bool


FIRST_ACTIVATIONS = {
    "branch": First(mark("in the first block's branch"), stem=False, block=True),
    "split": First(mark("behind the stem alone"), stem=True, block=False),
    "both": First(mark("behind the stem and in the first block"), stem=True, block=True),
}
STRIDED_BLOCKS = {"first": mark("first"), "last": mark("last (TF-Slim, Keras V2)")}


def squeezed(channels: int, reduction: int, divisor: int) -> int:
    """Channels between the two layers of squeeze-and-excitation, a multiple of the divisor."""
    return max(divisor, (channels // reduction + divisor // 2) // divisor * divisor)


def eca_kernel(channels: int) -> int:
    """Channels that one gate of efficient channel attention is computed from (arXiv:1910.03151).

    The odd number from log₂, with the paper's γ = 2 and b = 1.
    """
    near = channels.bit_length() // 2
    return max(near if near % 2 else near + 1, 3)

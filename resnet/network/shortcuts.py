"""Shortcuts: what each option puts beside a block's branch, and what each kind of it is made of.

Whoever builds, draws, counts or writes a shortcut goes by these tables, so that an option or a kind
that one of them does not know is an error there, and no silent identity.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet.text.language import mark


@dataclass(frozen=True)
class Kind:
    """One block's shortcut: a sentence on it, its operations in their order, and what it reads.

    A step is "pool" (2×2 average), "conv" (1×1, with its BN) or "pad" (zeros). `reach` is the side
    of the square of x from which one cell comes.
    """

    sentence: str
    steps: tuple[str, ...] = ()
    reach: int = 1


@dataclass(frozen=True)
class Option:
    """The kind of shortcut where a block keeps its shape, changes channels, or halves the side.

    `title` and `roads` say so in words. `keeps_place`: the convolution's number among the modules
    leaves one for a pool.
    """

    same: str
    wider: str
    smaller: str
    title: str
    roads: str
    keeps_place: bool = False

    def kind(self, channels: int, out: int, stride: int) -> str:
        """That of a block which takes `channels` to `out`."""
        if stride > 1:
            return self.smaller
        return self.same if channels == out else self.wider


KINDS = {
    "identity": Kind(mark("Identity: x is added unchanged.")),
    "none": Kind(mark("No shortcut: a plain block, its output is F(x) alone.")),
    "projection": Kind(mark("1×1 convolution, stride {stride}: {change}."), ("conv",)),
    "pool-projection": Kind(
        mark("2×2 average pool, stride 2, then 1×1 convolution: {change}."), ("pool", "conv"), 2
    ),
    "padding": Kind(mark("Option A, every second pixel and zero channels: {change}."), ("pad",)),
}
OPTIONS = {
    "A": Option(
        "identity", "padding", "padding",
        mark("A: zero padding"),
        mark("shortcuts are the identity, zero-padded where the shape changes"),
    ),
    "B": Option(
        "identity", "projection", "projection",
        mark("B: projection where the shape changes"),
        mark("shortcuts are the identity, projections where the shape changes"),
    ),
    "C": Option(
        "projection", "projection", "projection",
        mark("C: projection everywhere"),
        mark("every shortcut is a projection"),
    ),
    "D": Option(
        "identity", "projection", "pool-projection",
        mark("D: average pool, then 1×1"),
        mark("shortcuts are the identity, pooled projections where the shape changes"),
        keeps_place=True,
    ),
    "none": Option(
        "none", "none", "none",
        mark("none: a plain network"),
        mark("no shortcuts"),
    ),
}  # fmt: skip

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

    A step is "pool" (2×2 average), "conv" (1×1, with its BN), "pad" (zeros) or "skip" (every
    second pixel); the first of them takes the stride. `reach` is the side of the square of x from
    which one cell comes. `raw`: before activation it reads x itself, and not what the block's first
    ReLU wrote.
    """

    sentence: str
    steps: tuple[str, ...] = ()
    reach: int = 1
    raw: bool = False


@dataclass(frozen=True)
class Option:
    """The kind of shortcut where a block keeps its shape, changes channels, or halves the side.

    `dilated` is that of a block that changes channels and begins a dilated stage, `ends` that of
    one that halves the side at its stage's end and keeps its channels. `title` and `roads` say so
    in words. `keeps_place`: the convolution's number among the modules leaves one for a pool.
    """

    same: str
    wider: str
    smaller: str
    dilated: str
    ends: str
    title: str
    roads: str
    keeps_place: bool = False

    def kind(self, channels: int, out: int, stride: int, dilation: int, first: bool) -> str:
        """That of a block which takes `channels` to `out`, `first` in its stage or not."""
        if stride > 1:
            return self.smaller if first or channels != out else self.ends
        if channels == out:
            return self.same
        return self.wider if dilation == 1 else self.dilated


KINDS = {
    "identity": Kind(mark("Identity: x is added unchanged."), raw=True),
    "subsampled": Kind(mark("Identity of every second pixel of x: {change}."), ("skip",), raw=True),
    "none": Kind(mark("No shortcut: a plain block, its output is F(x) alone.")),
    "projection": Kind(mark("1×1 convolution, stride {stride}: {change}."), ("conv",)),
    "pool-projection": Kind(
        mark("2×2 average pool, stride 2, then 1×1 convolution: {change}."), ("pool", "conv"), 2
    ),
    "still-pool-projection": Kind(
        mark("2×2 average pool, stride 1, then 1×1 convolution: {change}."),
        ("still pool", "conv"),
        2,
    ),
    "padding": Kind(mark("Option A, every second pixel and zero channels: {change}."), ("pad",)),
}
OPTIONS = {
    "A": Option(
        "identity", "padding", "padding", "padding", "padding",
        mark("A: zero padding"),
        mark("shortcuts are the identity, zero-padded where the shape changes"),
    ),
    "B": Option(
        "identity", "projection", "projection", "projection", "subsampled",
        mark("B: projection where the shape changes"),
        mark("shortcuts are the identity, projections where the shape changes"),
    ),
    "C": Option(
        "projection", "projection", "projection", "projection", "projection",
        mark("C: projection everywhere"),
        mark("every shortcut is a projection"),
    ),
    "D": Option(
        "identity", "projection", "pool-projection", "still-pool-projection", "subsampled",
        mark("D: average pool, then 1×1"),
        mark("shortcuts are the identity, pooled projections where the shape changes"),
        keeps_place=True,
    ),
    "none": Option(
        "none", "none", "none", "none", "none",
        mark("none: a plain network"),
        mark("no shortcuts"),
    ),
}  # fmt: skip

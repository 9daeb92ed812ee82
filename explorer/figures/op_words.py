"""What is said of the values of a section: by the script, and of every operation."""

from __future__ import annotations

from resnet.network.graph import Op
from resnet.text.language import mark, tr

# What the script says; it fills the fields.
WORDS = {
    "picture": mark("The picture as the network sees it"),
    "maps": mark("maps of every operation"),
    "how": mark(
        "Pointer, touch or arrow keys choose the cell, a click holds it and shows how the map is "
        "made. [ and ] step from operation to operation; Home: the largest |{y}|."
    ),
    "rounding": mark(
        "Numbers are rounded; = is said where they give the result as they are shown, else ≈."
    ),
    "between": mark(", "),
    "held": mark("held: click again to let it go"),
    "where": mark("row {row}, column {column} of {height}×{width}, counted from 0"),
    "said": mark("{name}, {where}: {number}"),
    "in": mark("in-channel {n}"),
    "follow": mark("follow it back"),
    "others": mark("the other {n} in-channels together"),
    "other": mark("the other in-channel"),
    "bias": mark("bias"),
    "beyond": mark("beyond the edge: 0"),
    "left": mark("beyond the edge, left out"),
    "total": mark("sum"),
    "largest": mark("the largest of these"),
    "mean": mark("the mean of {n} numbers"),
    "weighed": mark("weighed by 1, 2, 1 both ways, over 16"),
    "enters": mark("What enters: nothing is computed here. ] goes on to the first operation."),
    "averaged": mark(
        "The mean over channels, of what each operation writes. How a number comes about is one "
        "channel's: choose “One channel”."
    ),
    "zero": mark("No channel of x lies behind this one: the shortcut pads it with zeros."),
    "taken": mark("This very value, from row {row}, column {column}."),
    "one": mark("One scale for all"),
    "own": mark("Each its own"),
    "scale": mark("Colours"),
    "small": mark("{name} reaches only {share} of this scale: see each on its own."),
    "before": mark("Previous operation"),
    "after": mark("Next operation"),
}

_NAMES = {
    "bn": "BN",
    "gn": "GN",
    "relu": "ReLU",
    "sigmoid": "sigmoid",
    "conv1d": "ECA",
    "add": "+",
    "scale": "×",
}
_CHIPS = {
    "maxpool": mark("{k}×{k} max, /{s}"),
    "ceilpool": mark("{k}×{k} max, /{s}"),
    "zeropad": mark("border of zeros"),
    "avgpool": mark("{k}×{k} average"),
    "stillpool": mark("2×2 average, /1"),
    "mean": mark("2×2 average, /2"),
    "blur": mark("binomial 3×3, /{s}"),
    "pad": mark("zero channels"),
    "skip": mark("every 2nd pixel"),
    "linear": mark("linear, {out}"),
}
_SENTENCES = {
    "conv": mark(
        "{k}×{k} convolution, {into} → {out} channels, stride {s}, padding {p}: the kernel lies on "
        "a window of every in-channel, and all products are added up."
    ),
    "linear": mark("Linear layer, {into} → {out}: each class weighs every pooled channel."),
    "conv1d": mark("A convolution along the channels: each gate reads {k} neighbouring means."),
    "bn": mark("Batch normalisation, by the mean μ and variance that training kept."),
    "gn": mark("Group normalisation, by the mean μ and variance of this picture's own group."),
    "relu": mark("ReLU: what is below zero becomes zero."),
    "sigmoid": mark("Sigmoid: a gate between 0 and 1, one for the whole channel."),
    "scale": mark("The whole channel times its gate."),
    "add": mark("The sum: what the shortcut carries and what the branch adds, cell by cell."),
    "maxpool": mark("Max pool: the largest of each window."),
    "ceilpool": mark("Max pool: the largest of each window."),
    "zeropad": mark("A border of zeros around every channel."),
    "avgpool": mark("Average pool: the mean of each window."),
    "stillpool": mark("Average of a cell and its neighbours to the right and below."),
    "mean": mark("Average pool: the mean of each window."),
    "blur": mark("A binomial filter, before every second pixel is left out."),
    "pad": mark(
        "Option A: every pixel at stride {s}, and channels of zeros before and after those of x."
    ),
    "skip": mark("Every second pixel."),
}


def chip(op: Op) -> str:
    """An operation in a few letters, as over its map."""
    if op.kind == "conv":
        stride = f", /{op.stride}" if op.stride > 1 else ""
        return f"{op.kernel}×{op.kernel}, {op.out_shape[0]}{stride}"
    if op.kind in _NAMES:
        return _NAMES[op.kind]
    if op.kind == "avgpool" and op.out_shape[1:] == (1, 1):
        return tr("mean")
    return tr(_CHIPS[op.kind], k=op.kernel, s=op.stride, out=op.out_shape[0])


def sentence(op: Op) -> str:
    """What an operation does."""
    shapes = {"into": op.in_shape[0], "out": op.out_shape[0]}
    return tr(_SENTENCES[op.kind], k=op.kernel, s=op.stride, p=op.padding, **shapes)

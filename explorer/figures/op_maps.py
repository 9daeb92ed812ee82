"""Every value of a block, the stem or the head for the browser: maps, and how one is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.figures.heat import packed
from explorer.tasks.op_flows import Flowing, Mixed, Read, Worked
from resnet.network.graph import Block, Op, Stage
from resnet.network.shortcuts import KINDS
from resnet.text.language import mark, tr

Section = Block | Stage

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
    "held": mark("held: click again to let it go"),
    "where": mark("row {row}, column {column} of {height}×{width}, counted from 0"),
    "said": mark("{name}, {where}: {number}"),
    "in": mark("in-channel {n}"),
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
        "The mean over channels. How a number comes about is one channel's: choose “One channel”."
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
_HOW = {
    "maxpool": "largest",
    "ceilpool": "largest",
    "avgpool": "mean",
    "mean": "mean",
    "stillpool": "still",
    "blur": "weighed",
    "pad": "taken",
    "skip": "taken",
    "zeropad": "taken",
}


class Lanes(NamedTuple):
    """What the drawing of a section says of each of its values: its symbol, and its lane."""

    symbols: tuple[str, ...]  # of each value, empty for most
    places: tuple[str, ...]  # entrance, shortcut, branch, gate or exit, of each value


def encoded_flow(section: Section, flow: Flowing) -> list[dict[str, Any]]:
    """Every value of the section, number 0 first, as JSON can hold it."""
    lanes = _lanes(section)
    values = zip(flow.maps, flow.channels, (False, *map(_padded, flow.worked)), *lanes, strict=True)
    shared = [
        {
            "values": packed(map_),
            "height": map_.shape[0],
            "width": map_.shape[1],
            "lens": _of_channel(channel, shape[0], padded),
            "single": channel is not None,
            "symbol": symbol,
            "place": place,
        }
        for (map_, channel, padded, symbol, place), shape in zip(
            values, _shapes(section), strict=True
        )
    ]
    ops = zip(section.ops, flow.worked, strict=True)
    own = [_entrance(section), *(_operation(section, op, worked) for op, worked in ops)]
    return [one | other for one, other in zip(shared, own, strict=True)]


def _shapes(section: Section) -> Iterator[tuple[int, ...]]:
    yield section.ops[0].in_shape
    yield from (op.out_shape for op in section.ops)


def _padded(worked: Worked) -> bool:
    """Whether a channel has nothing behind it; a mean has all channels."""
    return worked.own is not None and worked.reads[0].channel is None


def _of_channel(channel: int | None, channels: int, padded: bool) -> str:
    if channel is None:
        return tr("mean of {n} channels", n=channels)
    message = mark("channel {n}, padded zeros") if padded else mark("channel {n}")
    return tr(message, n=channel)


def _entrance(section: Section) -> dict[str, Any]:
    """Where the cells of what enters lie: one step back from the first operation."""
    op = section.ops[0]
    jump, reach = op.jump // op.stride, (op.kernel - 1) * op.dilation
    return {
        "name": "",
        "chip": tr("what enters"),
        "look": "enters",
        "kind": "enters",
        "factor": 1,
        "jump": jump,
        "centre": op.centre - (reach / 2 - op.padding) * jump,
        "field": op.receptive_field - reach * jump,
    }


def _operation(section: Section, op: Op, worked: Worked) -> dict[str, Any]:
    first = section.ops[0]
    return {
        "name": op.path.removeprefix(f"{section.name}.") if op.kind != "add" else "",
        "chip": _chip(op),
        "look": _look(op),
        "kind": op.kind,
        "factor": max(1, op.jump * first.stride // first.jump),
        "jump": op.jump,
        "centre": op.centre,
        "field": op.receptive_field,
        "sentence": _sentence(op),
        "how": _HOW.get(op.kind, ""),
        "kernel": op.kernel,
        "stride": op.stride,
        "padding": op.padding,
        "dilation": op.dilation,
        "reads": [_read(each) for each in worked.reads],
        **_numbers(worked),
    }


def _read(read: Read) -> dict[str, Any]:
    lens = "" if read.channel is None else tr("channel {n}", n=read.channel)
    given = {} if read.map is None else {"values": packed(read.map)}
    return {"value": read.value, "lens": lens, "single": read.channel is not None, **given}


def _numbers(worked: Worked) -> dict[str, Any]:
    if worked.normalised is not None:
        one = worked.normalised
        names = ("gamma", "beta", "mean", "variance", "epsilon", "sigma")
        return {"normalised": {name: getattr(one, name) for name in names}}
    return {} if worked.mixed is None else {"mixed": _mixed(worked.mixed)}


def _mixed(mixed: Mixed) -> dict[str, Any]:
    channels, side = len(mixed.kernels), mixed.kernels.shape[-1]
    return {
        "first": mixed.first,
        "channels": channels,
        "side": side,
        "bias": mixed.bias,
        "shown": mixed.top.shape[-1],
        "kernels": packed(mixed.kernels),
        "top": _packed_whole(mixed.top),
        **{
            name: packed(array)
            for name, array in (("windows", mixed.windows), ("whole", mixed.whole))
            if array is not None
        },
    }


def _packed_whole(array: NDArray[np.uint16]) -> str:
    return packed(np.ascontiguousarray(array).view(np.uint8))


def _chip(op: Op) -> str:
    if op.kind == "conv":
        stride = f", /{op.stride}" if op.stride > 1 else ""
        return f"{op.kernel}×{op.kernel}, {op.out_shape[0]}{stride}"
    if op.kind in _NAMES:
        return _NAMES[op.kind]
    if op.kind == "avgpool" and op.out_shape[1:] == (1, 1):
        return tr("mean")
    return tr(_CHIPS[op.kind], k=op.kernel, s=op.stride, out=op.out_shape[0])


def _sentence(op: Op) -> str:
    shapes = {"into": op.in_shape[0], "out": op.out_shape[0]}
    return tr(_SENTENCES[op.kind], k=op.kernel, s=op.stride, p=op.padding, **shapes)


def _look(op: Op) -> str:
    """The class that the drawing of the block gives it."""
    gate = ".se" in op.path
    if op.kind in ("conv", "linear", "conv1d") and not gate:
        return "gate" if op.stride > 1 or op.lane == "shortcut" else "conv"
    looks = {"bn": "bn", "gn": "bn", "relu": "relu", "add": "total"}
    return looks.get(op.kind, "excite" if gate else "gate")


def _lanes(section: Section) -> Lanes:
    if isinstance(section, Stage):
        count = len(section.ops)
        return Lanes(("x", *("",) * count), ("entrance", *("branch",) * count))
    places = ["entrance", *map(_place, section.ops)]
    symbols = ["x", *("" for _ in section.ops)]
    activated = section.plan.activates and not KINDS[section.plan.shortcut].raw
    if activated and section.plan.shortcut != "none":
        places[1:3], symbols[2] = ["entrance"] * 2, "a"
    shortcut, total = symbols_of(section)
    for place, symbol in (("shortcut", shortcut), ("branch", "F(x)")):
        for number in [n for n, at in enumerate(places) if at == place][-1:]:
            symbols[number] = symbol
    ends = [number for number, at in enumerate(places) if at == "exit"]
    for number, symbol in zip(reversed(ends), ("y", total), strict=False):
        symbols[number] = symbol
    return Lanes(tuple(symbols), tuple(places))


def _place(op: Op) -> str:
    """A gate's own operations, from the mean to the sigmoid, have a lane under the branch."""
    lanes = {"branch": "branch", "shortcut": "shortcut", "main": "exit"}
    return "gate" if ".se." in op.path else lanes[op.lane]


def symbols_of(block: Block) -> tuple[str, str]:
    """The shortcut's output and the sum, as the drawing of the block names them."""
    reads = "x" if ends_in_relu(block) else "a"
    kinds = {"identity": "x", "none": ""}
    shortcut = kinds.get(block.plan.shortcut, f"S({reads})")
    return shortcut, f"{shortcut} + F(x)" if shortcut else "F(x)"


def ends_in_relu(block: Block) -> bool:
    """Whether the block's sum, or its branch where there is none, goes through a ReLU."""
    return any(op.kind == "relu" for op in block.lane("main"))


def sum_of(maps: Sequence[dict[str, Any]]) -> int:
    """The number of the value that is on show first: the sum, or the last."""
    sums = [number for number, one in enumerate(maps) if one["kind"] == "add"]
    return sums[0] if sums else len(maps) - 1

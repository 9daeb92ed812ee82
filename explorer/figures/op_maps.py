"""Every value of a block, the stem or the head for the browser: maps, and how one is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.figures.heat import packed
from explorer.figures.op_words import chip, sentence
from explorer.tasks.op_flows import Flowing, Mixed, Read, Worked
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import Block, Op, Stage
from resnet.text.language import mark, tr

Section = Block | Stage

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
            "channel": channel,
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
        "chip": chip(op),
        "look": _look(op),
        "kind": op.kind,
        "factor": max(1, op.jump * first.stride // first.jump),
        "jump": op.jump,
        "centre": op.centre,
        "field": op.receptive_field,
        "sentence": sentence(op),
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

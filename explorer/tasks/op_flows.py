"""What flows through a section of a network: one channel's maps, and how each number is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.tasks.answers import Asked, Map
from explorer.tasks.inputs.bounded import Bounded
from resnet.network.graph import MIXING, NORMS

if TYPE_CHECKING:
    from torch import Tensor

    import resnet.residual.flow.arithmetic
    from resnet.residual.flow.arithmetic import Normalised
    from resnet.residual.flow.op_values import Flow, OpValues


Via = tuple[tuple[int, int], ...]  # a value's number and one of its channels, each


class Mixed(NamedTuple):
    """One channel of a convolution, as `resnet.residual.flow.arithmetic.Mixed` has it, as arrays.

    Where the in-channels (I, H, W) themselves are less than their windows, `whole` has them.
    """

    first: int
    kernels: NDArray[np.float32]
    bias: float
    top: NDArray[np.uint16]
    windows: NDArray[np.float32] | None
    whole: NDArray[np.float32] | None


class Read(NamedTuple):
    """What an operation reads: a value by its number, and its channel.

    Its map stands here where the one on show is another channel's.
    """

    value: int
    channel: int | None
    map: Map | None


class Worked(NamedTuple):
    """One operation: its channel on show, what it reads, and its numbers where it has some."""

    own: int | None
    reads: tuple[Read, ...]
    mixed: Mixed | None
    normalised: Normalised | None


class Facts(NamedTuple):
    """Of all channels: ‖F(x)‖ / ‖shortcut‖, and the share of the sum that the ReLU sets to zero."""

    ratio: float | None
    below_zero: float | None


class Flowing(NamedTuple):
    """The view of a photograph, and every value of a section: its channel, its map, how it is made.

    Value 0 enters, value n is the n-th operation's. No maps are of a flow beyond float32.
    """

    view: Image.Image
    channels: tuple[int | None, ...]
    maps: tuple[Map, ...]
    worked: tuple[Worked, ...]
    facts: Facts

    @property
    def finite(self) -> bool:
        """Whether no value went beyond float32."""
        return bool(self.maps)


def flowing(asked: Asked, name: str, channel: int | None, via: Via = ()) -> Flowing:
    """What flows through a block, the stem or the head; one channel, or the mean over all.

    `via` has channels of values that are followed in place of those that give the most.
    """
    from resnet.residual.flow.arithmetic import follow, of_channel

    model, flow = asked.model, _flow(asked, name)
    if not flow.finite:
        return Flowing(asked.view, (), (), (), Facts(None, None))
    followed = follow(model, flow, channel, dict(via))
    worked = tuple(
        _worked(asked, flow, each, own, tuple(zip(each.reads, read, strict=True)), followed.written)
        for each, own, read in zip(flow.ops, followed.written[1:], followed.read, strict=True)
    )
    maps = tuple(map_.numpy() for map_ in of_channel(flow, followed))
    return Flowing(asked.view, followed.written, maps, worked, _facts(flow))


def _worked(
    asked: Asked,
    flow: Flow,
    each: OpValues,
    own: int | None,
    read: tuple[tuple[int, int | None], ...],
    on_show: tuple[int | None, ...],
) -> Worked:
    from resnet.residual.flow.arithmetic import mixed, normalised, one_channel

    kind, model = each.op.kind, asked.model
    reads = tuple(
        Read(value, came, None)
        if came is None or came == on_show[value] or kind in MIXING
        else Read(value, came, one_channel(flow.values[value], came).numpy())
        for value, came in read
    )
    if own is None:
        return Worked(own, reads, None, None)
    if kind in MIXING:
        return Worked(
            own, reads, _mixed(mixed(model, flow, each, own), flow.values[each.reads[0]]), None
        )
    numbers = normalised(model, flow, each, own) if kind in NORMS else None
    return Worked(own, reads, None, numbers)


def _mixed(one: resnet.residual.flow.arithmetic.Mixed, read: Tensor) -> Mixed:
    top, kernels = one.top.numpy().astype(np.uint16), one.kernels.numpy()
    inputs = read[0, one.first : one.first + len(kernels)]
    fewer = inputs.numel() < one.windows.numel()
    windows, whole = (None, inputs.numpy()) if fewer else (one.windows.numpy(), None)
    return Mixed(one.first, kernels, one.bias, top, windows, whole)


def _facts(flow: Flow) -> Facts:
    from resnet.residual.flow.block_flow import ratio

    sums = [each for each in flow.ops if each.op.kind == "add"]
    shortcut, branch = (flow.values[n] for n in sums[0].reads) if sums else (None, flow.entered)
    last = flow.ops[-1]
    relu = last.op.kind == "relu" and last.op.lane == "main"
    return Facts(ratio(shortcut, branch), _below_zero(flow.values[-2]) if relu else None)


def _below_zero(total: Tensor) -> float:
    return float((total < 0).double().mean())


def _flow(asked: Asked, name: str) -> Flow:
    """One forward, kept for other channels of the same section."""

    def follow() -> Flow:
        from resnet.network.tracing import trace
        from resnet.residual.flow.op_values import op_values

        images = asked.residual.transform.tensor(asked.view).unsqueeze(0)  # (1, C, crop, crop)
        section = trace(asked.residual.spec).section(name)
        return op_values(asked.model, images, section)

    return _flows.once((asked, name), follow)


def _bytes(flow: Flow) -> int:
    return sum(value.nbytes for value in flow.values)


_flows: Bounded[tuple[Asked, str], Flow] = Bounded(256 << 20, _bytes)

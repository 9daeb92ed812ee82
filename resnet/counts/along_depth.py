"""What flows along a network's depth, by operation, block or stage: shapes, memory, params, MACs.

Left to right is the order of the forward pass. The main path runs through stem, branches and sums;
shortcuts and the gates of squeeze-and-excitation run beside it and stand where they are computed.
Memory is what every operation writes, each output kept, as float32 for one image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import prod

from resnet.counts.hardware import FLOAT32
from resnet.network.graph import Block, Graph, Op, Stage

LEVELS = ("block", "op", "stage")
MOST = 300  # steps that can be told apart on a screen; beyond, runs of equal blocks fold


@dataclass(frozen=True)
class Step:
    """One operation, block or stage: what enters and leaves it, and what it costs.

    `role` is "main", "shortcut" or "gate" (inside squeeze-and-excitation). `changes` where the
    stream's shape changes. `memory` is in bytes.
    """

    name: str
    kind: str
    role: str
    changes: bool
    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    memory: int
    params: int
    macs: int


@dataclass(frozen=True)
class Part:
    """What opens at once: the steps of the stem, the head, a stage, or a block.

    A part may stand for a run of equal blocks; its steps are those of one, to be taken `times`.
    """

    stage: Stage
    steps: tuple[Step, ...]
    blocks: tuple[Block, ...] = ()
    times: int = 1


def parts_along_depth(graph: Graph, by: str = "block") -> tuple[Part, ...]:
    """The network in steps, by "block", "op" or "stage"; equal blocks fold where they are too many.

    Raises ValueError for another level.
    """
    if by not in LEVELS:
        raise ValueError(f"by is {by!r}; it can be {', '.join(LEVELS)}")
    if by == "stage":
        return tuple(Part(s, (_whole(s, s.name, "stage", s.ops),), s.blocks) for s in graph.stages)
    cut = _operations if by == "op" else _as_one_step
    count = sum(len(block.first) for block in graph.blocks) if by == "op" else len(graph.blocks)
    return tuple(part for stage in graph.stages for part in _parts(stage, cut, count > MOST))


def bytes_written(ops: Iterable[Op]) -> int:
    """Bytes that these operations write for one image in float32."""
    return FLOAT32 * sum(prod(op.out_shape) for op in ops)


def _parts(
    stage: Stage, cut: Callable[[Stage | Block], tuple[Step, ...]], fold: bool
) -> Iterator[Part]:
    if stage.own_ops:
        yield Part(stage, cut(stage))
    runs = groupby(stage.blocks, key=lambda block: block.plan[2:] if fold else block.name)
    for run in (tuple(run) for _, run in runs):
        yield Part(stage, cut(run[0]), run, len(run))


def _as_one_step(whole: Stage | Block) -> tuple[Step, ...]:
    if isinstance(whole, Block):
        return (_whole(whole, whole.name, "block", whole.first),)
    return (_whole(whole, whole.name, "stage", whole.ops),)


def _whole(whole: Stage | Block, name: str, kind: str, ops: Iterable[Op]) -> Step:
    into, out = whole.in_shape, whole.out_shape
    changes = kind == "block" and into != out
    return Step(
        name, kind, "main", changes, into, out, bytes_written(ops), whole.params, whole.macs
    )


def _operations(whole: Stage | Block) -> tuple[Step, ...]:
    return tuple(map(_operation, whole.ops))


def _operation(op: Op) -> Step:
    role = "shortcut" if op.lane == "shortcut" else "gate" if ".se." in op.path else "main"
    smaller = role == "main" and op.kind != "linear" and op.in_shape[1:] != op.out_shape[1:]
    return Step(
        op.path, op.kind, role, role == "shortcut" or smaller,
        op.in_shape, op.out_shape, bytes_written((op,)), op.params, op.macs,
    )  # fmt: skip

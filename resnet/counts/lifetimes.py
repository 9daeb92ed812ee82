"""When each tensor of a forward pass is written, how long it is held, and if autograd saves it.

The graph is followed in the order in which a network runs. A module holds what it was called
with until it returns, and a variable what it names until its next value is there: so the inputs of
a block and of a stage stay alive to their ends, and nothing is computed in place. No torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from resnet.counts.conventions import sort_of
from resnet.network.fields.rules import SpecError
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import Block, Graph, Op
from resnet.text.language import mark, tr

# What derivatives are computed from (PyTorch's derivatives.yaml). The sum, zero padding and the
# mean over a map need shapes only; max pooling needs its indices too.
_SAVES_INPUT = {"conv", "bn", "maxpool", "ceilpool", "avgpool", "mean", "linear", "scale"}
_SAVES_OUTPUT = {"relu", "last relu", "sigmoid"}
_NOT_FOLLOWED = {"gn", "conv1d", "blur", "stillpool"}  # they keep what no operation here writes


class Tensor(NamedTuple):
    """What one operation writes; `first` and `last` number the operations during which it lives."""

    name: str
    elements: int  # for one image
    first: int
    last: int
    saved: bool  # for the backward pass
    integers: bool  # of 8 bytes, whatever the precision

    def size(self, width: int) -> int:
        """Bytes for one image where a number takes `width`."""
        return self.elements * (8 if self.integers else width)


def tensors(graph: Graph) -> tuple[Tensor, ...]:
    """Every tensor of a forward pass, the image first, which its caller holds to the end.

    What some operations hold within themselves is left out: `check_followed` says whether.
    """
    tape = _Tape()
    image = tape.add("image", prod(graph.in_shape))
    x = tape.run(graph.stages[0].own_ops, image)
    *finish, pool, linear = graph.stages[-1].own_ops
    for stage in graph.stages[1:-1]:
        before = x
        for block in stage.blocks:
            x = _block(tape, block, x, graph.spec.preact)
        if stage is graph.stages[-2]:
            x = tape.call(finish, x)
        tape.hold(before)
    tape.run((pool, linear), x)
    tape.hold(image, x)
    return tuple(Tensor(**vars(draft)) for draft in tape.drafts)


def check_followed(graph: Graph) -> None:
    """Raise `SpecError` where an operation is not followed to the byte."""
    unknown = next((op.path for op in graph.ops if op.kind in _NOT_FOLLOWED), None)
    if unknown is not None:
        message = mark("What {path} holds of memory is not known to the byte, so none is stated.")
        raise SpecError(tr(message, path=unknown))


@dataclass
class _Draft:
    name: str
    elements: int
    first: int
    last: int
    saved: bool
    integers: bool


class _Tape:
    """Writes down what is computed. A value is the number of its draft."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.now = 0

    def add(self, name: str, elements: int, saved: bool = False, integers: bool = False) -> int:
        self.drafts.append(_Draft(name, elements, self.now, self.now, saved, integers))
        return len(self.drafts) - 1

    def hold(self, *values: int) -> None:
        for value in values:
            self.drafts[value].last = self.now

    def write(self, op: Op, *reads: int) -> int:
        self.now += 1
        self.hold(*reads)
        kind = sort_of(op)
        for value in reads:
            self.drafts[value].saved |= kind in _SAVES_INPUT
        if kind in ("maxpool", "ceilpool"):
            self.add(f"{op.path}, indices", prod(op.out_shape), saved=True, integers=True)
        return self.add(op.path, prod(op.out_shape), saved=kind in _SAVES_OUTPUT)

    def run(self, ops: Iterable[Op], x: int) -> int:
        """One after another; each value goes when it has been read."""
        for op in ops:
            x = self.write(op, x)
        return x

    def call(self, ops: Iterable[Op], x: int) -> int:
        """One within another: x keeps its name until the result is there."""
        out = self.run(ops, x)
        self.hold(x)
        return out


def _block(tape: _Tape, block: Block, x: int, preact: bool) -> int:
    branch, gate = _without_gate(block.lane("branch"))
    own = 2 * block.plan.activates
    out = activated = tape.call(branch[:own], x) if own else x
    ends = ("conv",) if preact else ("bn", "relu", "mean")
    for ops in _statements(branch[own:], *ends):
        out = tape.call(ops, out)
    if gate:
        out = tape.write(gate[-1], out, tape.run(gate[:-1], out))
    around = x if KINDS[block.plan.shortcut].raw else activated
    around = tape.run(block.lane("shortcut"), around)
    tape.hold(activated)
    for op in block.lane("main"):  # the sum and, after it, the ReLU
        out = tape.write(op, out, around) if op.kind == "add" else tape.write(op, out)
    tape.hold(x)
    return out


def _without_gate(branch: tuple[Op, ...]) -> tuple[tuple[Op, ...], tuple[Op, ...]]:
    """A branch, and the squeeze-and-excitation at its end, which begins with a pool."""
    at = next((i for i, op in enumerate(branch) if op.kind == "avgpool"), len(branch))
    return branch[:at], branch[at:]


def _statements(ops: tuple[Op, ...], *ends: str) -> Iterator[list[Op]]:
    """What the model computes in one line, which ends in one of these kinds."""
    statement: list[Op] = []
    for op in ops:
        statement.append(op)
        if op.kind in ends:
            yield statement
            statement = []

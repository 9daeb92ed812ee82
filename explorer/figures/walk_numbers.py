"""The numbers of a walk in the digits that are shown, and which step is which."""

from __future__ import annotations

from dataclasses import replace
from math import floor, log10
from typing import TYPE_CHECKING

from resnet.text.numbers import decimal

if TYPE_CHECKING:
    from resnet.residual.flow.one_cell import OpAtCell, Twins, Walk

_DIGITS = 2
OPS = 7  # of a residual block
LAST = 2 * OPS + 2  # the last step: x, the operations, ∂L/∂y, the operations back, ∂L/∂x
SUM = 6  # the number of the sum among the operations


def rounded(walk: Walk, power: int) -> Walk:
    """The walk in the digits that are shown, gradients in units of 10^`power`.

    Sums, gates and ReLUs are those of the numbers that are shown.
    """
    values, forward = [to_digits(walk.x)], []
    for op in walk.ops:
        reads = (values[0], values[-1]) if op.kind == "add" else (values[-1],)
        exact = {"add": to_digits(sum(reads)), "relu": max(0.0, reads[0])}
        values.append(exact.get(op.kind, to_digits(op.out)))
        forward.append(op._replace(reads=reads, out=values[-1]))
    arrived, back = to_digits(walk.ops[-1].arrived, power), []
    for op in reversed(forward):
        through = arrived if op.kind == "add" else to_digits(op.returned[0], power)
        passes = op.kind == "relu" and op.returned[0] != 0
        returned = (arrived if passes else through,) * len(op.returned)
        back.append(op._replace(arrived=arrived, returned=returned))
        arrived = returned[-1]
    ops = tuple(_in_units(op, power) for op in reversed(back))
    by_identity = sum(op.returned[0] for op in ops if op.kind == "add")
    return replace(walk, x=values[0], gradient=to_digits(by_identity + arrived), ops=ops)


def _in_units(op: OpAtCell, power: int) -> OpAtCell:
    if op.windows is None:
        return op
    scaled = tuple(value / 10**power for value in op.windows.gradients)
    return op._replace(windows=op.windows._replace(gradients=scaled))


def numbers_of(walk: Walk) -> list[int]:
    """The number of each operation of a block; a plain one has no `SUM`."""
    has_sum = any(op.kind == "add" for op in walk.ops)
    return [number for number in range(1, OPS + 1) if has_sum or number != SUM]


def to_digits(value: float, power: int = 0) -> float:
    """A number as it is shown, in units of 10^`power`."""
    return round(value / 10**power, _DIGITS) + 0.0


def power_of(twins: Twins) -> int:
    """The power of ten that the largest gradient has; 0 where it can be written as it is."""
    ops = (*twins.residual.ops, *twins.plain.ops)
    largest = max(abs(value) for op in ops for value in (op.arrived, *op.returned))
    power = floor(log10(largest)) if largest > 0 else 0
    return 0 if power in (0, 1) else power


def text_of(value: float) -> str:
    """A number as it is written."""
    return decimal(value, _DIGITS)

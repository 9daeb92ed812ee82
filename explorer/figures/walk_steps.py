"""A walk through one cell of a block, forward and back, as the pictures of one step take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor, log10
from typing import TYPE_CHECKING

from resnet.drawing.charts.derivative_walk import Box, Lane, Wire
from resnet.drawing.charts.worked_numbers import Grid, Number, Part, Row
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal

if TYPE_CHECKING:
    from resnet.residual.one_cell import OpAtCell, Twins, Walk

_DIGITS = 2
_OPS = 7  # of a residual block
LAST = 2 * _OPS + 2  # the last step: x, the operations, ∂L/∂y, the operations back, ∂L/∂x
_SUM = 6  # the number of the sum among the operations
_CALLED = {"conv": "conv", "bn": "BN", "relu": "ReLU", "add": "⊕"}

_FORWARD = {
    "conv": mark(
        "**Convolution.** The kernel lies on 3×3 cells of channel {read}; {others} other channels "
        "of x add the rest."
    ),
    "bn": mark(
        "**BN**, in eval mode: μ and σ are those that training learned and are held still, so it "
        "is a straight line of slope γ/σ."
    ),
    "relu": mark("**ReLU.** Below zero becomes zero."),
    "add": mark("**⊕** adds x to F(x). The plain twin has nothing to add."),
}
_BACK = {
    "conv": mark(
        "**Back through the convolution.** The cells that read this one hand back what they got, "
        "by the same kernel turned by 180°; {others} other channels add the rest."
    ),
    "bn": mark("**Back through BN**: times its slope γ/σ."),
    "relu": mark("**Back through ReLU**: times 1 where its input was above zero, else times 0."),
    "add": mark(
        "**Back through ⊕.** A sum has slope 1 by either term: the same gradient goes on by the "
        "identity and into the branch."
    ),
}
_ENTERS = mark("**x**, one number of the stream: channel {outer}, row {row}, column {column}.")
_ARRIVES = mark(
    "**∂L/∂y arrives** from the blocks behind: how fast L moves if y does. L is the logit of "
    "“{label}”. The twin is given the same, so that only the block differs."
)
_FORKS = mark(
    "**Both ways meet at x**: 1 · {one} by the identity, {other} by F′. The plain twin has its F′ "
    "alone."
)


@dataclass(frozen=True)
class Frame:
    """One step: two lanes, the arithmetic in full, a sentence, and the unit of gradients."""

    residual: Lane
    plain: Lane
    rows: tuple[Row, ...]
    sentence: str
    unit: str

    @property
    def spoken(self) -> str:
        """The arithmetic in a line, for whoever cannot see it."""
        return "; ".join(f"{row.title}: {row.spoken}" for row in self.rows)


def frame(twins: Twins, label: str, channels: int, step: int) -> Frame:
    """Step 0 to `LAST` of a block of so many channels; `label` is the class whose logit L is."""
    power = _power(twins)
    residual, plain = (rounded(walk, power) for walk in (twins.residual, twins.plain))
    words = _Words(label, channels, step, twins)
    unit = "" if power == 0 else tr("∂L/∂… in units of {unit}", unit=f"10{_raised(power)}")
    return Frame(
        _lane(tr("residual block"), residual, step),
        _lane(tr("plain twin"), plain, step),
        tuple(_rows(residual, plain, words)),
        _sentence(residual, words),
        unit,
    )


@dataclass(frozen=True)
class _Words:
    """What a step is about besides its numbers."""

    label: str
    channels: int
    step: int
    twins: Twins


def rounded(walk: Walk, power: int) -> Walk:
    """The walk in the digits that are shown, gradients in units of 10^`power`.

    Sums, gates and ReLUs are those of the numbers that are shown.
    """
    values, forward = [_round(walk.x)], []
    for op in walk.ops:
        reads = (values[0], values[-1]) if op.kind == "add" else (values[-1],)
        exact = {"add": _round(sum(reads)), "relu": max(0.0, reads[0])}
        values.append(exact.get(op.kind, _round(op.out)))
        forward.append(replace_op(op, reads=reads, out=values[-1]))
    arrived, back = _round(walk.ops[-1].arrived, power), []
    for op in reversed(forward):
        through = arrived if op.kind == "add" else _round(op.returned[0], power)
        passes = op.kind == "relu" and op.returned[0] != 0
        returned = (arrived if passes else through,) * len(op.returned)
        back.append(replace_op(op, arrived=arrived, returned=returned))
        arrived = returned[-1]
    ops = tuple(_in_units(op, power) for op in reversed(back))
    by_identity = sum(op.returned[0] for op in ops if op.kind == "add")
    return replace(walk, x=values[0], gradient=_round(by_identity + arrived), ops=ops)


def replace_op(op: OpAtCell, **changes: object) -> OpAtCell:
    """The same with other numbers."""
    return op._replace(**changes)  # type: ignore[arg-type]


def _in_units(op: OpAtCell, power: int) -> OpAtCell:
    if op.windows is None:
        return op
    scaled = tuple(value / 10**power for value in op.windows.gradients)
    return replace_op(op, windows=op.windows._replace(gradients=scaled))


def _round(value: float, power: int = 0) -> float:
    return round(value / 10**power, _DIGITS) + 0.0


def _power(twins: Twins) -> int:
    """The power of ten that the largest gradient has; 0 where it can be written as it is."""
    ops = (*twins.residual.ops, *twins.plain.ops)
    largest = max(abs(value) for op in ops for value in (op.arrived, *op.returned))
    power = floor(log10(largest)) if largest > 0 else 0
    return 0 if power in (0, 1) else power


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _lane(title: str, walk: Walk, step: int) -> Lane:
    """A block with those of its numbers that are known at a step."""
    has_sum = any(op.kind == "add" for op in walk.ops)
    number_of = [n for n in range(1, _OPS + 1) if has_sum or n != _SUM]  # of each operation
    now = step if step <= _OPS else LAST - step
    arrives, forks = step == _OPS + 1, step == LAST

    def back(value: float, from_step: int) -> str:
        return decimal(value, _DIGITS) if step >= from_step else ""

    def forward(value: float, from_step: int) -> str:
        return decimal(value, _DIGITS) if step >= from_step else ""

    boxes = tuple(
        Box(
            _CALLED[op.kind],
            op.kind,
            Wire(
                forward(op.out, number),
                back(op.arrived, _shown_back(number_of, place)),
            ),
        )
        for place, (number, op) in enumerate(zip(number_of, walk.ops, strict=True))
    )
    identity = next((op for op in walk.ops if op.kind == "add"), None)
    enters = Wire(forward(walk.x, 0), back(walk.gradient, LAST if has_sum else LAST - 1))
    at = None if arrives else 0 if forks or now == 0 else _place(number_of, now)
    if identity is None:
        return Lane(title, enters, boxes, at)
    shortcut = Wire(
        forward(walk.x, _SUM),
        f"1 · {decimal(identity.arrived, _DIGITS)}" if step >= LAST - _SUM else "",
    )
    return Lane(title, enters, boxes, at, shortcut, back(walk.ops[0].returned[0], LAST - 1))


def _place(number_of: Sequence[int], number: int) -> int | None:
    """Which of a block's operations has a number, from 1."""
    return number_of.index(number) + 1 if number in number_of else None


def _shown_back(number_of: Sequence[int], place: int) -> int:
    """The step from which on ∂L/∂out is known: that of the next operation, back."""
    later = number_of[place + 1 :]
    return LAST - later[0] if later else _OPS + 1


def _rows(residual: Walk, plain: Walk, words: _Words) -> Iterator[Row]:
    """The arithmetic of the step, once where both blocks compute the same."""
    one, other = (tuple(map(_bracketed, _lines(walk, words))) for walk in (residual, plain))
    if one == other:
        yield Row(tr("both blocks"), one)
        return
    yield Row(tr("residual block"), one)
    if other:
        yield Row(tr("plain twin"), other)


def _lines(walk: Walk, words: _Words) -> Iterator[tuple[Part, ...]]:
    step = words.step
    if step == 0:
        yield (_number(walk.x, "x"),)
    elif step == _OPS + 1:
        yield (_number(walk.ops[-1].arrived, "∂L/∂y", back=True),)
    elif step == LAST:
        yield _fork(walk)
    else:
        number, back = (step, False) if step <= _OPS else (LAST - step, True)
        has_sum = any(op.kind == "add" for op in walk.ops)
        numbers = [n for n in range(1, _OPS + 1) if has_sum or n != _SUM]
        if number in numbers:
            op = walk.ops[numbers.index(number)]
            yield from (_back_lines if back else _forward_lines)[op.kind](op, words)


def _fork(walk: Walk) -> tuple[Part, ...]:
    branch = walk.ops[0].returned[0]
    identity = next((op.arrived for op in walk.ops if op.kind == "add"), None)
    total = _number(walk.gradient, "∂L/∂x", back=True)
    if identity is None:
        return (_number(branch, "F′ · ∂L/∂F", back=True), "=", total)
    one = Number(f"1 · {_text(identity)}", "1 · ∂L/∂⊕", back=True)
    return (one, "+", _number(branch, "F′ · ∂L/∂⊕", back=True), "=", total)


def _number(value: float, symbol: str, back: bool = False) -> Number:
    return Number(_text(value), symbol, back)


def _text(value: float) -> str:
    return decimal(value, _DIGITS)


def _bracketed(line: tuple[Part, ...]) -> tuple[Part, ...]:
    """With brackets around what is negative and stands behind a sign."""
    behind = ("", *line[:-1])
    return tuple(
        part._replace(text=f"({part.text})")
        if isinstance(part, Number) and part.text.startswith("−") and before in ("+", "−", "·")
        else part
        for before, part in zip(behind, line, strict=True)
    )


def _conv_forward(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    assert op.windows is not None
    yield _grid(op.windows.values, tr("values")), "·", _grid(op.windows.kernel, tr("kernel"))
    given = _dot(op.windows.values, op.windows.kernel)
    yield _added(given, op.out, words, op.path.rpartition(".")[2], back=False)


def _conv_back(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    assert op.windows is not None
    turned = op.windows.kernel[::-1]
    yield _grid(op.windows.gradients, "∂L/∂" + tr("out")), "·", _grid(turned, tr("kernel, turned"))
    given = _dot(op.windows.gradients, turned)
    yield _added(given, op.returned[0], words, "∂L/∂" + tr("in"), back=True)


def _added(given: float, total: float, words: _Words, name: str, back: bool) -> tuple[Part, ...]:
    """What one channel gives, and what all the others do."""
    given = _round(given)
    others = _round(total - given)
    return (
        _number(given, tr("this channel"), back),
        "+",
        _number(others, tr("{n} others", n=words.channels - 1), back),
        "=",
        _number(total, name, back),
    )


def _dot(values: Sequence[float], kernel: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, kernel, strict=True))


def _grid(values: Sequence[float], symbol: str) -> Grid:
    largest = max(map(abs, values)) or 1.0
    texts = tuple(decimal(value, _DIGITS) for value in values)
    return Grid(texts, tuple(value / largest for value in values), symbol)


def _slope(op: OpAtCell) -> float:
    assert op.normalised is not None
    return _round(op.normalised.gamma / op.normalised.sigma)


def _bn_forward(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    norm = op.normalised
    assert norm is not None
    gamma, sigma = _number(_round(norm.gamma), "γ"), _number(_round(norm.sigma), "σ")
    yield gamma, "/", sigma, "≈", _number(_slope(op), "γ/σ")
    yield (
        _number(_slope(op), "γ/σ"), "· (", _number(op.reads[0], "v"), "−",
        _number(_round(norm.mean), "μ"), ") +", _number(_round(norm.beta), "β"), "≈",
        _number(op.out, "BN"),
    )  # fmt: skip


def _bn_back(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    out, back = _number(op.arrived, "∂L/∂" + tr("out"), True), op.returned[0]
    yield _number(_slope(op), "γ/σ"), "·", out, "≈", _number(back, "∂L/∂" + tr("in"), True)


def _relu_forward(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    yield "max( 0,", _number(op.reads[0], tr("in")), ") =", _number(op.out, "ReLU")


def _relu_back(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    gate = Number("1" if op.out > 0 else "0", tr("gate"))
    out = _number(op.arrived, "∂L/∂" + tr("out"), back=True)
    yield gate, "·", out, "=", _number(op.returned[0], "∂L/∂" + tr("in"), back=True)


def _add_forward(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    one, other = op.reads
    yield _number(one, "x"), "+", _number(other, "F(x)"), "=", _number(op.out, "x + F(x)")


def _add_back(op: OpAtCell, words: _Words) -> Iterator[tuple[Part, ...]]:
    for symbol in ("∂L/∂" + tr("identity"), "∂L/∂F"):
        out = _number(op.arrived, "∂L/∂⊕", back=True)
        yield Number("1", tr("slope")), "·", out, "=", _number(op.arrived, symbol, back=True)


_forward_lines = {
    "conv": _conv_forward, "bn": _bn_forward, "relu": _relu_forward, "add": _add_forward,
}  # fmt: skip
_back_lines = {"conv": _conv_back, "bn": _bn_back, "relu": _relu_back, "add": _add_back}


def _sentence(walk: Walk, words: _Words) -> str:
    step, place = words.step, words.twins.place
    if step == 0:
        return tr(_ENTERS, outer=place.outer, row=place.row, column=place.column)
    if step == _OPS + 1:
        return tr(_ARRIVES, label=words.label)
    if step == LAST:
        identity = next(op.arrived for op in walk.ops if op.kind == "add")
        one, other = (decimal(v, _DIGITS) for v in (identity, walk.ops[0].returned[0]))
        return tr(_FORKS, one=one, other=other)
    number, said = (step, _FORWARD) if step <= _OPS else (LAST - step, _BACK)
    op = walk.ops[number - 1]
    read = place.inner if number == 4 else place.outer
    return tr(said[op.kind], read=read, others=words.channels - 1)

"""The arithmetic of one step of a walk, each operation by its own rule, forward and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.figures.walk_numbers import LAST, OPS, numbers_of, text_of, to_digits
from resnet.drawing.charts.worked_numbers import Grid, Number, Part, Row
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.residual.flow.one_cell import OpAtCell, Twins, Walk


@dataclass(frozen=True)
class Words:
    """What a step is about besides its numbers."""

    label: str
    channels: int
    step: int
    twins: Twins


def rows_of(residual: Walk, plain: Walk, words: Words) -> Iterator[Row]:
    """The arithmetic of the step, once where both blocks compute the same."""
    one, other = (tuple(map(_bracketed, _lines(walk, words))) for walk in (residual, plain))
    if one == other:
        yield Row(tr("both blocks"), one)
        return
    yield Row(tr("residual block"), one)
    if other:
        yield Row(tr("plain twin"), other)


def _lines(walk: Walk, words: Words) -> Iterator[tuple[Part, ...]]:
    step = words.step
    if step == 0:
        yield (_number(walk.x, "x"),)
    elif step == OPS + 1:
        yield (_number(walk.ops[-1].arrived, "∂L/∂y", back=True),)
    elif step == LAST:
        yield _fork(walk)
    else:
        number, back = (step, False) if step <= OPS else (LAST - step, True)
        numbers = numbers_of(walk)
        if number in numbers:
            op = walk.ops[numbers.index(number)]
            yield from (_back_lines if back else _forward_lines)[op.kind](op, words)


def _fork(walk: Walk) -> tuple[Part, ...]:
    branch = walk.ops[0].returned[0]
    identity = next((op.arrived for op in walk.ops if op.kind == "add"), None)
    total = _number(walk.gradient, "∂L/∂x", back=True)
    if identity is None:
        return (_number(branch, "F′ · ∂L/∂F", back=True), "=", total)
    one = Number(f"1 · {text_of(identity)}", "1 · ∂L/∂⊕", back=True)
    return (one, "+", _number(branch, "F′ · ∂L/∂⊕", back=True), "=", total)


def _number(value: float, symbol: str, back: bool = False) -> Number:
    return Number(text_of(value), symbol, back)


def _bracketed(line: tuple[Part, ...]) -> tuple[Part, ...]:
    """With brackets around what is negative and stands behind a sign."""
    behind = ("", *line[:-1])
    return tuple(
        part._replace(text=f"({part.text})")
        if isinstance(part, Number) and part.text.startswith("−") and before in ("+", "−", "·")
        else part
        for before, part in zip(behind, line, strict=True)
    )


def _conv_forward(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    assert op.windows is not None
    yield _grid(op.windows.values, tr("values")), "·", _grid(op.windows.kernel, tr("kernel"))
    given = _dot(op.windows.values, op.windows.kernel)
    yield _added(given, op.out, words, op.path.rpartition(".")[2], back=False)


def _conv_back(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    assert op.windows is not None
    turned = op.windows.kernel[::-1]
    yield _grid(op.windows.gradients, "∂L/∂" + tr("out")), "·", _grid(turned, tr("kernel, turned"))
    given = _dot(op.windows.gradients, turned)
    yield _added(given, op.returned[0], words, "∂L/∂" + tr("in"), back=True)


def _added(given: float, total: float, words: Words, name: str, back: bool) -> tuple[Part, ...]:
    """What one channel gives, and what all the others do."""
    given = to_digits(given)
    others = to_digits(total - given)
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
    texts = tuple(text_of(value) for value in values)
    return Grid(texts, tuple(value / largest for value in values), symbol)


def _slope(op: OpAtCell) -> float:
    assert op.normalised is not None
    return to_digits(op.normalised.gamma / op.normalised.sigma)


def _bn_forward(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    norm = op.normalised
    assert norm is not None
    gamma, sigma = _number(to_digits(norm.gamma), "γ"), _number(to_digits(norm.sigma), "σ")
    yield gamma, "/", sigma, "≈", _number(_slope(op), "γ/σ")
    yield (
        _number(_slope(op), "γ/σ"), "· (", _number(op.reads[0], "v"), "−",
        _number(to_digits(norm.mean), "μ"), ") +", _number(to_digits(norm.beta), "β"), "≈",
        _number(op.out, "BN"),
    )  # fmt: skip


def _bn_back(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    out, back = _number(op.arrived, "∂L/∂" + tr("out"), True), op.returned[0]
    yield _number(_slope(op), "γ/σ"), "·", out, "≈", _number(back, "∂L/∂" + tr("in"), True)


def _relu_forward(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    yield "max( 0,", _number(op.reads[0], tr("in")), ") =", _number(op.out, "ReLU")


def _relu_back(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    gate = Number("1" if op.out > 0 else "0", tr("gate"))
    out = _number(op.arrived, "∂L/∂" + tr("out"), back=True)
    yield gate, "·", out, "=", _number(op.returned[0], "∂L/∂" + tr("in"), back=True)


def _add_forward(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    one, other = op.reads
    yield _number(one, "x"), "+", _number(other, "F(x)"), "=", _number(op.out, "x + F(x)")


def _add_back(op: OpAtCell, words: Words) -> Iterator[tuple[Part, ...]]:
    for symbol in ("∂L/∂" + tr("identity"), "∂L/∂F"):
        out = _number(op.arrived, "∂L/∂⊕", back=True)
        yield Number("1", tr("slope")), "·", out, "=", _number(op.arrived, symbol, back=True)


_forward_lines = {
    "conv": _conv_forward, "bn": _bn_forward, "relu": _relu_forward, "add": _add_forward,
}  # fmt: skip
_back_lines = {"conv": _conv_back, "bn": _bn_back, "relu": _relu_back, "add": _add_back}

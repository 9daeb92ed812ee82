"""A walk through one cell of a block, forward and back, as the pictures of one step take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.figures.walk_arithmetic import Words, rows_of
from explorer.figures.walk_numbers import LAST, OPS, SUM, numbers_of, power_of, rounded, text_of
from resnet.drawing.charts.derivative_walk import Box, Lane, Wire
from resnet.drawing.charts.worked_numbers import Row
from resnet.text.language import mark, tr
from resnet.text.numbers import power_of_ten

if TYPE_CHECKING:
    from resnet.residual.flow.one_cell import Twins, Walk

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
    power = power_of(twins)
    residual, plain = (rounded(walk, power) for walk in (twins.residual, twins.plain))
    words = Words(label, channels, step, twins)
    unit = "" if power == 0 else tr("∂L/∂… in units of {unit}", unit=power_of_ten(power))
    return Frame(
        _lane(tr("residual block"), residual, step),
        _lane(tr("plain twin"), plain, step),
        tuple(rows_of(residual, plain, words)),
        _sentence(residual, words),
        unit,
    )


def _lane(title: str, walk: Walk, step: int) -> Lane:
    """A block with those of its numbers that are known at a step."""
    number_of = numbers_of(walk)
    now = step if step <= OPS else LAST - step
    arrives, forks = step == OPS + 1, step == LAST

    def known(value: float, from_step: int) -> str:
        return text_of(value) if step >= from_step else ""

    boxes = tuple(
        Box(
            _CALLED[op.kind],
            op.kind,
            Wire(
                known(op.out, number),
                known(op.arrived, _shown_back(number_of, place)),
            ),
        )
        for place, (number, op) in enumerate(zip(number_of, walk.ops, strict=True))
    )
    identity = next((op for op in walk.ops if op.kind == "add"), None)
    enters = Wire(known(walk.x, 0), known(walk.gradient, LAST if SUM in number_of else LAST - 1))
    at = None if arrives else 0 if forks or now == 0 else _place(number_of, now)
    if identity is None:
        return Lane(title, enters, boxes, at)
    shortcut = Wire(
        known(walk.x, SUM),
        f"1 · {text_of(identity.arrived)}" if step >= LAST - SUM else "",
    )
    return Lane(title, enters, boxes, at, shortcut, known(walk.ops[0].returned[0], LAST - 1))


def _place(number_of: Sequence[int], number: int) -> int | None:
    """Which of a block's operations has a number, from 1."""
    return number_of.index(number) + 1 if number in number_of else None


def _shown_back(number_of: Sequence[int], place: int) -> int:
    """The step from which on ∂L/∂out is known: that of the next operation, back."""
    later = number_of[place + 1 :]
    return LAST - later[0] if later else OPS + 1


def _sentence(walk: Walk, words: Words) -> str:
    step, place = words.step, words.twins.place
    if step == 0:
        return tr(_ENTERS, outer=place.outer, row=place.row, column=place.column)
    if step == OPS + 1:
        return tr(_ARRIVES, label=words.label)
    if step == LAST:
        identity = next(op.arrived for op in walk.ops if op.kind == "add")
        one, other = map(text_of, (identity, walk.ops[0].returned[0]))
        return tr(_FORKS, one=one, other=other)
    number, said = (step, _FORWARD) if step <= OPS else (LAST - step, _BACK)
    op = walk.ops[number - 1]
    read = place.inner if number == 4 else place.outer
    return tr(said[op.kind], read=read, others=words.channels - 1)

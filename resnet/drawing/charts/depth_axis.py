"""Where the steps of a network stand along its depth: each as wide as the next, none lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from resnet.counts.along_depth import Part, Step

END, STAGE, PART = 46.0, 62.0, 6.0  # the least room of stem and head, of a stage, of a part


@dataclass(frozen=True)
class Place:
    """Where a part stands; its steps share its width."""

    part: Part
    x: float
    width: float

    @property
    def slots(self) -> Iterator[tuple[Step, float, float]]:
        """Every step with its left edge and its width."""
        wide = self.width / len(self.part.steps)
        return ((step, self.x + i * wide, wide) for i, step in enumerate(self.part.steps))


def along(found: Sequence[Part], left: float, right: float) -> Iterator[Place]:
    """Every part's place between `left` and `right`; what would be too narrow to see is widened."""
    stages = [[*own] for _, own in groupby(found, key=lambda part: part.stage.name)]
    units = [sum(map(_units, own)) for own in stages]
    least = [STAGE if own[0].blocks else END for own in stages]
    for own, room in zip(stages, widths(units, least, right - left), strict=True):
        floor = min(PART, room / len(own))
        for part, width in zip(
            own, widths([*map(_units, own)], [floor] * len(own), room), strict=True
        ):
            yield Place(part, left, width)
            left += width


def widths(units: Sequence[int], least: Sequence[float], room: float) -> list[float]:
    """Share the room by units, save that each gets its least."""
    narrow: set[int] = set()
    while True:
        rest = [i for i in range(len(units)) if i not in narrow]
        spare = room - sum(least[i] for i in narrow)
        each = spare / max(sum(units[i] for i in rest), 1)
        found = {i for i in rest if each * units[i] < least[i]}
        if not found or len(found) == len(rest):
            return [least[i] if i in narrow else each * units[i] for i in range(len(units))]
        narrow |= found


def _units(part: Part) -> int:
    """A run drawn as one step keeps the room of its blocks; one of several steps is drawn once."""
    return part.times if len(part.steps) == 1 else len(part.steps)

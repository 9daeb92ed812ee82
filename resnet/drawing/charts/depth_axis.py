"""Where the steps of a network stand along its depth: each as wide as the next, none lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from resnet.counts.along_depth import Part, Step

END, STAGE, PART = 46.0, 62.0, 6.0  # the least width of stem and head, of a stage, of a part


@dataclass(frozen=True)
class PlacedPart:
    """Where a part stands; its steps share its width."""

    part: Part
    x: float
    width: float

    @property
    def slots(self) -> Iterator[tuple[Step, float, float]]:
        """Every step with its left edge and its width."""
        wide = self.width / len(self.part.steps)
        return ((step, self.x + i * wide, wide) for i, step in enumerate(self.part.steps))


def place_parts(parts: Sequence[Part], left: float, right: float) -> Iterator[PlacedPart]:
    """Every part's place between `left` and `right`; what would be too narrow to see is widened."""
    stages = [[*members] for _, members in groupby(parts, key=lambda part: part.stage.name)]
    units = [sum(map(_units, members)) for members in stages]
    least = [STAGE if members[0].blocks else END for members in stages]
    for members, stage_width in zip(stages, share_width(units, least, right - left), strict=True):
        floor = min(PART, stage_width / len(members))
        for part, width in zip(
            members,
            share_width([*map(_units, members)], [floor] * len(members), stage_width),
            strict=True,
        ):
            yield PlacedPart(part, left, width)
            left += width


def share_width(units: Sequence[int], least: Sequence[float], total: float) -> list[float]:
    """Share the total by units, save that each gets its least."""
    narrow: set[int] = set()
    while True:
        rest = [i for i in range(len(units)) if i not in narrow]
        spare = total - sum(least[i] for i in narrow)
        unit = spare / max(sum(units[i] for i in rest), 1)
        too_narrow = {i for i in rest if unit * units[i] < least[i]}
        if not too_narrow or len(too_narrow) == len(rest):
            return [least[i] if i in narrow else unit * units[i] for i in range(len(units))]
        narrow |= too_narrow


def _units(part: Part) -> int:
    """A run drawn as one step keeps the width of its blocks; one of several steps is drawn once."""
    return part.times if len(part.steps) == 1 else len(part.steps)

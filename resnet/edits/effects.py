"""What each edit does over many photographs, beside its controls. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from operator import add
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from resnet.edits.asking import Edited


@dataclass(frozen=True)
class Effect:
    """One edit over `photos` photographs; logits and margins are mean changes of each one's class.

    `flipped` is the share whose most probable class is another. `controls` is the mean change by
    the edits at random places, and `beyond` the share of those that change less; None where there
    was no room for any. `evidence` is the mean share of a map's positive values, before the edit,
    where an even map would have `area`.
    """

    edit: str
    photos: int
    flipped: float
    logit: float
    margin: float
    controls: float | None
    beyond: float | None
    evidence: float
    area: float


class Effects:
    """The effects of a list of edits, photograph by photograph. Sums are kept, no picture or map.

    An edit is known by its place in the list: two of one name are two edits.
    """

    def __init__(self) -> None:
        self._sums: dict[tuple[int, str], _Sums] = {}

    def add(self, edited: tuple[Edited, ...]) -> None:
        """What the edits did to one photograph more, in the list's order."""
        for place, each in enumerate(edited):
            key = place, each.edit.name
            self._sums[key] = _Sums(*map(add, self._sums.get(key, _NOTHING), _of_one(each)))

    @property
    def rows(self) -> tuple[Effect, ...]:
        """One for each edit, in the list's order."""
        return tuple(sums.effect(name) for (_, name), sums in self._sums.items())


class _Sums(NamedTuple):
    """Of one edit over photographs: `controls` counts them, and `changes` are theirs."""

    photos: int
    flipped: int
    logit: float
    margin: float
    controls: int
    changes: float
    beyond: int
    evidence: float
    area: float

    def effect(self, edit: str) -> Effect:
        """The means."""
        n, controls = self.photos, self.controls
        return Effect(
            edit=edit,
            photos=n,
            flipped=self.flipped / n,
            logit=self.logit / n,
            margin=self.margin / n,
            controls=self.changes / controls if controls else None,
            beyond=self.beyond / controls if controls else None,
            evidence=self.evidence / n,
            area=self.area / n,
        )


_NOTHING = _Sums(0, 0, 0.0, 0.0, 0, 0.0, 0, 0.0, 0.0)


def _of_one(each: Edited) -> _Sums:
    return _Sums(
        photos=1,
        flipped=each.flipped,
        logit=each.change,
        margin=each.margin_change,
        controls=len(each.controls),
        changes=sum(each.control_changes),
        beyond=each.beyond,
        evidence=each.before.evidence,
        area=each.area,
    )

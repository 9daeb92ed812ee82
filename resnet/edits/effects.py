"""What each edit does over many photographs, beside its controls. No torch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

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


def effects(edited: Iterable[Edited]) -> tuple[Effect, ...]:
    """One row for each edit, in the order in which they come first."""
    by_name: dict[str, list[Edited]] = defaultdict(list)
    for each in edited:
        by_name[each.edit.name].append(each)
    return tuple(_effect(name, group) for name, group in by_name.items())


def _effect(name: str, group: list[Edited]) -> Effect:
    changes = [change for each in group for change in each.control_changes]
    beyond = sum(each.beyond for each in group)
    return Effect(
        edit=name,
        photos=len(group),
        flipped=fmean(each.flipped for each in group),
        logit=fmean(each.change for each in group),
        margin=fmean(each.margin_change for each in group),
        controls=fmean(changes) if changes else None,
        beyond=beyond / len(changes) if changes else None,
        evidence=fmean(each.before.evidence for each in group),
        area=fmean(each.area for each in group),
    )

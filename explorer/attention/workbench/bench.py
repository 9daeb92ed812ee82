"""The table of all answers: what was measured, what is true, and which photographs are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.resources import surveys
from explorer.resources.surveys import Album, Region, Surveyed
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.choices.numbers import number, whole
from explorer.tasks.inputs.photos import Photo
from resnet.audit.findings.confusion import Confusion, confusion
from resnet.audit.reading.columns import COLUMNS, VERDICTS, ordered, verdicts
from resnet.audit.running.measures import Columns, of_truths
from resnet.evidence.session_file import SHORT

CENTRE: Region = (0.25, 0.25, 0.75, 0.75)


@dataclass(frozen=True)
class Bench:
    """The answers of an album beside the one on show; `truths` (N,) are -1 where not known."""

    answer: ShownAnswer
    album: Album
    surveyed: Surveyed
    truths: NDArray[np.int64]

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes' names; a trunk has none."""
        return self.answer.classifier.labels

    @property
    def predicted(self) -> NDArray[np.int32]:
        """The class that is said of each photograph, -1 of a trunk's."""
        return self.surveyed.columns["predicted"]

    @cached_property
    def columns(self) -> Columns:
        """Every column, with those of the truth and of the region that is asked about."""
        import torch

        told = of_truths(torch.from_numpy(self.surveyed.logits), self.truths)
        return {**self.surveyed.columns, **told, "box": self._in_box()}

    @cached_property
    def maps(self) -> NDArray[np.float32]:
        """Each photograph's map (N, h, w) at the usual layer; of no cells where there is none."""
        flat = self.surveyed.columns["map"]
        shapes = [layer.out_shape[1:] for layer in self.answer.classifier.layers[-1:]]
        return flat.reshape(len(flat), *(shapes[0] if flat.size and shapes else (0, 0)))

    @property
    def has_maps(self) -> bool:
        """Whether there is anything to lay over the photographs."""
        return self.maps.size > 0

    @cached_property
    def confusion(self) -> Confusion:
        """Which class was taken for which, over all photographs."""
        return confusion(self.truths, self.predicted)

    @cached_property
    def verdicts(self) -> NDArray[np.str_]:
        """Whether each answer is right, wrong, or of a truth that is not known."""
        return verdicts(self.truths, self.predicted)

    @property
    def orders(self) -> tuple[str, ...]:
        """The columns to order by that say something of any photograph; "" is as they came."""
        return "", *(name for name in COLUMNS if self._says(name))

    @cached_property
    def order(self) -> str:
        """The column that photographs are ordered by."""
        return ATTENTION.asked("order", self.orders)

    @cached_property
    def within(self) -> NDArray[np.intp]:
        """Those that every filter lets through but the bounds of the column of the order."""
        kept = np.ones(len(self.album.photos), dtype=bool)
        only = ATTENTION.asked("only", VERDICTS, "")
        if only:
            kept &= self.verdicts == only
        for field, classes in (("true_class", self.truths), ("said_class", self.predicted)):
            index = whole(ATTENTION.asked(field))
            if index is not None:
                kept &= classes == index
        return np.flatnonzero(kept)

    @cached_property
    def chosen(self) -> NDArray[np.intp]:
        """The photographs that are shown, in their order: places in the album."""
        if not self.order:
            return self.within[::-1] if ATTENTION.asked("reverse") else self.within
        values = self.columns[self.order][self.within]
        least, most = (number(ATTENTION.asked(field)) for field in ("least", "most"))
        kept = np.ones(len(values), dtype=bool)
        if least is not None:
            kept &= values >= least
        if most is not None:
            kept &= values <= most
        greatest = COLUMNS[self.order].greatest_first != bool(ATTENTION.asked("reverse"))
        found = self.within[kept]
        return found[ordered(values[kept], greatest)]

    def label(self, index: int) -> str:
        """A class in words; nothing for -1."""
        return self.labels[index] if 0 <= index < len(self.labels) else ""

    def _says(self, name: str) -> bool:
        return name in self.columns and not np.isnan(self.columns[name]).all()

    def _in_box(self) -> NDArray[Any]:
        if not self.has_maps:
            return np.full(len(self.maps), np.nan, dtype=np.float32)
        answer = self.answer
        return surveys.in_region(
            answer.model,
            answer.model.precision,
            self.album.key,
            region(),
            self.maps,
            answer.layers[answer.last],
            answer.classifier.transform.crop,
            answer.placements[0],
        )


def region() -> Region:
    """The box that evidence is asked about, in shares of the view; the centre as usual."""
    numbers = [number(part) for part in ATTENTION.asked("region").split(",")]
    if len(numbers) != 4 or None in numbers:
        return CENTRE
    left, top, right, bottom = (min(100.0, max(0.0, n or 0.0)) / 100 for n in numbers)
    return (left, top, right, bottom) if left < right and top < bottom else CENTRE


def link(photo: Photo) -> str:
    """What names a visitor's photograph in an address."""
    return f"{photo.name}~{photo.key[:SHORT]}"

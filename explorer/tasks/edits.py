"""A photograph edited and asked again: what a visitor wants of it as a value, and the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.tasks.answers import Asked
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import classifier

if TYPE_CHECKING:
    from resnet.edits.asking import Edited
    from resnet.edits.changes import Change
    from resnet.edits.edit import Edit
    from resnet.edits.effects import Effect
    from resnet.maps.explainable import Explainable
    from resnet.model.devices import Outcome
    from resnet.model.progress import Progress

MEAN, BLURRED = "mean", "blurred"  # what can be shown beside colours and photographs


@dataclass(frozen=True)
class Wanted:
    """An edit by name: where it acts in per cent, and what it shows.

    `shown` is a colour's name, `MEAN`, `BLURRED` or a photograph; `kept` a mask of the whole
    photograph, outside of which the background is, or None for the box.
    """

    name: str
    box: str
    shown: str | Photo
    words: str
    degrees: int
    kept: Photo | None

    def edit(self, photo: Photo, found: Explainable) -> Edit:
        """The edit of a photograph's view. Raises `EditError`."""
        from resnet.edits import edit
        from resnet.edits.areas import seen_mask
        from resnet.edits.boxes import Box
        from resnet.edits.changes import mean_colour

        box, shown = Box.read(self.box), self._shown(found)
        if self.name == "background" and self.kept is not None:
            mask = seen_mask(self.kept.image, found.transform, photo.image.size)
            return edit.background(mask, shown)
        makers = {
            "blur": lambda: edit.blur(box),
            "erase": lambda: edit.erase(box, mean_colour(found.transform)),
            "patch": lambda: edit.patch(box, shown),
            "text": lambda: edit.text(self.words, box),
            "background": lambda: edit.around(box, shown),
            "carton": edit.carton,
            "rotate": lambda: edit.rotate(self.degrees),
            "crop": edit.crop,
            "grey": edit.grey,
        }
        return makers[self.name]()

    def _shown(self, found: Explainable) -> Change:
        from resnet.edits.changes import Blurred, Picture, colour, mean_colour

        if isinstance(self.shown, Photo):
            small = self.shown.image.copy()
            small.thumbnail((2 * found.transform.crop,) * 2)
            return Picture(small)
        usual: dict[str, Change] = {MEAN: mean_colour(found.transform), BLURRED: Blurred()}
        return usual[self.shown] if self.shown in usual else colour(self.shown)


@dataclass(frozen=True)
class Question:
    """The class and the map that are asked about, by the edits: that of a visitor, or all."""

    target: int | None
    layer: str | None
    method: str | None


def edited(asked: Asked, question: Question, wanted: Wanted) -> Outcome[Edited]:
    """One edit's answer, without controls. Raises `DoesNotFit`, `EditError`."""
    from resnet.model.progress import last

    def find(there: Asked) -> Edited:
        return last(_wanted(there, question, wanted, 0))

    return asked.fitting(find)


def controlled(asked: Asked, question: Question, wanted: Wanted) -> Iterator[Progress[Edited]]:
    """The same with its controls."""
    from resnet.edits.asking import CONTROLS

    yield from _wanted(asked, question, wanted, CONTROLS)


def _wanted(
    asked: Asked, question: Question, wanted: Wanted, controls: int
) -> Iterator[Progress[Edited]]:
    from resnet.model.progress import Progress

    edit = wanted.edit(asked.photo, classifier(asked.source, asked.device))
    for step in _again(asked, question, [edit], controls):
        yield Progress(step.done, step.total, step.result[0] if step.result else None)


def battery(asked: Asked, question: Question) -> Iterator[Progress[tuple[Edited, ...]]]:
    """The fixed edits of one photograph."""
    from resnet.edits import edit
    from resnet.edits.asking import CONTROLS

    yield from _again(asked, question, edit.battery(), CONTROLS)


def effects_over(
    asked: Asked, photos: Sequence[Photo], question: Question
) -> Iterator[Progress[tuple[Effect, ...]]]:
    """The fixed edits of many photographs, each asked about its own class."""
    from resnet.edits.effects import Effects
    from resnet.model.progress import Progress, last

    found = Effects()
    for done, photo in enumerate(photos, 1):
        there, own = replace(asked, photo=photo), replace(question, target=None)
        found.add(last(battery(there, own)))
        yield Progress(done, len(photos), found.rows)


def _again(
    asked: Asked, question: Question, edits: Sequence[Edit], controls: int
) -> Iterator[Progress[tuple[Edited, ...]]]:
    from resnet.edits.asking import ask_again

    yield from ask_again(
        classifier(asked.source, asked.device), asked.photo.image, edits, question.target,
        question.layer, question.method, controls,
    )  # fmt: skip

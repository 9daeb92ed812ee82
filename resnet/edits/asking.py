"""A photograph, edited and asked again: a class before, after, and after edits at random places.

What a map shows and what an edit proves are two things: Adebayo et al. 2022 (arXiv:2212.04629)
found maps blind to shortcuts that nobody knew of. So both are here, of the same region.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from resnet.edits.edit import Edit
from resnet.maps.answers import Prediction, check_finite, class_index, top
from resnet.maps.explain import as_batch, check_question
from resnet.maps.explainable import Explainable, check_able, usual_method
from resnet.maps.ranking import Standing, standing
from resnet.model.devices import batch_of
from resnet.model.progress import Progress
from resnet.pictures.placement import PLACEMENTS, place

CONTROLS = 8  # random places that an edit is compared with
Map = NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """What the model says of one view: the class asked about, the best class, and its map.

    `values` (h, w) are in logits; None of a family without maps. `evidence` is the share of the
    map's positive values within the edit's area, by pixels; 0 where there are none.
    """

    view: Image.Image
    standing: Standing
    best: Prediction
    values: Map | None
    evidence: float


@dataclass(frozen=True)
class Edited:
    """One edit's answer beside that of the untouched view, and those of its controls.

    `area` is the share of the picture that the edit is about: what evidence it would hold if a map
    were even.
    """

    edit: Edit
    before: Answer
    after: Answer
    controls: tuple[Standing, ...]
    area: float

    @property
    def change(self) -> float:
        """Of the class's logit."""
        return self.after.standing.logit - self.before.standing.logit

    @property
    def margin_change(self) -> float:
        """Of its margin over the best other class."""
        return self.after.standing.margin - self.before.standing.margin

    @property
    def control_changes(self) -> tuple[float, ...]:
        """Of the class's logit, by each control."""
        return tuple(each.logit - self.before.standing.logit for each in self.controls)

    @property
    def beyond(self) -> int:
        """How many controls change the logit less than the edit does, whichever way."""
        return sum(abs(each) < abs(self.change) for each in self.control_changes)

    @property
    def flipped(self) -> bool:
        """Whether the most probable class is another."""
        return self.after.best.index != self.before.best.index


def ask_again(
    classifier: Explainable,
    image: Image.Image,
    edits: Sequence[Edit],
    target: str | int | None = None,
    layer: str | None = None,
    method: str | None = None,
    controls: int = CONTROLS,
    seed: int = 0,
) -> Generator[Progress[tuple[Edited, ...]]]:
    """Ask of an RGB image of any size what each edit of its view changes; yields after each edit.

    `target` is a class by index or label, the most probable one if none is named; `layer` and
    `method` say which map, the usual ones if not given. `controls` edits of equal area stand at
    random places, fewer where there is no room. Raises `ExplainError`.
    """
    check_able(classifier, "predictions")
    usual = [each.name for each in classifier.layers[-1:]]
    ask = _Asking(classifier, [layer] if layer else usual, method or usual_method(classifier))
    check_question(classifier, [image], ask.layers, ask.method, "fp32")
    named = None if target is None else class_index(classifier, target)
    classifier.ready()
    view = classifier.transform.view(image)
    untouched = ask.said(view, named)
    so_far: tuple[Edited, ...] = ()
    for done, edit in enumerate(edits, start=1):
        so_far = (*so_far, ask.edited(edit, untouched, controls, seed))
        yield Progress(done, len(edits), so_far)


def forwards(edits: Sequence[Edit], side: int, controls: int = CONTROLS) -> int:
    """Images that `ask_again` forwards, the untouched view among them."""
    return 1 + sum(1 + len(edit.controls(side, controls)) for edit in edits)


class _Said(NamedTuple):
    """What the model says of a view: logits (K,), the class that is asked about, and its map."""

    view: Image.Image
    logits: Tensor
    target: int
    values: Map | None


@dataclass(frozen=True)
class _Asking:
    """A classifier, and how its maps are made."""

    classifier: Explainable
    layers: Sequence[str]
    method: str

    def edited(self, edit: Edit, untouched: _Said, controls: int, seed: int) -> Edited:
        """One edit beside the untouched view."""
        view, index = untouched.view, untouched.target
        covers = edit.area.covers(view.width)
        others = [other(view) for other in edit.controls(view.width, controls, seed)]
        return Edited(
            edit,
            self._answer(untouched, covers),
            self._answer(self.said(edit(view), index), covers),
            tuple(standing(each, self.classifier.labels, index) for each in self._logits(others)),
            float(covers.mean()),
        )

    def said(self, view: Image.Image, index: int | None) -> _Said:
        """The answer to a view, with the map of a class, or of the most probable one."""
        found = self.classifier
        targets = None if index is None else torch.tensor([index], device=found.device)
        images = as_batch(found, [view])
        maps, logits, targets = found.maps(images, targets, self.layers, self.method, "fp32")
        check_finite(found.name, logits, *maps.values())
        values = next((each[0].cpu().numpy() for each in maps.values()), None)
        return _Said(view, logits[0].cpu(), int(targets[0]), values)

    def _logits(self, views: Sequence[Image.Image]) -> Iterator[Tensor]:
        """Those (K,) of each view, several at once."""
        found, size = self.classifier, batch_of(self.classifier.transform.crop)
        for first in range(0, len(views), size):
            _, logits = found.look(as_batch(found, views[first : first + size]), "fp32")
            check_finite(found.name, logits)
            yield from logits.cpu()

    def _answer(self, said: _Said, covers: NDArray[np.bool_]) -> Answer:
        labels = self.classifier.labels
        (best,) = top(said.logits, labels, 1)
        stands = standing(said.logits, labels, said.target)
        return Answer(said.view, stands, best, said.values, self._evidence(said.values, covers))

    def _evidence(self, values: Map | None, covers: NDArray[np.bool_]) -> float:
        """The share of a map's positive values within some pixels."""
        if values is None:
            return 0.0
        layer = next(each for each in self.classifier.layers if each.name == self.layers[0])
        placement = next(each for each in PLACEMENTS if each not in self.classifier.lacks)
        positive = np.maximum(values, 0)
        placed = place(positive, layer.centre, layer.jump, len(covers), placement)
        whole = float(placed.sum())
        return float(placed[covers].sum()) / whole if whole else 0.0

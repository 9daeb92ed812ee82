"""What the Attention page is about: a model's answer to one photograph, and one of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.attention.answer.style import style
from explorer.figures.heat import Heat, banded
from explorer.figures.tiles import Tile
from explorer.resources import drawings, kept_answers
from explorer.resources.kept_answers import Seen
from explorer.resources.models import Model
from explorer.state.choices.attention_choices import ATTENTION
from explorer.tasks.answers import Asked
from resnet.maps.methods import CAM_AT_THE_LAST, CLASSLESS, OF_A_STAGE
from resnet.network.graph import Graph
from resnet.pictures.colours import SIGNED
from resnet.pictures.overlay import Style, colour_table, over_grey, row_weights, strength
from resnet.pictures.placement import PLACEMENTS
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from resnet.maps.answers import Layer
    from resnet.weights.classifiers.classifier import Classifier
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

SHOWN = 512  # pixels of an overlay, and of the picture that is downloaded
_TILE = 384  # of one map among others
NO_POSITIVE = mark("No positive evidence.")
_BY_CAPTUM = mark("Forward {forward}. Map by Captum {took} ({device}). {note}")
_OF_NO_CLASS = mark("Forward and norm {took} ({device}). {note}")
_PLACED = mark(
    "At the last stage both methods are one map. Placement by receptive field "
    "centres a cell on the pixels that it sees; the conventional one stretches the map, half "
    "a cell off. Which of them finds an object better is measured under “May I believe it?”."
)


class Evidence(NamedTuple):
    """A map (h, w), and in words how it was made and how long that took."""

    values: NDArray[np.float32]
    made: str


@dataclass(frozen=True)
class ShownAnswer:
    """One photograph's answer by a classifier of any family, and the class that is asked about.

    `target` is its index. What only residual networks have is of use where the classifier does not
    lack it.
    """

    model: Model
    classifier: Classifier
    seen: Seen
    target: int

    @classmethod
    def of(cls, model: Model, seen: Seen, target: int) -> ShownAnswer:
        """The answer, of which more is asked on the device that gave it."""
        there = model.on(seen.device)
        return cls(there, kept_answers.described(there), seen, target)

    @property
    def layers(self) -> Mapping[str, Layer]:
        """Those that have a map by name, the usual one last; a family may have none."""
        return {layer.name: layer for layer in self.classifier.layers}

    @property
    def methods(self) -> Mapping[str, str]:
        """The methods of one map of a layer, and their titles."""
        return {name: tr(it.title) for name, it in OF_A_STAGE.items() if self.has(name)}

    @property
    def placements(self) -> tuple[str, ...]:
        """The ways to place a map, the usual one first."""
        return tuple(filter(self.has, PLACEMENTS))

    @property
    def about(self) -> str:
        """What is to be said of methods and placements."""
        lacks, name = self.classifier.lacks, self.classifier.name
        about = lacks.get("receptive-field") or lacks.get("gradcam") or _PLACED
        return tr(about, name=name)

    @property
    def precision(self) -> str:
        """What the forward ran in."""
        return self.model.precision_of(self.classifier)

    def has(self, what: str) -> bool:
        """Whether the classifier has a panel, a method, a placement or a precision."""
        return what not in self.classifier.lacks

    def evidence(self, target: int, layer: str, method: str) -> Evidence:
        """Any class's map at a layer: known since the forward, or computed. Raises `DoesNotFit`."""
        final = self.seen.look.maps
        if len(final) and layer == self.last and method in CAM_AT_THE_LAST:
            made = tr("{took}. Another class here: nothing more to compute.", took=self._forward())
            return Evidence(final[target].numpy(), made)
        find = self._by_stages if self.has("stages") else self._by_layer
        return find(target, layer, method)

    def bias(self, target: int) -> float:
        """What the classifier's end adds to any class's logit."""
        return float(self.classifier.biases[target])

    def _by_stages(self, target: int, layer: str, method: str) -> Evidence:
        """Of an earlier stage: a backward pass serves all of them."""
        outcome = kept_answers.stages(self.model, self.seen.photo, target)
        made = tr(
            "{took}. One backward pass for every stage of this class {seconds} "
            "({device}, fp32). {note}",
            took=self._forward(),
            seconds=duration(outcome.result.seconds),
            device=outcome.device,
            note=outcome.note,
        )
        return Evidence(outcome.result.values[method][layer], made)

    def _by_layer(self, target: int, layer: str, method: str) -> Evidence:
        """Of one layer alone: a forward and a backward for each class and layer."""
        outcome = kept_answers.at_layer(self.model, self.seen.photo, target, layer, method)
        made = tr(
            _OF_NO_CLASS if method in CLASSLESS else _BY_CAPTUM,
            forward=self._ran(),
            took=duration(outcome.result.seconds),
            device=outcome.device,
            note=outcome.note,
        )
        return Evidence(outcome.result.values, made)

    def _forward(self) -> str:
        return tr(
            "Forward with the last stage's maps of all classes {forward}", forward=self._ran()
        )

    def _ran(self) -> str:
        """How long the forward took, and where."""
        return f"{duration(self.seen.look.seconds)} ({self.seen.device}, {self.precision})"

    @property
    def label(self) -> str:
        """The class in words; of a trunk, which knows none, what its map shows."""
        return (
            self.classifier.labels[self.target]
            if self.has("predictions")
            else self.methods[self.method()]
        )

    @property
    def last(self) -> str:
        """The usual layer: of a residual network, its last stage."""
        return [*self.layers][-1]

    @property
    def rival(self) -> int:
        """The most probable class but the one that is asked about."""
        ranked = self.seen.look.logits.argsort(descending=True).tolist()
        return next((i for i in ranked if i != self.target), self.target)

    def layer(self) -> str:
        """The layer that the page asks about."""
        return ATTENTION.asked("layer", self.layers, self.last)

    def method(self) -> str:
        """The method that the page asks for."""
        return ATTENTION.asked("method", self.methods, next(iter(self.methods)))

    def placement(self) -> str:
        """The placement that the page asks for."""
        return ATTENTION.asked("placement", self.placements, self.placements[0])

    def heat(
        self,
        layer: str,
        values: NDArray[np.float32],
        full: float | None = None,
        placement: str | None = None,
        drawn: Style | None = None,
        side: int = SHOWN,
    ) -> Heat:
        """What the model saw and a layer's map over it, as the page's choices ask for it.

        `full` is the value in full colour, where it is not the map's own strength.
        """
        view, drawn = self.seen.look.view, drawn or style()
        placement = placement or self.placement()
        return Heat(
            drawings.view(self.model, self.seen.photo, side, view),
            banded(row_weights(len(values), self.layers[layer], view.width, side, placement)),
            values,
            colour_table(drawn),
            strength(values) if full is None else full,
            drawn.palette != SIGNED,
        )

    def tile(
        self,
        title: str,
        note: str,
        layer: str,
        values: NDArray[np.float32],
        full: float | None = None,
        none: str = NO_POSITIVE,
        drawn: Style | None = None,
    ) -> Tile:
        """A map among others: placed by its receptive field, which it shows cell by cell.

        `none`, a marked word, is said where no value is above 0.
        """
        hot = self.heat(layer, values, full, self.placements[0], drawn, _TILE)
        size, cells = self.seen.look.view.width, self.layers[layer]
        return Tile(title, note, hot, cells, cells.receptive_field, size, tr(none))

    @property
    def residual(self) -> ResidualClassifier:
        """The classifier as the residual network that it is, for what no other family has."""
        from resnet.weights.classifiers.residual_classifier import residual

        return residual(self.classifier)

    @property
    def graph(self) -> Graph:
        """The residual network's."""
        return self.residual.graph

    def maps(self, target: int, method: str) -> dict[str, NDArray[np.float32]]:
        """Any class's map (h, w) at every stage. Raises `DoesNotFit`."""
        maps = kept_answers.stages(self.model, self.seen.photo, target).result.values[method]
        return maps | {self.last: self.seen.look.maps[target].numpy()}

    @property
    def asked(self) -> Asked:
        """The answer's model and photograph, where it was given: what more is asked of it."""
        return self.model.asked(self.seen.photo)

    def question(self, *more: str) -> tuple[str, ...]:
        """What tells a question about this answer from every other."""
        return self.model.key, self.model.device, self.seen.photo.key, str(self.target), *more

    def over_grey(self, placed: NDArray[np.float32], full: float) -> Image.Image:
        """A map of the view's pixels (H, W) over the faded view; `full` is in full colour."""
        return over_grey(self.seen.look.view, placed, full, SHOWN, style())


def duration(seconds: float) -> str:
    """In words, in a unit that suits it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"

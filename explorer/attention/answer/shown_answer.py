"""What the Attention page is about: a model's answer to one photograph, and one of its classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.heat import Heat, banded
from explorer.figures.tiles import Tile
from explorer.resources import kept_answers, photos
from explorer.resources.kept_answers import Seen
from explorer.resources.models import Model
from explorer.state.attention_choices import ATTENTION
from resnet.maps.methods import METHODS, SIGNED_CAMS
from resnet.network.graph import Graph
from resnet.pictures.colours import COLOURS, SIGNED
from resnet.pictures.overlay import SIGNS, colour_table, over_grey, row_weights, strength
from resnet.pictures.placement import PLACEMENTS, Cells
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.weights.classifier import Classifier
    from resnet.weights.torchvision_families import AnyClassifier

THRESHOLDS = tuple(str(percent) for percent in range(0, 100, 10))
SHOWN = 512  # pixels of an overlay, and of the picture that is downloaded
_TILE = 384  # of one map among others
NO_POSITIVE = mark("No positive evidence.")
_TITLES = {name: METHODS[name].title for name in SIGNED_CAMS}


class Evidence(NamedTuple):
    """A map (h, w), and in words how it was made and how long that took."""

    values: NDArray[np.float32]
    made: str


@dataclass(frozen=True)
class AnySubject(ABC):
    """One photograph's answers by a model of any family, and the class that is asked about.

    `target` is its index.
    """

    model: Model
    classifier: AnyClassifier
    seen: Seen
    target: int

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The layers that have a map, the usual one last."""

    @property
    @abstractmethod
    def methods(self) -> Mapping[str, str]:
        """The methods of one map of a layer, and their titles."""

    @property
    @abstractmethod
    def placements(self) -> tuple[str, ...]:
        """The ways to place a map, the usual one first."""

    @property
    @abstractmethod
    def about(self) -> str:
        """What is to be said of methods and placements."""

    @abstractmethod
    def cells(self, layer: str) -> Cells:
        """Where a layer's cells lie."""

    @abstractmethod
    def field(self, layer: str) -> int:
        """Pixels on each side of what a cell sees; 0 where that is not known."""

    @abstractmethod
    def evidence(self, target: int, layer: str, method: str) -> Evidence:
        """Any class's map at a layer. Raises `DoesNotFit`."""

    @abstractmethod
    def complete(self, layer: str) -> bool:
        """Whether a map there sums to the logit less the class's bias."""

    @abstractmethod
    def bias(self, target: int) -> float:
        """What the last layer adds to any class's logit, where some map is complete."""

    @property
    def label(self) -> str:
        """The class in words."""
        return self.classifier.labels[self.target]

    @property
    def last(self) -> str:
        """The usual layer: of a residual network, its last stage."""
        return self.names[-1]

    @property
    def rival(self) -> int:
        """The most probable class but the one that is asked about."""
        ranked = self.seen.look.logits.argsort(descending=True).tolist()
        return next((i for i in ranked if i != self.target), self.target)

    def layer(self) -> str:
        """The layer that the page asks about."""
        return ATTENTION.asked("layer", self.names, self.last)

    def method(self) -> str:
        """The method that the page asks for."""
        return ATTENTION.asked("method", self.methods)

    def placement(self) -> str:
        """The placement that the page asks for."""
        return ATTENTION.asked("placement", self.placements, self.placements[0])

    def forward(self) -> str:
        """How long the forward took, and where."""
        return f"{duration(self.seen.look.seconds)} ({self.seen.device}, {self.precision})"

    @property
    def precision(self) -> str:
        """What the forward ran in."""
        return self.model.precision

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
            photos.view(self.model.key, self.seen.photo.key, side, view),
            banded(row_weights(len(values), self.cells(layer), view.width, side, placement)),
            values,
            colour_table(*drawn),
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
        size, cells = self.seen.look.view.width, self.cells(layer)
        return Tile(title, note, hot, cells, self.field(layer), size, tr(none))


@dataclass(frozen=True)
class Subject(AnySubject):
    """The answers of a residual network."""

    classifier: Classifier
    graph: Graph

    @property
    def names(self) -> tuple[str, ...]:
        """The stages."""
        return self.classifier.spec.stage_names

    @property
    def methods(self) -> Mapping[str, str]:
        """Both that say how much every cell adds."""
        return _TITLES

    @property
    def placements(self) -> tuple[str, ...]:
        """By receptive field, and stretched."""
        return PLACEMENTS

    @property
    def about(self) -> str:
        """What they have in common, and what parts them."""
        return tr(
            "At the last stage both methods are one map. Placement by receptive field "
            "puts a cell where it looks; the conventional one stretches the map, half "
            "a cell off."
        )

    def cells(self, layer: str) -> Cells:
        """Of a stage, by its receptive field."""
        return self.graph.stage(layer)

    def field(self, layer: str) -> int:
        """A stage's receptive field."""
        return self.graph.stage(layer).receptive_field

    def evidence(self, target: int, layer: str, method: str) -> Evidence:
        """The last stage's map is known for every class since the forward; others are computed."""
        took = tr(
            "Forward with the last stage's maps of all classes {forward}", forward=self.forward()
        )
        if layer == self.last:
            values = self.final_map_of(target)
            return Evidence(
                values, tr("{took}. Another class here: nothing more to compute.", took=took)
            )
        outcome = kept_answers.stages(self.model, self.seen.photo, target, method)
        said = outcome.result[layer]
        made = tr(
            "{took}. One backward pass for every stage of this class {seconds} "
            "({device}, fp32). {note}",
            took=took,
            seconds=duration(said.seconds),
            device=outcome.device,
            note=outcome.note,
        )
        return Evidence(said.maps[0].numpy(), made)

    def complete(self, layer: str) -> bool:
        """At the last stage."""
        return layer == self.last

    def bias(self, target: int) -> float:
        """That of the linear layer."""
        return float(self.classifier.model.fc.bias[target])

    @property
    def final_map(self) -> NDArray[np.float32]:
        """The class's map at the last stage (h, w), known since the forward."""
        return self.final_map_of(self.target)

    def final_map_of(self, target: int) -> NDArray[np.float32]:
        """Any class's map at the last stage (h, w)."""
        return self.seen.look.maps[target].numpy()

    def maps(self, target: int, method: str) -> dict[str, NDArray[np.float32]]:
        """Any class's map (h, w) at every stage. Raises `DoesNotFit`."""
        found = kept_answers.stages(self.model, self.seen.photo, target, method).result
        earlier = {name: said.maps[0].numpy() for name, said in found.items()}
        return earlier | {self.last: self.final_map_of(target)}

    def image(self) -> Tensor:
        """What the model saw, as its input (1, C, H, W) on its device."""
        x = self.classifier.transform.tensor(self.seen.look.view)[None]
        return x.to(self.classifier.model.fc.weight.device)

    def question(self, *more: str) -> tuple[str, ...]:
        """What tells a question about this subject from every other."""
        return self.model.key, self.model.device, self.seen.photo.key, str(self.target), *more

    def over_grey(self, placed: NDArray[np.float32], full: float) -> Image.Image:
        """A map of the view's pixels (H, W) over the faded view; `full` is in full colour."""
        return over_grey(self.seen.look.view, placed, full, SHOWN, *style())


def duration(seconds: float) -> str:
    """In words, in a unit that suits it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


class Style(NamedTuple):
    """Which signs are drawn, in which colours, and from what share of the fullest value."""

    signs: str
    palette: str
    threshold: float


def style() -> Style:
    """What the page's choices ask for."""
    asked = ATTENTION.asked
    palette = asked("colours", COLOURS)
    signs = asked("signs", SIGNS) if palette == SIGNED else "positive"
    return Style(signs, palette, int(asked("threshold", THRESHOLDS)) / 100)

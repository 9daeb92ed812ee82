"""What the Attention page is about: a model's answer to one photograph, and one of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer import state
from explorer.figures.tiles import Tile
from explorer.resources import Model, answers
from explorer.resources.answers import Seen
from resnet.colours import COLOURS, SIGNED
from resnet.graph import Graph, Stage
from resnet.overlay import SIGNS, blend, faded, layers, over
from resnet.placement import PLACEMENTS

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.weights import Classifier

THRESHOLDS = tuple(str(percent) for percent in range(0, 100, 10))
SHOWN = 512  # pixels of an overlay, and of the picture that is downloaded
_TILE = 384  # of one map among others
METHODS = {"gradcam": "Grad-CAM", "hirescam": "HiResCAM"}


@dataclass(frozen=True)
class Subject:
    """One photograph's answers, and the class (an index) whose evidence is asked for."""

    model: Model
    classifier: Classifier
    seen: Seen
    target: int
    graph: Graph

    @property
    def label(self) -> str:
        """The class in words."""
        return self.classifier.labels[self.target]

    @property
    def last(self) -> str:
        """The name of the last stage."""
        return self.classifier.spec.stage_names[-1]

    @property
    def rival(self) -> int:
        """The most probable class but the one that is asked about."""
        ranked = self.seen.look.logits.argsort(descending=True).tolist()
        return next((i for i in ranked if i != self.target), self.target)

    @property
    def final_map(self) -> NDArray[np.float32]:
        """The class's map at the last stage (h, w), known since the forward."""
        return self.final_map_of(self.target)

    def final_map_of(self, target: int) -> NDArray[np.float32]:
        """Any class's map at the last stage (h, w)."""
        return self.seen.look.maps[target].numpy()

    def maps(self, target: int, method: str) -> dict[str, NDArray[np.float32]]:
        """Any class's map (h, w) at every stage. Raises `DoesNotFit`."""
        found = answers.stages(self.model, self.seen.photo, target, method).result
        earlier = {name: said.maps[0].numpy() for name, said in found.items()}
        return earlier | {self.last: self.final_map_of(target)}

    def image(self) -> Tensor:
        """What the model saw, as its input (1, C, H, W) on its device."""
        x = self.classifier.transform.tensor(self.seen.look.view)[None]
        return x.to(self.classifier.model.fc.weight.device)

    def layer(self) -> str:
        """The stage that the page asks about."""
        return state.ATTENTION.asked("layer", self.classifier.spec.stage_names, self.last)

    def question(self, *more: str) -> tuple[str, ...]:
        """What tells a question about this subject from every other."""
        return self.model.key, self.model.device, self.seen.photo.key, str(self.target), *more

    def over_grey(self, placed: NDArray[np.float32], full: float) -> Image.Image:
        """A map of the view's pixels (H, W) over the faded view; `full` is in full colour."""
        photo, hot = over(self.seen.look.view, placed, full, SHOWN, *style())
        return blend(faded(photo), hot, 0.9)

    def pictures(
        self,
        stage: Stage,
        values: NDArray[np.float32],
        full: float | None = None,
        placement: str | None = None,
        drawn: Style | None = None,
        side: int = SHOWN,
    ) -> tuple[Image.Image, Image.Image]:
        """What the model saw and a map as heat over it, as the page's choices ask for it.

        `full` is the value in full colour, where it is not the map's own strength.
        """
        placement = placement or state.ATTENTION.asked("placement", PLACEMENTS)
        view = self.seen.look.view
        return layers(view, values, stage, side, placement, *(drawn or style()), full=full)

    def tile(
        self,
        title: str,
        note: str,
        stage: Stage,
        values: NDArray[np.float32],
        full: float | None = None,
        none: str = "No positive evidence.",
        drawn: Style | None = None,
    ) -> Tile:
        """A map among others: placed by its receptive field, which it shows cell by cell.

        `none` is said where no value is above 0.
        """
        photo, hot = self.pictures(stage, values, full, "receptive-field", drawn, _TILE)
        return Tile(title, note, photo, hot, values, stage, self.seen.look.view.width, none)


class Style(NamedTuple):
    """Which signs are drawn, in which colours, and from what share of the fullest value."""

    signs: str
    palette: str
    threshold: float


def style() -> Style:
    """What the page's choices ask for."""
    asked = state.ATTENTION.asked
    palette = asked("colours", COLOURS)
    signs = asked("signs", SIGNS) if palette == SIGNED else "positive"
    return Style(signs, palette, int(asked("threshold", THRESHOLDS)) / 100)

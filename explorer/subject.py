"""What the Attention page is about: a model's answer to one photograph, and one of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer import state
from explorer.resources import Model, Seen
from resnet.graph import Graph, Stage
from resnet.overlay import SIGNS, blend, faded, layers, over
from resnet.placement import PLACEMENTS

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.weights import Classifier

SHOWN = 512  # pixels of an overlay, and of the picture that is downloaded
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
        return self.seen.look.maps[self.target].numpy()

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

    def drawn(self, placed: NDArray[np.float32], full: float) -> Image.Image:
        """A map of the view's pixels (H, W) over the faded view; `full` is in full colour."""
        signs = state.ATTENTION.asked("signs", SIGNS)
        photo, hot = over(self.seen.look.view, placed, full, SHOWN, signs)
        return blend(faded(photo), hot, 0.9)

    def pictures(
        self, stage: Stage, values: NDArray[np.float32]
    ) -> tuple[Image.Image, Image.Image]:
        """What the model saw and a map as heat over it, as the page's choices ask for it."""
        asked = state.ATTENTION.asked
        placement, signs = asked("placement", PLACEMENTS), asked("signs", SIGNS)
        return layers(self.seen.look.view, values, stage, SHOWN, placement, signs)

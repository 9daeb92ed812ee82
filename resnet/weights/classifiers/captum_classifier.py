"""What classifiers have in common that are no residual networks of a spec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resnet.maps import layer_gradcam
from resnet.maps.answers import Survey
from resnet.weights.classifiers.torchvision_builders import StretchedLayer


class Reads(NamedTuple):
    """What such a network reads, and how many classes it tells apart."""

    num_classes: int
    in_channels: int
    image_size: int


class CaptumClassifier:
    """The half of a `Classifier` that asks `model` by Captum; whoever inherits it has the fields.

    Nothing in `model` works in place.
    """

    model: nn.Module
    labels: tuple[str, ...]
    layers: tuple[StretchedLayer, ...]

    @property
    def spec(self) -> None:
        """It has none."""
        return None

    @property
    def device(self) -> torch.device:
        """Where its parameters are."""
        return next(self.model.parameters()).device

    @property
    def head(self) -> Tensor:
        """Not known (K, 0): a family may end otherwise than by an average and a linear layer."""
        return torch.empty(len(self.labels), 0, device=self.device)

    def ready(self) -> None:
        """Have Captum imported, where there are layers for it to look at."""
        if self.layers:
            layer_gradcam.ready()

    def look(self, images: Tensor, precision: str) -> tuple[Tensor, Tensor]:
        """The logits, and no maps: a map takes a backward pass."""
        logits = layer_gradcam.unhooked_logits(self.model, images)
        return logits.new_empty(len(images), 0, 0, 0), logits

    def survey(self, images: Tensor, precision: str) -> Survey:
        """Grad-CAM of the most probable class at the usual layer; no map where there is none."""
        return layer_gradcam.surveyed(self.model, images, [layer.name for layer in self.layers])

    def maps(
        self,
        images: Tensor,
        targets: Tensor | None,
        layers: Sequence[str],
        method: str,
        precision: str,
    ) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """Grad-CAM, layer by layer, in float32."""
        return layer_gradcam.layer_gradcams(self.model, images, targets, layers)

    def complete(self, layer: str) -> bool:
        """At a layer that an average and at most one linear layer follow, as far as is known."""
        return any(each.complete for each in self.layers if each.name == layer)

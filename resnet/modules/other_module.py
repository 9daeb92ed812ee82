"""A module that is no residual network here: its logits, and Captum's Grad-CAM at one layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor, nn

from resnet.modules.borrowed import answering, classes_of, logits_of, watching
from resnet.pictures.transform import Transform
from resnet.text.language import mark, tr
from resnet.weights.classifiers.captum_classifier import CaptumClassifier, Reads
from resnet.weights.classifiers.torchvision_builders import StretchedLayer
from resnet.weights.classifiers.torchvision_classifier import lacks
from resnet.weights.given.assumptions import Assumed
from resnet.weights.given.owner_says import NOTHING, Given

_NO_FILE = mark("A bundle names the file of its weights, and {name} came from none.")
_USUAL = 224  # pixels, of an input of which nobody says the size


class _Logits(nn.Module):
    """A copy of a module that gives its logits alone; nothing in it works in place."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = deepcopy(model).float().eval().requires_grad_(False)
        for part in self.model.modules():
            if getattr(part, "inplace", False):
                part.inplace = False  # type: ignore[assignment]

    def forward(self, images: Tensor) -> Tensor:
        """Logits (N, K) of images (N, C, H, W)."""
        return classes_of(self.model(images))

    def get_submodule(self, target: str) -> nn.Module:
        """A part by the name that it has in the module itself."""
        return self.model.get_submodule(target)


def map_layers(model: nn.Module, given: Given) -> dict[str, StretchedLayer]:
    """The layers whose output is a map of the picture, by name, in the order in which they end.

    Their cells are taken to lie evenly over the picture. Raises `ExploreError` where the module
    cannot be asked.
    """
    size, names = given.crop or _USUAL, [name for name, _ in model.named_modules() if name]
    noise = torch.zeros(1, _channels(model), size, size)
    with answering(model), watching(model, names) as outputs:
        logits_of(model, noise)
    shapes = {name: output.shape[1:] for name, output in outputs.items()}
    return {
        name: StretchedLayer(name, shape, size)
        for name, shape in shapes.items()
        if len(shape) == 3 and 1 < shape[1] <= size and 1 < shape[2] <= size
    }


def _channels(model: nn.Module) -> int:
    convolutions = (part for part in model.modules() if isinstance(part, nn.Conv2d))
    return next((part.in_channels for part in convolutions), 3)


@dataclass(frozen=True)
class OtherModule(CaptumClassifier):
    """A `Classifier` that is a copy of a user's module, with one layer that has a map."""

    name: str
    title: str
    model: nn.Module
    labels: tuple[str, ...]
    transform: Transform
    layers: tuple[StretchedLayer, ...]
    assumed: tuple[Assumed, ...] = ()
    source: str = ""
    sha256: str = ""
    family: str = "file"
    known: Given = NOTHING

    @classmethod
    def of(cls, model: nn.Module, layer: StretchedLayer, given: Given) -> Self:
        """A module with what its owner says of it. Raises `GivenError` and `ExploreError`."""
        kind, alone = type(model).__name__, _Logits(model)
        channels, size = _channels(model), layer.size
        with torch.no_grad():
            logits = logits_of(alone, torch.zeros(1, channels, size, size))
        reads = Reads(logits.shape[1], channels, size)
        return cls(
            kind,
            kind,
            alone,
            given.named(reads),
            given.transform(reads),
            (layer,),
            tuple(given.assumed(reads)),
        )

    @property
    def lacks(self) -> Mapping[str, str]:
        """What only residual networks have, and bundles: they name a file."""
        return {**lacks(self.name), "bundle": _NO_FILE}

    @property
    def builder(self) -> str:
        """None: nobody here could build it again."""
        return ""

    @property
    def biases(self) -> Tensor:
        """Nothing, since it is not known what its end adds."""
        return torch.zeros(len(self.labels), device=self.device)

    def findings(self) -> Iterable[str]:
        """How many classes it knows."""
        yield tr("{n} classes", n=len(self.labels))

    def as_given(self, given: Given) -> Self:
        """The same with other labels. Raises `GivenError`."""
        reads = Reads(len(self.labels), len(self.transform.mean), self.transform.crop)
        return replace(self, labels=given.named(reads), transform=given.transform(reads))

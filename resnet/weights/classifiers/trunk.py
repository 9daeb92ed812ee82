"""A residual network without a classifier: it knows no classes, and its maps ask for none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from resnet.maps.answers import Survey
from resnet.maps.stage_maps import norm_maps, surveyed_norms
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, read_as_file
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.reading.fitting import load_trunk
from resnet.weights.reading.infer_spec import findings
from resnet.weights.reading.translating import Translation

_NO_CLASSES = mark(
    "{name} is a trunk: it has no classifier, so that there are no classes, no predictions and no "
    "map of a class. The feature norm says how strongly each place answers."
)
_OF_CLASSES = (
    "predictions", "gradcam", "hirescam", "classes", "models", "anatomy", "lesions", "methods",
    "trust", "edits", "bundle",
)  # fmt: skip
LACKS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(_OF_CLASSES, _NO_CLASSES)
    | {"stages": mark("The strip compares maps of a class, and a trunk knows none; choose above.")}
)


@dataclass(frozen=True)
class Trunk(ResidualClassifier):
    """The trunk of a network of `spec`; its `model` answers with pooled features (N, C).

    It has no labels, its logits are (N, 0), and its maps are norms of features.
    """

    @property
    def lacks(self) -> Mapping[str, str]:
        """Whatever is of a class."""
        return LACKS

    @property
    def biases(self) -> Tensor:
        """None (0,)."""
        return torch.empty(0)

    @property
    def head(self) -> Tensor:
        """None (0, 0): there are no logits."""
        return torch.empty(0, 0)

    def look(self, images: Tensor, precision: str) -> tuple[Tensor, Tensor]:
        """No maps of classes, and no logits (N, 0)."""
        none = images.new_empty(len(images), 0)
        return none[..., None, None], none

    def survey(self, images: Tensor, precision: str) -> Survey:
        """The last stage's feature norm, and the features."""
        return surveyed_norms(self.serving, images, precision)

    def maps(
        self,
        images: Tensor,
        targets: Tensor | None,
        layers: Sequence[str],
        method: str,
        precision: str,
    ) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """The feature norm of each layer, no logits (N, 0) and no targets (0,)."""
        none = images.new_empty(len(images), 0)
        return norm_maps(self.serving, images, layers, precision), none, none.new_empty(0).long()

    def complete(self, layer: str) -> bool:
        """No: there is no logit."""
        return False

    def findings(self) -> Iterable[str]:
        """Its architecture, and that it is a trunk."""
        return findings(self.spec, trunk=True)

    def named(self, spec: ResNetSpec, given: Given) -> tuple[str, ...]:
        """No labels. Raises `GivenError` where some are given."""
        if given.labels:
            raise GivenError(
                tr(
                    "{name} is a trunk: it tells no classes apart; leave out the labels.",
                    name=self.name,
                )
            )
        return ()


def recognised(read: Translation, name: str, sha256: str) -> Trunk:
    """The trunk whose weights a file has. Raises `CheckpointError` where they are none's."""
    return read_as_file(Trunk, load_trunk, read, name, sha256)

"""What `explain` asks of a classifier, whatever its family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from resnet.maps.answers import ExplainError, Labelled, Layer, Survey
from resnet.maps.methods import OF_A_STAGE
from resnet.pictures.transform import Transform
from resnet.text.language import tr

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class Able(Protocol):
    """What states its limits: a classifier, or weights that can be loaded as one."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def lacks(self) -> Mapping[str, str]:
        """Methods, precisions, placements and panels that it has not, each with a marked reason.

        What is not named here, it has.
        """


class Explainable(Labelled, Able, Protocol):
    """A classifier that can be asked for logits and for maps of its layers."""

    @property
    def transform(self) -> Transform:
        """What happens to a picture before the model sees it."""

    @property
    def device(self) -> torch.device:
        """Where its parameters are."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those that have a map, the usual one last; none in a family without maps."""

    @property
    def biases(self) -> Tensor:
        """What the classifier's end adds to each logit, (K,)."""

    @property
    def head(self) -> Tensor:
        """What each channel's mean gives to each logit (K, C); (K, 0) where that is not known."""

    def ready(self) -> None:
        """Make what is made once, so that no answer's time counts it."""

    def look(self, images: Tensor, precision: str) -> tuple[Tensor, Tensor]:
        """Maps of all classes (N, K, h, w) of the last layer, and the logits (N, K).

        No maps (N, 0, 0, 0) where they do not follow from one forward of images (N, C, H, W).
        """

    def survey(self, images: Tensor, precision: str) -> Survey:
        """What can be told of each of images (N, C, H, W) by its most probable class."""

    def maps(
        self,
        images: Tensor,
        targets: Tensor | None,
        layers: Sequence[str],
        method: str,
        precision: str,
    ) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """Signed maps (N, h, w) by layer, the logits (N, K) and the targets (N,).

        Without `targets`, those of the most probable classes.
        """


def check_able(classifier: Able, *abilities: str) -> None:
    """Raise `ExplainError`, with its reason, where a classifier lacks one of these."""
    for ability in abilities:
        if ability in classifier.lacks:
            raise ExplainError(tr(classifier.lacks[ability], name=classifier.name))


def usual_method(classifier: Able) -> str:
    """How it makes a map where nobody says."""
    return next(name for name in OF_A_STAGE if name not in classifier.lacks)


def mapless(classifier: Able) -> str:
    """Why a classifier without layers has no map, and what can be done."""
    return tr(classifier.lacks["classes"], name=classifier.name)

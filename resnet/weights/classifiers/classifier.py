"""A trained classifier of any family: a network, and all that its answers depend on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from resnet.maps.explainable import Explainable

if TYPE_CHECKING:
    from torch import nn

    from resnet.network.spec import ResNetSpec
    from resnet.weights.given.assumptions import Assumed
    from resnet.weights.given.owner_says import Given


@runtime_checkable
class Classifier(Explainable, Protocol):
    """A trained network with all that its answers depend on, whatever its family."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def model(self) -> nn.Module:
        """The network, in eval mode, without gradients to its parameters."""

    @property
    def spec(self) -> ResNetSpec | None:
        """The residual network that it is; None for any other."""

    @property
    def builder(self) -> str:
        """The builder of torchvision that makes its network; empty for a residual one."""

    @property
    def source(self) -> str:
        """Where its weights are from."""

    @property
    def sha256(self) -> str:
        """Of the whole file; empty without one."""

    @property
    def family(self) -> str:
        """Whose pictures it knows: "shapes", "digits", "imagenet", "cifar10"; "file", "random"."""

    @property
    def assumed(self) -> tuple[Assumed, ...]:
        """What could not be read from a user's file, and nobody said."""

    @property
    def known(self) -> Given:
        """What is known beside a file's weights: what was said, and of published ones all."""

    def findings(self) -> Iterable[str]:
        """In words, what its weights tell for sure."""

    def complete(self, layer: str) -> bool:
        """Whether a map there sums to its class's logit less the bias."""

    def as_given(self, given: Given) -> Self:
        """A user's network with what its owner says of it and its input; shares the weights.

        Raises `GivenError` or `CheckpointError` where that does not fit.
        """

"""x + F(x): how strongly each layer answers, and how much each block adds to its stream."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from resnet.experiments import dissected_nets
from resnet.experiments.registry import setting
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.residual.flow.block_flow import ratios
from resnet.residual.layer_responses import deviations
from resnet.weights.loading import load_residual

NETS = (
    "digits_plain20",
    "digits_residual20",
    "digits_plain56",
    "digits_residual56",
    "digits_residual110",
    "shapes_resnet20",
)


@dataclass(frozen=True)
class Settings:
    """Each network, on its first test images."""

    nets: tuple[str, ...] = setting(NETS, "Trained networks by name.")
    images: int = setting(100, "Held-out images.", 1, 10_000)


@dataclass(frozen=True)
class Row:
    """One number of one network, over all images, channels and cells; `number` counts from 1.

    `kind` "response": the standard deviation of a 3×3 convolution's output after BN, before the
    ReLU or the sum. "block": ‖F(x)‖₂ / ‖shortcut‖₂ of a block.
    """

    net: str
    kind: str
    name: str
    number: int
    value: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another. Yields after each number, with rows after each network."""
    rows: tuple[Row, ...] = ()
    for number, net in enumerate(settings.nets, start=1):
        classifier = load_residual(net)
        images = dissected_nets.held_out(classifier, settings.images).images
        for row in _rows(net, classifier.model, images):
            rows += (row,)
            yield Progress(number - 1, len(settings.nets))
        yield Progress(number, len(settings.nets), rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """The networks' weights."""
    return dissected_nets.conditions(settings.nets)


def _rows(net: str, model: ResNet, images: Tensor) -> Iterator[Row]:
    for number, (name, value) in enumerate(deviations(model, images), start=1):
        yield Row(net, "response", name, number, value)
    for number, (name, ratio) in enumerate(ratios(model, images), start=1):
        if ratio is not None:
            yield Row(net, "block", name, number, ratio)

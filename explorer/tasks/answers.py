"""What a model says of a photograph: short calls, of which a visitor waits for the answer."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.tasks.inputs.bounded import Bounded
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Source, classifier, residual, weight
from resnet.counts.lifetimes import tensors

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.maps.agreement import Agreement
    from resnet.maps.answers import Look
    from resnet.maps.attribute import Attribution
    from resnet.model.devices import Outcome
    from resnet.model.module import ResNet
    from resnet.residual.flow.anatomy import Dissection
    from resnet.residual.flow.block_flow import BlockFlow
    from resnet.residual.flow.recording import Recording
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

Found = TypeVar("Found")
Map = NDArray[np.float32]  # (h, w)


@dataclass(frozen=True)
class Asked:
    """A model, a photograph and a device: what is asked, and where the answer is computed."""

    source: Source
    photo: Photo
    device: str

    @property
    def residual(self) -> ResidualClassifier:
        """The model, as the residual network that it is."""
        return residual(self.source, self.device)

    @property
    def model(self) -> ResNet:
        """Its module."""
        return self.residual.model

    @property
    def view(self) -> Image.Image:
        """What the model sees of the photograph."""
        return _viewed.once(self, lambda: self.residual.transform.view(self.photo.image))

    @property
    def image(self) -> Tensor:
        """The same as its input (1, C, H, W), on its device."""
        from resnet.maps.explain import as_batch

        return as_batch(self.residual, [self.view])

    def fitting(self, find: Callable[[Asked], Found]) -> Outcome[Found]:
        """What is found here, or on the CPU where memory runs out or the device fails.

        Raises `DoesNotFit`.
        """
        from resnet.model.devices import adaptively

        places = adaptively(lambda _, on: find(replace(self, device=on)), [None], self.device, 1)
        return next(places)


def look(source: Source, photo: Photo, device: str, precision: str) -> Outcome[Look]:
    """A photo's answer, with where it was given.

    A residual network's is recorded, so that its other stages need no forward of their own. Raises
    `DoesNotFit`, and what loading the model raises.
    """
    from resnet.maps.explain import look
    from resnet.model.devices import adaptively

    def compute(_: Sequence[Photo], on: str) -> Look:
        found = classifier(source, on)
        if precision == "fp32" and "stages" not in found.lacks:
            return _recording(Asked(source, photo, on)).look
        (told,) = look(found, [photo.image], precision_of(found.lacks, precision))
        return told

    return next(adaptively(compute, [photo], device))


def precision_of(lacks: Container[str], precision: str) -> str:
    """What a forward runs in: the precision asked for, unless the classifier lacks it."""
    return "fp32" if precision in lacks else precision


def _recording(asked: Asked) -> Recording:
    """One forward and its graph, kept for other classes of the same photograph."""
    from resnet.residual.flow.recording import record

    return _recorded.once(asked, lambda: record(asked.residual, asked.photo.image))


def _weight(recording: Recording) -> int:
    """Bytes that it holds at most: its graph's, about 100 MB for ResNet-50, and the model's."""
    saved = [each for each in tensors(recording.classifier.graph) if each.saved]
    graphs = sum(each.elements * (8 if each.integers else 4) for each in saved)
    return graphs + weight(recording.classifier)


_viewed: Bounded[Asked, Image.Image] = Bounded(32 << 20, lambda view: 3 * view.width * view.height)
_recorded: Bounded[Asked, Recording] = Bounded(512 << 20, _weight)


class Maps(NamedTuple):
    """One class's maps by method and stage, and how long they took."""

    values: dict[str, dict[str, Map]]
    seconds: float


def stages(asked: Asked, target: int) -> Outcome[Maps]:
    """The maps of one class at every stage, by one backward pass. Raises `DoesNotFit`."""

    def find(there: Asked) -> Maps:
        found = _recording(there).explain(target)
        values = {
            method: {layer: each.maps[0].numpy() for layer, each in by_layer.items()}
            for method, by_layer in found.items()
        }
        return Maps(values, max(each.seconds for each in found["gradcam"].values()))

    return asked.fitting(find)


class LayerMap(NamedTuple):
    """One class's map at one layer, and how long it took."""

    values: Map
    seconds: float


def at_layer(asked: Asked, target: int, layer: str, method: str) -> Outcome[LayerMap]:
    """One class's map at one layer of a model of any family. Raises `DoesNotFit`."""
    from resnet.maps.explain import explain

    def find(there: Asked) -> LayerMap:
        found = classifier(there.source, there.device)
        asked_of = target if found.labels else None
        told = explain(found, [there.photo.image], asked_of, layer, method)
        return LayerMap(told.maps[0].numpy(), told.seconds)

    return asked.fitting(find)


class Flowed(NamedTuple):
    """What one block made of a picture, and the picture as the network saw it."""

    view: Image.Image
    flow: BlockFlow


def flowed(asked: Asked, block: str) -> Flowed:
    """The values of one block, of every channel."""
    from resnet.residual.flow.block_flow import block_flow

    view = asked.view
    images = asked.residual.transform.tensor(view).unsqueeze(0)  # (1, C, crop, crop)
    return Flowed(view, block_flow(asked.model, images, block))


class Added(NamedTuple):
    """‖F(x)‖ / ‖shortcut‖ of each block for a picture, and the deviation of each response.

    A pre-activation network has no such responses.
    """

    ratios: dict[str, float | None]
    deviations: dict[str, float]


def added(asked: Asked) -> Added:
    """How much each block adds to its stream."""
    from resnet.residual.flow.block_flow import ratios
    from resnet.residual.layer_responses import deviations

    images = asked.residual.transform.tensor(asked.view).unsqueeze(0)
    responses = () if asked.residual.spec.preact else deviations(asked.model, images)
    return Added(dict(ratios(asked.model, images)), dict(responses))


def dissected(asked: Asked, target: int) -> Outcome[Dissection]:
    """A class's logit taken apart at every block. Raises `DoesNotFit`."""
    from resnet.residual.flow.anatomy import dissect

    return asked.fitting(lambda there: dissect(there.residual, there.photo.image, target))


def lesioned(asked: Asked, without: frozenset[str]) -> Outcome[Look]:
    """The answer with these blocks switched off. Raises `DoesNotFit`, `ExplainError`."""
    from resnet.residual.lesion_sweep import look_without

    return asked.fitting(lambda there: look_without(there.residual, there.photo.image, without))


def cams(asked: Asked, target: int, layer: str) -> list[Attribution]:
    """The maps of one layer by every method that weighs its gradient."""
    from resnet.maps.attribute import cams

    return [*cams(asked.model, asked.image, target, layer).values()]


def agreement(asked: Asked, target: int) -> tuple[Agreement, ...]:
    """Which of those methods are one."""
    from resnet.maps.agreement import agreement

    return agreement(asked.model, asked.image, target)

"""Ask any of the methods about images: a stage's maps are the library's own, the input's Captum's.

Captum's guided backpropagation hooks every ReLU and therefore gets a copy of the model.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import dataclass

import captum.attr as attr
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from resnet.maps.answers import check_finite
from resnet.maps.cams import CAMS
from resnet.maps.integrated_gradients import Gain, integrated_gradients
from resnet.maps.methods import USUAL, Settings, cost, stride, window
from resnet.maps.stage_maps import maps_from, stage_maps, staged
from resnet.model.devices import batch_of
from resnet.model.module import ResNet
from resnet.model.progress import Forward, Progress, counted, last, seeded
from resnet.network.graph import Stage
from resnet.network.tracing import trace
from resnet.pictures.placement import Cells, place


@dataclass(frozen=True)
class Attribution:
    """Maps (N, h, w) float32 on the CPU; `stage` has their cells, None if they are pixels.

    `gains` are of Integrated Gradients alone, one for each image.
    """

    method: str
    maps: Tensor
    stage: Stage | None
    seconds: float
    gains: tuple[Gain, ...] = ()

    def placed(self, size: int, placement: str = "receptive-field") -> NDArray[np.float32]:
        """The maps on the pixels of a view `size` wide: (N, size, size)."""
        return placed(self.maps.numpy(), self.stage, size, placement)


def placed(
    maps: NDArray[np.float32], stage: Cells | None, size: int, placement: str = "receptive-field"
) -> NDArray[np.float32]:
    """Maps (…, h, w) of a stage's cells, or of pixels (None), on the pixels of a view."""
    if stage is None:
        return place(maps, 0, 1, size, "conventional")
    return place(maps, stage.centre, stage.jump, size, placement)


@dataclass(frozen=True)
class _Asked:
    """What a method is given: images (N, C, H, W), targets (N,), and how."""

    model: ResNet
    images: Tensor
    targets: Tensor
    layer: str
    placement: str
    settings: Settings

    @property
    def batch(self) -> int:
        """Images in one forward."""
        return batch_of(self.images.shape[-1])


def attribute(
    model: ResNet,
    images: Tensor,
    targets: Tensor,
    method: str,
    layer: str,
    settings: Settings = USUAL,
    placement: str = "receptive-field",
) -> Generator[Progress[Attribution]]:
    """Ask one of `METHODS` about images (N, C, H, W) and classes (N,); the last step answers.

    `layer` is the stage of a stage's map and of Guided Grad-CAM, whose map is put on the pixels by
    `placement`. The model must be in eval mode with frozen parameters, and stays as it was.
    """
    start = time.perf_counter()
    question = _Asked(model, images, targets, layer, placement, settings)
    total = cost(method, images.shape[-1], settings).forwards * len(images)

    def answer(forward: Forward) -> tuple[Tensor, tuple[Gain, ...]]:
        with warnings.catch_warnings():  # Captum says that it sets hooks; it does so on a copy
            warnings.simplefilter("ignore")
            maps, gains = _found(question, method, forward)
            return maps.detach().float().cpu(), gains

    for step in counted(answer, model, total):
        attribution = None
        if step.result is not None:
            maps, gains = step.result
            stage = trace(model.spec).stage(layer) if method in CAMS else None
            attribution = Attribution(method, maps, stage, time.perf_counter() - start, gains)
        yield Progress(step.done, step.total, attribution)


@dataclass(frozen=True)
class Question:
    """One method about one class, to be put to any model and image."""

    method: str
    layer: str
    target: int
    placement: str = "receptive-field"
    settings: Settings = USUAL

    def of(self, model: ResNet, images: Tensor) -> Attribution:
        """The answer for images (N, C, H, W), waited for."""
        targets = torch.full((len(images),), self.target, device=images.device)
        options = self.method, self.layer, self.settings, self.placement
        return last(attribute(model, images, targets, *options))

    def on_pixels(self, model: ResNet, image: Tensor) -> NDArray[np.float32]:
        """The map of one image (1, C, H, W) on its pixels (H, W)."""
        return self.of(model, image).placed(image.shape[-1], self.placement)[0]


def cams(model: ResNet, image: Tensor, target: int, layer: str) -> dict[str, Attribution]:
    """All four maps of a stage for one image (1, C, H, W), of one forward and one backward pass.

    Raises `ExplainError` for a map that is no number.
    """
    start = time.perf_counter()
    targets = torch.tensor([target], device=image.device)
    by_method = maps_from(*staged(model, image, [layer]), targets)
    maps = {name: by_layer[layer].cpu() for name, by_layer in by_method.items()}
    check_finite(model.spec.name, *maps.values())
    stage, seconds = trace(model.spec).stage(layer), time.perf_counter() - start
    return {name: Attribution(name, values, stage, seconds) for name, values in maps.items()}


def _found(q: _Asked, method: str, forward: Forward) -> tuple[Tensor, tuple[Gain, ...]]:
    """Maps (N, h, w), and what they add up to where that is what the method is about."""
    if method == "integrated":
        return integrated_gradients(forward, q.images, q.targets, q.settings, q.batch)
    return (_stage_map if method in CAMS else _INPUT[method])(q, method, forward), ()


def _stage_map(q: _Asked, method: str, forward: Forward) -> Tensor:
    maps, _, _ = stage_maps(q.model, q.images, q.targets, [q.layer], method)
    return maps[q.layer]


def _saliency(q: _Asked, method: str, forward: Forward) -> Tensor:
    values = attr.Saliency(forward).attribute(q.images.clone(), target=q.targets)
    return values.amax(1)


def _smoothgrad(q: _Asked, method: str, forward: Forward) -> Tensor:
    spread = (q.images.amax() - q.images.amin()).item() * q.settings.noise
    with seeded(q.settings.seed, q.images.device):
        values = attr.NoiseTunnel(attr.Saliency(forward)).attribute(
            q.images.clone(),
            nt_type="smoothgrad",
            nt_samples=q.settings.samples,
            nt_samples_batch_size=max(1, q.batch // len(q.images)),
            stdevs=spread,
            target=q.targets,
            abs=False,
        )
    return values.abs().amax(1)


def _guided(q: _Asked, method: str, forward: Forward) -> Tensor:
    """Signed, summed over the channels."""
    copy = guidable(q.model)
    return attr.GuidedBackprop(copy).attribute(q.images.clone(), target=q.targets).sum(1)


def guidable(model: ResNet) -> ResNet:
    """A copy whose every ReLU is a module, as Captum's hooks need; its logits are the same."""
    copy = deepcopy(model)
    if (
        model.spec.preact
    ):  # its last ReLU is a function; a second one after a module changes nothing
        copy.add_module("norm", nn.Sequential(copy.norm, nn.ReLU()))
    return copy


def _guided_gradcam(q: _Asked, method: str, forward: Forward) -> Tensor:
    cam = _stage_map(q, "gradcam", forward).detach().relu().cpu().numpy()
    stage, side = trace(q.model.spec).stage(q.layer), q.images.shape[-1]
    return _guided(q, method, forward).cpu() * torch.from_numpy(
        placed(cam, stage, side, q.placement)
    )


def _occlusion(q: _Asked, method: str, forward: Forward) -> Tensor:
    channels, side = q.images.shape[1], q.images.shape[-1]
    wide, step = window(side, q.settings), stride(side, q.settings)
    with torch.no_grad():
        values = attr.Occlusion(forward).attribute(
            q.images,
            sliding_window_shapes=(channels, wide, wide),
            strides=(channels, step, step),
            baselines=0,
            target=q.targets,
            perturbations_per_eval=max(1, q.batch // len(q.images)),
        )
    return values[:, 0]  # a window is grey in all channels at once


def _ablation(q: _Asked, method: str, forward: Forward) -> Tensor:
    with torch.no_grad():
        values = attr.FeatureAblation(forward).attribute(
            q.images,
            baselines=0,
            target=q.targets,
            feature_mask=_tiles(q.images.shape[-1], q.settings.tiles).to(q.images.device),
            perturbations_per_eval=max(1, q.batch // len(q.images)),
        )
    return values[:, 0]


def _tiles(side: int, tiles: int) -> Tensor:
    """Which tile each pixel belongs to: (1, 1, side, side)."""
    tiles = min(tiles, side)
    along = torch.arange(side) * tiles // side
    return (along[:, None] * tiles + along)[None, None]


_INPUT: dict[str, Callable[[_Asked, str, Forward], Tensor]] = {
    "saliency": _saliency,
    "smoothgrad": _smoothgrad,
    "guided": _guided,
    "guided-gradcam": _guided_gradcam,
    "occlusion": _occlusion,
    "ablation": _ablation,
}

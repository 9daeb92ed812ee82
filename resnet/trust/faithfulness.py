"""Does a map's sum say what the logit is, and what is lost when a part of the image goes?

Completeness is arithmetic. Infidelity and max-sensitivity (Yeh et al. 2019, arXiv:1901.09392) are
Captum's, with a perturbation that is said and a generator of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import torch
from captum.metrics import infidelity, sensitivity_max
from numpy.typing import NDArray
from torch import Tensor

from resnet.maps.attribute import Question
from resnet.maps.methods import SIGNED_CAMS
from resnet.maps.stage_maps import stage_maps
from resnet.model.module import ResNet
from resnet.model.progress import Forward, Progress, counted

SQUARE = 4  # a square that is made grey has this fraction of the side
_AT_ONCE = 8
RADIUS = 0.02  # of max-sensitivity, in units of the normalised input


@dataclass(frozen=True)
class Completeness:
    """A signed map's sum against what it would have to explain, the logit less its bias."""

    layer: str
    method: str
    total: float
    explained: float

    @property
    def gap(self) -> float:
        """What the map leaves out, in logits."""
        return self.explained - self.total


def completeness(
    model: ResNet, image: Tensor, target: int
) -> Generator[Progress[tuple[Completeness, ...]]]:
    """Every stage and both signed methods for one image (1, C, H, W), each by a pass and one back.

    At the last stage the gap is 0 but for rounding. Before it a network of convolutions, BN and
    ReLU is linear around A, so that HiResCAM's gap is exactly what the later biases give: of BN, as
    β - γ μ / σ, through the gradient. Grad-CAM averages the gradient; its gap means nothing.
    """
    rows: tuple[Completeness, ...] = ()
    targets = torch.tensor([target], device=image.device)
    for done, method in enumerate(reversed(SIGNED_CAMS), start=1):
        maps, logits, _ = stage_maps(model, image, targets, model.spec.stage_names, method)
        explained = float(logits[0, target] - model.fc.bias[target])
        rows += tuple(
            Completeness(name, method, float(values.cpu().double().sum()), explained)
            for name, values in maps.items()
        )
        yield Progress(done, len(SIGNED_CAMS), rows)


@dataclass(frozen=True)
class Infidelity:
    """Root of the mean squared error, in logits, of predicting losses by a map's sums."""

    name: str
    error: float


def infidelities(
    model: ResNet,
    image: Tensor,
    target: int,
    values: NDArray[np.float32],
    samples: int = 64,
    seed: int = 0,
) -> Generator[Progress[tuple[Infidelity, ...]]]:
    """How well a map (H, W) of one image (1, C, H, W) predicts what the loss of a part costs.

    A square of a quarter of the side is made grey at random; the map's sum there, times the factor
    that fits all squares best, predicts the logit that is lost. Beside it stand an even map, fitted
    likewise, and an empty one, which predicts that nothing is lost. Captum's `infidelity`.
    """
    even = np.ones_like(values)
    rivals = {"map": values, "even": even, "empty": np.zeros_like(values)}
    passes = infidelity_forwards(samples) // len(rivals)
    so_far: tuple[Infidelity, ...] = ()
    for number, (name, rival) in enumerate(rivals.items()):
        before = number * passes
        for step in counted(_infidelity(image, target, rival, samples, seed), model, passes):
            if step.result is not None:
                so_far = (*so_far, Infidelity(name, step.result))
            yield Progress(before + step.done, len(rivals) * passes, so_far)


def infidelity_forwards(samples: int = 64) -> int:
    """Images that `infidelities` forwards; Captum adds the image itself to each batch."""
    return 3 * (samples + -(-samples // _AT_ONCE))


def _infidelity(
    image: Tensor, target: int, values: NDArray[np.float32], samples: int, seed: int
) -> Callable[[Forward], float]:
    channels = image.shape[1]
    spread = torch.from_numpy(values).to(image.device).expand_as(image) / channels

    def work(forward: Forward) -> float:
        error = infidelity(
            forward,
            _squares(seed),
            image,
            spread,
            target=target,
            n_perturb_samples=samples,
            max_examples_per_batch=_AT_ONCE,
            normalize=bool(values.any()),
        )
        return float(error.clamp_min(0).sqrt())

    return work


def _squares(seed: int) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """A perturbation for Captum: where each image is made grey (1 there), and the result."""
    rng = torch.Generator().manual_seed(seed)

    def perturb(images: Tensor) -> tuple[Tensor, Tensor]:
        gone = torch.zeros_like(images)
        side = images.shape[-1]
        width = max(1, side // SQUARE)
        corners = torch.randint(side - width + 1, (len(images), 2), generator=rng).tolist()
        for mask, (row, column) in zip(gone, corners, strict=True):
            mask[:, row : row + width, column : column + width] = 1
        return gone, images * (1 - gone)

    return perturb


def sensitivity(
    model: ResNet, image: Tensor, question: Question, samples: int = 10, seed: int = 0
) -> Generator[Progress[float]]:
    """How far a map of one image (1, C, H, W) moves under noise that nobody sees.

    The largest |map(x + noise) - map(x)| / |map(x)| (Frobenius) over `samples` draws of uniform
    noise within `RADIUS`. Captum's `sensitivity_max`; 0 is best, and a constant map has it too.
    """
    rng = torch.Generator().manual_seed(seed)

    def perturb(images: Tensor, radius: float) -> Tensor:
        noise = torch.rand(images.shape, generator=rng).to(images.device)
        return images + (2 * noise - 1) * radius

    def work(explain: Forward) -> float:
        def answers(images: Tensor | tuple[Tensor, ...]) -> tuple[Tensor]:
            """As Captum needs it: given a tuple once, and always giving one."""
            return (explain(images if isinstance(images, Tensor) else images[0]),)

        worst = sensitivity_max(
            answers,
            image,
            perturb_func=perturb,
            perturb_radius=RADIUS,
            n_perturb_samples=samples,
            max_examples_per_batch=1,
        )
        return float(worst)

    yield from counted(work, lambda images: question.of(model, images).maps, samples + 1)

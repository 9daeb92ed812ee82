"""The derivative of x + F(x), stacked: what each of many equal blocks does to a gradient."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from resnet.experiments.degradation import KINDS
from resnet.experiments.gradients import without_norm
from resnet.experiments.registry import setting
from resnet.experiments.shattering import settled
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.progress import Progress
from resnet.network.spec import ResNetSpec
from resnet.residual.block_gains import block_gains
from resnet.training.datasets import Dataset, load_dataset

_WIDTH, _SIDE = 16, 8
_IMAGES = 32


@dataclass(frozen=True)
class Settings:
    """Networks of equal blocks, plain and residual, whose weights are fresh."""

    blocks: tuple[int, ...] = setting((2, 10, 50), "Blocks of two convolutions.", 1, 200)
    seeds: int = setting(3, "Networks of each, with weights of their own.", 1, 100)
    norm: str = setting("both", "Batch normalisation.", choices=("both", "on", "off"))
    seed: int = setting(0, "Of the first network's weights.", 0)


@dataclass(frozen=True)
class Row:
    """One block's gain, ‖∂L/∂x‖ / ‖∂L/∂y‖, and the product of those from here to the last.

    `block` counts from 1, at the input. `gate` is what the ReLU after the sum leaves of ∂L/∂y,
    which the identity hands on, and `branch` what F′ adds to it, both as norms over ‖∂L/∂y‖.
    """

    kind: str
    norm: str
    blocks: int
    seed: int
    block: int
    gain: float
    gate: float
    branch: float
    product: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another. Yields after each, with all rows so far."""
    data = load_dataset("digits")
    norms = ("on", "off") if settings.norm == "both" else (settings.norm,)
    nets = [
        (norm, blocks, seed, kind)
        for norm in norms
        for blocks in settings.blocks
        for seed in range(settings.seed, settings.seed + settings.seeds)
        for kind in KINDS
    ]
    rows: tuple[Row, ...] = ()
    for done, (norm, blocks, seed, kind) in enumerate(nets, start=1):
        model = prepared(blocks, KINDS[kind], norm, seed, data)
        rows += tuple(reversed([*_rows(kind, norm, blocks, seed, model, data)]))
        yield Progress(done, len(nets), rows)


def conditions(settings: Settings) -> dict[str, Any]:
    """What the gradients are of."""
    return {
        "images": f"the first {_IMAGES} test digits",
        "loss": "each image's cross-entropy",
        "mode": "eval, float64; BN by the statistics of the first 256 digits",
        "network": f"one stage of {_WIDTH} channels, He initialisation",
    }


def prepared(blocks: int, shortcut: str, norm: str, seed: int, data: Dataset) -> ResNet:
    """So many equal blocks with fresh weights, in eval mode and float64."""
    spec = ResNetSpec(
        block="basic", layers=(blocks,), planes=(_WIDTH,), stem="cifar", stem_width=_WIDTH,
        shortcut=shortcut, in_channels=1, num_classes=10, image_size=_SIDE,
    )  # fmt: skip
    model = fresh(spec, seed)
    if norm == "off":
        without_norm(model)
        return model.double().eval()
    return settled(model, data).double()


def _rows(
    kind: str, norm: str, blocks: int, seed: int, model: ResNet, data: Dataset
) -> Iterator[Row]:
    """From the last block to the first, as the gradient comes."""
    examples = data.test.first(_IMAGES)
    doubled = type(examples)(examples.images.double(), examples.labels)
    product = 1.0
    for number, gain in zip(range(blocks, 0, -1), block_gains(model, doubled), strict=True):
        product *= gain.whole
        yield Row(kind, norm, blocks, seed, number, gain.whole, gain.gate, gain.branch, product)

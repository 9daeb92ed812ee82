"""torchvision's classifiers with the accuracies it publishes, and how the file of them is made.

`python -m resnet published` writes the file with torch; everything else reads it without. Accuracy
is on ImageNet-1k's validation set, one centre crop at the size that belongs to the weights. MACs
are the multiply-adds of one such crop, which torchvision calls GFLOPS.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from resnet.fetch.bundled import ASSETS, bundled_json

FILE = ASSETS / "torchvision_classifiers.json"
COMMAND = "python -m resnet published --out assets/torchvision_classifiers.json"


class Weights(NamedTuple):
    """One published file of weights: top-1 and top-5 in percent, MACs in 10⁹, sizes in pixels."""

    model: str
    name: str
    top1: float
    top5: float
    gmacs: float
    params: int
    crop: int
    resize: int
    recipe: str

    @property
    def version(self) -> str:
        """`V1`, `V2` or `SWAG_E2E_V1`: the name without the data set."""
        return self.name.removeprefix("IMAGENET1K_")


class StageCount(NamedTuple):
    """All modules of a network up to the one that ends a stage, `name`, with its output (C, H, W).

    The last one is the classifier, with what stands between it and the last stage.
    """

    name: str
    out_shape: tuple[int, ...]
    params: int
    macs: int


@dataclass(frozen=True)
class Network:
    """A classifier that no `ResNetSpec` describes, measured on the meta device at 224×224.

    `depth` is the number of its convolutions and linear layers; `activations` the elements that
    the convolutions put out. A stage ends with a dense block or a pool.
    """

    model: str
    params: int
    buffers: int
    macs: int
    depth: int
    activations: int
    stages: tuple[StageCount, ...]


@dataclass(frozen=True)
class Published:
    """All that the file holds, and the versions that it was made with."""

    torch: str
    torchvision: str
    weights: tuple[Weights, ...]
    networks: dict[str, Network]

    @property
    def version(self) -> str:
        """torchvision's version, without the build."""
        return self.torchvision.partition("+")[0]

    def of(self, model: str) -> tuple[Weights, ...]:
        """The weights of one model, V1 first."""
        return tuple(weights for weights in self.weights if weights.model == model)


@cache
def published() -> Published:
    """Read the file. No torch. Raises `AssetError`."""
    with bundled_json(FILE) as content:
        networks = [Network(**row | {"stages": _stage_counts(row)}) for row in content["networks"]]
        return Published(
            content["torch"],
            content["torchvision"],
            tuple(Weights(**row) for row in content["weights"]),
            {network.model: network for network in networks},
        )


def _stage_counts(row: dict[str, Any]) -> tuple[StageCount, ...]:
    return tuple(
        StageCount(name, tuple(shape), params, macs) for name, shape, params, macs in row["stages"]
    )

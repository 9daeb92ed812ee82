"""torchvision's classifiers with the accuracies it publishes, and how the file of them is made.

`python -m resnet published` writes the file with torch; everything else reads it without. Accuracy
is on ImageNet-1k's validation set, one centre crop at the size that belongs to the weights. MACs
are the multiply-adds of one such crop, which torchvision calls GFLOPS.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import nn
    from torchvision.models import WeightsEnum

FILE = Path(__file__).resolve().parents[1] / "assets" / "torchvision_classifiers.json"
COMMAND = "python -m resnet published --out assets/torchvision_classifiers.json"
_MEASURED = ("alexnet", "densenet", "vgg")  # chains of `features`, followed module by module
_CROP = 224


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
    """Read the file. No torch."""
    said = json.loads(FILE.read_text("utf-8"))
    networks = (Network(**row | {"stages": _stage_counts(row)}) for row in said["networks"])
    return Published(
        said["torch"],
        said["torchvision"],
        tuple(Weights(**row) for row in said["weights"]),
        {network.model: network for network in networks},
    )


def _stage_counts(row: dict[str, Any]) -> tuple[StageCount, ...]:
    return tuple(
        StageCount(name, tuple(shape), params, macs) for name, shape, params, macs in row["stages"]
    )


def gather() -> dict[str, Any]:
    """What the file should hold, from the installed torchvision. No weights are loaded."""
    import torch
    import torchvision

    found = torchvision.models.list_models(module=torchvision.models)
    return {
        "command": COMMAND,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "protocol": "ImageNet-1k validation, one centre crop; accuracy, gmacs, params by "
        "torchvision's metadata; networks measured by FlopCounterMode on the meta device",
        "weights": [row._asdict() for model in found for row in _weights(model)],
        "networks": [_measured(model) for model in found if model.startswith(_MEASURED)],
    }


def _weights(model: str) -> Iterator[Weights]:
    from torchvision.models import get_model_weights

    for weights in get_model_weights(model):
        accuracy = weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]
        if isfinite(accuracy):  # VGG-16's features alone classify nothing
            yield _row(model, weights)


def _row(model: str, weights: WeightsEnum) -> Weights:
    meta, transform = weights.meta, weights.transforms()
    top = meta["_metrics"]["ImageNet-1K"]
    return Weights(
        model,
        weights.name,
        top["acc@1"],
        top["acc@5"],
        meta["_ops"],
        meta["num_params"],
        transform.crop_size[0],
        transform.resize_size[0],
        meta["recipe"],
    )


def _measured(model: str) -> dict[str, Any]:
    import torch
    from torch import nn
    from torch.utils.flop_counter import FlopCounterMode
    from torchvision.models import get_model

    with torch.device("meta"):
        network = get_model(model, weights=None).eval()
        image = torch.zeros(1, 3, _CROP, _CROP)
    convs = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    linears = [module for module in network.modules() if isinstance(module, nn.Linear)]
    with FlopCounterMode(display=False) as counter, _outputs(convs) as sizes:
        network(image)
    params, macs = _params(network), counter.get_total_flops() // 2
    stages = [*_stages(network.features, image)]
    rest = params - sum(s.params for s in stages), macs - sum(s.macs for s in stages)
    return {
        "model": model,
        "params": params,
        "buffers": sum(buffer.numel() for buffer in network.buffers()),
        "macs": macs,
        "depth": len(convs) + len(linears),
        "activations": sum(sizes),
        "stages": [*stages, StageCount("classifier", (linears[-1].out_features,), *rest)],
    }


@contextmanager
def _outputs(modules: Sequence[nn.Module]) -> Iterator[list[int]]:
    """The number of elements that each of the modules puts out while the context is open."""
    sizes: list[int] = []
    hooks = [m.register_forward_hook(lambda *said: sizes.append(said[-1].numel())) for m in modules]
    try:
        yield sizes
    finally:
        for hook in hooks:
            hook.remove()


def _params(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _stages(features: nn.Sequential, x: Any) -> Iterator[StageCount]:
    """Follow the image, x (1, C, H, W), and count from the end of one stage to that of the next."""
    from torch.utils.flop_counter import FlopCounterMode

    params = macs = 0
    for name, module in features.named_children():
        with FlopCounterMode(display=False) as counter:
            x = module(x)
        params, macs = params + _params(module), macs + counter.get_total_flops() // 2
        if type(module).__name__ in ("MaxPool2d", "_DenseBlock"):
            yield StageCount(f"features.{name}", tuple(x.shape[1:]), params, macs)
            params = macs = 0

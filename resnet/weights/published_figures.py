"""How the file of torchvision's accuracies is made: its metadata, and measurements beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any

from resnet.counts.published import COMMAND, StageCount, Weights

if TYPE_CHECKING:
    from torch import nn
    from torchvision.models import WeightsEnum


_MEASURED = ("alexnet", "densenet", "vgg")  # chains of `features`, followed module by module


_CROP = 224


def gather() -> dict[str, Any]:
    """What the file should hold, from the installed torchvision. No weights are loaded."""
    import torch
    import torchvision

    models = torchvision.models.list_models(module=torchvision.models)
    return {
        "command": COMMAND,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "protocol": "ImageNet-1k validation, one centre crop; accuracy, gmacs, params by "
        "torchvision's metadata; networks measured by FlopCounterMode on the meta device",
        "weights": [row._asdict() for model in models for row in _weights(model)],
        "networks": [_measured(model) for model in models if model.startswith(_MEASURED)],
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
    hooks = [m.register_forward_hook(lambda *args: sizes.append(args[-1].numel())) for m in modules]
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

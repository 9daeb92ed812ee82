"""Small networks with weights that several tests look into, and edited copies of them."""

import copy
from collections import defaultdict

import torch
from torch import nn

from resnet import ResNetSpec, build
from resnet.network.naming.presets import PRESETS

TORCHVISION = tuple(PRESETS)[:10]  # the presets that torchvision has a builder for
KINDS = {
    "basic": {"block": "basic", "layers": (1, 2, 1, 1)},
    "bottleneck": {"layers": (1, 2, 1, 1)},
    "preact": {"layers": (1, 2, 1, 1), "preact": True},
    "se": {"layers": (1, 1, 1, 1), "se_reduction": 4},
    "plain": {"block": "basic", "layers": (1, 2, 1, 1), "shortcut": "none"},
}


def frozen(**changes) -> nn.Module:
    """A narrow network of seven classes that needs no gradient of its own."""
    torch.manual_seed(0)
    spec = ResNetSpec(planes=(8, 16, 32, 64), stem_width=8, num_classes=7, **changes)
    model = build(spec).eval().requires_grad_(False)
    for module in model.modules():  # as after training: statistics that normalise something
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    nn.init.normal_(model.fc.bias)
    return model


def lively(model: nn.Module) -> nn.Module:
    """The model in eval mode with statistics and scales that BN really has to apply."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.running_var, module.weight.data):
                values.uniform_(0.5, 1.5)
            for values in (module.running_mean, module.bias.data):
                values.normal_(0, 0.3)
    return model.eval()


class Zero(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(x)


def cut(model: nn.Module, names: list[str]) -> nn.Module:
    """A copy of the model whose branches end in zeros: what leaves the gate is thrown away."""
    edited = copy.deepcopy(model)
    for name in names:
        edited.get_submodule(name).se = Zero()
    return edited


def watched(model: nn.Module, images: torch.Tensor) -> dict[str, list]:
    """(input, output) of every call of every module in one forward, by forward hooks.

    Copies: torchvision adds and rectifies in place.
    """
    seen = defaultdict(list)

    def note(name):
        return lambda _, into, out: seen[name].append((into[0].clone(), out.clone()))

    hooks = [module.register_forward_hook(note(name)) for name, module in model.named_modules()]
    with torch.no_grad():
        model(images)
    for hook in hooks:
        hook.remove()
    return seen

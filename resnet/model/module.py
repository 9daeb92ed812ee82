"""The module of a spec, with torchvision's parameter names.

A forward pass owns its topology: `stages` hands out what each stage computes and `Block.lanes` what
a block adds up, so that nothing has to be hooked; the sum is out of place, so that nothing handed
out changes afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torchvision.ops import SqueezeExcitation

from resnet.model.fits_in_memory import require
from resnet.network.shortcuts import KINDS, OPTIONS
from resnet.network.spec import BlockPlan, ConvPlan, ResNetSpec


def build(spec: ResNetSpec, device: str | torch.device | None = None) -> ResNet:
    """The network of `spec`, freshly initialised; on `device="meta"` it takes no memory.

    Raises `TooLarge` where the weights are more than the free memory.
    """
    where = torch.device(device or "cpu")
    if where.type != "meta":
        require(spec, str(where))
    with where:
        return ResNet(spec)


class ResNet(nn.Module):
    """Stem, stages and classifier. Input (N, C, H, W), output logits (N, classes)."""

    def __init__(self, spec: ResNetSpec):
        super().__init__()
        self.spec = spec
        self.conv1 = _stem(spec)
        self.bn1 = nn.Identity() if spec.preact else nn.BatchNorm2d(spec.stem_width)
        self.relu = nn.Identity() if spec.preact else nn.ReLU()
        self.maxpool = nn.Identity() if spec.stem == "cifar" else nn.MaxPool2d(3, 2, padding=1)
        for name in spec.stage_names:
            plans = (plan for plan in spec.blocks() if plan.stage == name)
            setattr(self, name, nn.Sequential(*(Block(spec, plan) for plan in plans)))
        self.norm = nn.BatchNorm2d(spec.out_channels) if spec.preact else nn.Identity()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(spec.out_channels, spec.num_classes)
        self._initialise()

    def stem(self, x: Tensor) -> Tensor:
        """What the first block reads (N, C, h, w) of images (N, C, H, W)."""
        return self.maxpool(self.relu(self.bn1(self.conv1(x))))

    def stages(self, x: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Each stage's name and output (N, C, h, w), the stem's first.

        The last is what the classifier pools: in a pre-activation net, after the final BN and ReLU.
        """
        x = self.stem(x)
        yield "stem", x
        last = self.spec.stage_names[-1]
        for name in self.spec.stage_names:
            x = self.get_submodule(name)(x)
            x = self.finish(x) if name == last else x
            yield name, x

    def classify(self, features: Tensor) -> Tensor:
        """Logits (N, classes) of the last stage's output (N, C, h, w)."""
        return self.fc(self.avgpool(features).flatten(1))

    def features(self, x: Tensor) -> Tensor:
        """The last stage's output (N, C, h, w) of images (N, C, H, W)."""
        for _, x in self.stages(x):  # noqa: B007, B020
            pass
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of images (N, C, H, W)."""
        return self.classify(self.features(x))

    def finish(self, x: Tensor) -> Tensor:
        """What the classifier pools, of the last block's output (N, C, h, w)."""
        return F.relu(self.norm(x)) if self.spec.preact else x

    def _initialise(self) -> None:
        """As torchvision: He et al. 2015 (arXiv:1502.01852), fan-out; last γ zero if asked."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d) and module.bias is None:
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, Block) and self.spec.zero_init_residual:
                nn.init.zeros_(module.last_bn.weight)


class Block(nn.Module):
    """One residual block, of either kind and either order of activation."""

    bn1: nn.BatchNorm2d

    def __init__(self, spec: ResNetSpec, plan: BlockPlan):
        super().__init__()
        self.shortcut, self.preact, self.steps = plan.shortcut, spec.preact, len(plan.convs)
        for i, conv in enumerate(plan.convs, start=1):
            setattr(self, f"conv{i}", _conv(conv))
            normalised = conv.in_channels if spec.preact else conv.out_channels
            setattr(self, f"bn{i}", nn.BatchNorm2d(normalised))
        self.relu = nn.ReLU()
        self.se = _squeeze_excitation(plan.out_channels, spec.se_reduction)
        self.downsample = _downsample(spec, plan)

    @property
    def last_bn(self) -> nn.BatchNorm2d:
        """The normalisation whose γ scales the whole branch of a post-activation block."""
        return getattr(self, f"bn{self.steps}")

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H / stride, W / stride)."""
        return self.finish(add(*self.lanes(x)))

    def lanes(self, x: Tensor) -> tuple[Tensor | None, Tensor]:
        """What the shortcut carries (None in a plain net) and F(x), both (N, C', H', W').

        A pre-activation block computes ReLU(BN(x)) once: the branch reads it, and a shortcut that
        changes the shape.
        """
        activated = self._activated(x)
        branch = self.se(self._branch(activated))
        return None if self.shortcut == "none" else self._carried(x, activated), branch

    def bypass(self, x: Tensor) -> Tensor:
        """The block's output with F(x) := 0: what the shortcut carries, identity or projection.

        Raises ValueError for a plain block, of which nothing would be left.
        """
        if self.shortcut == "none":
            raise ValueError("A plain block has no shortcut to keep.")
        return self.finish(self._carried(x, self._activated(x)))

    def finish(self, total: Tensor) -> Tensor:
        """The block's output from its sum: through the ReLU, unless that comes first."""
        return total if self.preact else self.relu(total)

    def _activated(self, x: Tensor) -> Tensor:
        return self.relu(self.bn1(x)) if self.preact else x

    def _carried(self, x: Tensor, activated: Tensor) -> Tensor:
        return self.downsample(x if self.shortcut == "identity" else activated)

    def _branch(self, x: Tensor) -> Tensor:
        for i in range(1, self.steps + 1):
            conv, bn = getattr(self, f"conv{i}"), getattr(self, f"bn{i}")
            if self.preact:
                x = conv(x if i == 1 else self.relu(bn(x)))
            else:
                x = bn(conv(x))
                x = self.relu(x) if i < self.steps else x
        return x


def add(shortcut: Tensor | None, branch: Tensor) -> Tensor:
    """The sum of a block's lanes, out of place; the branch alone where there is no shortcut."""
    return branch if shortcut is None else branch + shortcut


class ZeroPad(nn.Module):
    """Option A: every `stride`-th pixel, zero channels on both sides, no parameters."""

    def __init__(self, plan: BlockPlan):
        super().__init__()
        self.stride = plan.stride
        more = plan.out_channels - plan.in_channels
        self.before, self.after = more // 2, more - more // 2

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H / stride, W / stride)."""
        x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, self.before, self.after))


def _conv(plan: ConvPlan) -> nn.Conv2d:
    into, out, kernel, stride, groups = plan
    padding = (kernel - 1) // 2
    return nn.Conv2d(into, out, kernel, stride, padding, groups=groups, bias=False)


def _stem(spec: ResNetSpec) -> nn.Module:
    *first, last = spec.stem_convs()
    if not first:
        return _conv(last)
    rest = ((_conv(plan), nn.BatchNorm2d(plan.out_channels), nn.ReLU()) for plan in first)
    return nn.Sequential(*chain.from_iterable(rest), _conv(last))


def _squeeze_excitation(channels: int, reduction: int) -> nn.Module:
    if not reduction:
        return nn.Identity()
    return SqueezeExcitation(channels, max(1, channels // reduction))


def _downsample(spec: ResNetSpec, plan: BlockPlan) -> nn.Module:
    """The shortcut where it is more than the identity; its places are torchvision's and timm's."""
    steps = KINDS[plan.shortcut].steps
    if not steps:
        return nn.Identity()
    if steps == ("pad",):
        return ZeroPad(plan)
    keeps = OPTIONS[spec.shortcut].keeps_place and "pool" not in steps
    layers: list[nn.Module] = [nn.Identity()] if keeps else []
    return nn.Sequential(*layers, *(layer for step in steps for layer in _STEPS[step](spec, plan)))


def _pool(spec: ResNetSpec, plan: BlockPlan) -> Iterator[nn.Module]:
    yield nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)


def _project(spec: ResNetSpec, plan: BlockPlan) -> Iterator[nn.Module]:
    stride = 1 if "pool" in KINDS[plan.shortcut].steps else plan.stride
    yield _conv(ConvPlan(plan.in_channels, plan.out_channels, 1, stride))
    if not spec.preact:
        yield nn.BatchNorm2d(plan.out_channels)


_STEPS = {"pool": _pool, "conv": _project}

"""The module of a spec, with torchvision's parameter names.

A forward pass owns its topology: `stages` hands out what each stage computes and `Block.lanes` what
a block adds up, so that nothing has to be hooked; the sum is out of place, so that nothing handed
out changes afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from resnet.model import layers
from resnet.model.fits_in_memory import require
from resnet.network.fields.plans import BlockPlan
from resnet.network.fields.shortcuts import KINDS
from resnet.network.spec import ResNetSpec


def build(spec: ResNetSpec, device: str | torch.device | None = None) -> ResNet:
    """The network of `spec`, freshly initialised; on `device="meta"` it takes no memory.

    Raises `TooLarge` where the weights are more than the free memory.
    """
    where = torch.device(device or "cpu")
    if where.type != "meta":
        require(spec, str(where))
    with where:
        return ResNet(spec)


def alike(model: ResNet, spec: ResNetSpec) -> ResNet:
    """The network of `spec` on the meta device, with a classifier if `model` has one."""
    made = build(spec, device="meta")
    return made if model.has_head else headless(made)


def headless(model: ResNet) -> ResNet:
    """The same module without its classifier: it answers with the pooled features (N, C)."""
    model.fc = nn.Identity()  # type: ignore[assignment]
    return model


class ResNet(nn.Module):
    """Stem, stages and classifier. Input (N, C, H, W), output logits (N, classes)."""

    def __init__(self, spec: ResNetSpec):
        super().__init__()
        self.spec = spec
        activates = spec.activates_stem
        self.conv1 = layers.stem(spec)
        self.bn1 = layers.norm(spec, spec.stem_width) if activates else nn.Identity()
        self.relu = nn.ReLU() if activates else nn.Identity()
        self.maxpool = layers.stem_pool(spec)
        for name in spec.stage_names:
            plans = (plan for plan in spec.blocks() if plan.stage == name)
            setattr(self, name, nn.Sequential(*(Block(spec, plan) for plan in plans)))
        self.norm = layers.norm(spec, spec.out_channels) if spec.preact else nn.Identity()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(spec.out_channels, spec.num_classes)
        self._initialise()

    @property
    def has_head(self) -> bool:
        """Whether it ends in a classifier; a trunk does not."""
        return isinstance(self.fc, nn.Linear)

    @property
    def outputs(self) -> int:
        """How many numbers it answers with: logits, or of a trunk features."""
        return self.spec.num_classes if self.has_head else self.spec.out_channels

    @property
    def device(self) -> torch.device:
        """Where its parameters are."""
        return next(self.parameters()).device

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

    bn1: nn.Module

    def __init__(self, spec: ResNetSpec, plan: BlockPlan):
        super().__init__()
        self.shortcut, self.preact, self.steps = plan.shortcut, spec.preact, len(plan.convs)
        self.activates, self.reads_x = plan.activates, KINDS[plan.shortcut].raw
        for i, conv in enumerate(plan.convs, start=1):
            setattr(self, f"conv{i}", layers.conv(conv))
            normalised = conv.in_channels if spec.preact else conv.out_channels
            own = i > 1 or plan.activates or not spec.preact
            setattr(self, f"bn{i}", layers.norm(spec, normalised) if own else nn.Identity())
        self.relu = nn.ReLU()
        self.filtered = tuple(bool(conv.filtered) for conv in plan.convs)
        self.aa = layers.antialias(spec, max(conv.filtered for conv in plan.convs))
        self.se = layers.attention(spec, plan.out_channels)
        self.downsample = layers.downsample(spec, plan)

    @property
    def last_bn(self) -> nn.BatchNorm2d | nn.GroupNorm:
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
        return self.relu(self.bn1(x)) if self.activates else x

    def _carried(self, x: Tensor, activated: Tensor) -> Tensor:
        return self.downsample(x if self.reads_x else activated)

    def _branch(self, x: Tensor) -> Tensor:
        for i in range(1, self.steps + 1):
            conv, bn = getattr(self, f"conv{i}"), getattr(self, f"bn{i}")
            if self.preact:
                x = conv(x if i == 1 else self.relu(bn(x)))
            else:
                x = bn(conv(x))
                x = self.relu(x) if i < self.steps else x
                x = self.aa(x) if self.filtered[i - 1] else x
        return x


def add(shortcut: Tensor | None, branch: Tensor) -> Tensor:
    """The sum of a block's lanes, out of place; the branch alone where there is no shortcut."""
    return branch if shortcut is None else branch + shortcut

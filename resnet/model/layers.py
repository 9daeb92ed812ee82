"""The modules of a network but for its blocks: each by the name that the tables of a spec have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torchvision.ops import SqueezeExcitation

from resnet.network.fields.axes import ANTIALIAS, GROUPS, eca_kernel
from resnet.network.fields.plans import BlockPlan, ConvPlan
from resnet.network.fields.shortcuts import KINDS, OPTIONS
from resnet.network.fields.stems import PoolStep
from resnet.network.spec import ResNetSpec


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


class Skip(nn.Module):
    """Every `stride`-th pixel."""

    def __init__(self, stride: int):
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H / stride, W / stride)."""
        return x[:, :, :: self.stride, :: self.stride]


class StillPool(nn.Module):
    """The mean of 2×2 at every pixel, with zeros beyond the right and lower edge, as in timm."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        return F.avg_pool2d(F.pad(x, (0, 1, 0, 1)), 2, 1)


class Blur(nn.Module):
    """A binomial 3×3 on each channel, over mirrored edges (arXiv:1904.11486). No parameters."""

    def __init__(self, stride: int):
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H / stride, W / stride)."""
        row = x.new_ones(3)
        row[1] = 2
        channels = x.shape[1]
        weight = (row[:, None] * row / 16).expand(channels, 1, 3, 3)
        mirrored = F.pad(x, (1, 1, 1, 1), mode="reflect")
        return F.conv2d(mirrored, weight, stride=self.stride, groups=channels)


class ChannelAttention(nn.Module):
    """ECA: a convolution along the channels' means, and a sigmoid (arXiv:1910.03151)."""

    def __init__(self, channels: int):
        super().__init__()
        kernel = eca_kernel(channels)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same, each channel times its gate."""
        means = self.avgpool(x).flatten(2).transpose(1, 2)
        return x * self.gate(self.conv(means)).transpose(1, 2).unsqueeze(3)


def conv(plan: ConvPlan) -> nn.Conv2d:
    """The convolution of a plan."""
    return nn.Conv2d(
        plan.in_channels, plan.out_channels, plan.kernel, plan.stride, plan.padding,
        plan.dilation, plan.groups, plan.bias,
    )  # fmt: skip


def norm(spec: ResNetSpec, channels: int) -> nn.Module:
    """The normalisation of so many channels."""
    return _NORMS[spec.norm](channels)


def stem(spec: ResNetSpec) -> nn.Module:
    """The stem's convolutions; what follows the last is no part of it."""
    *first, last = spec.stem_convs()
    if not first:
        return conv(last)
    rest = ((conv(plan), norm(spec, plan.out_channels), nn.ReLU()) for plan in first)
    return nn.Sequential(*chain.from_iterable(rest), conv(last))


def stem_pool(spec: ResNetSpec) -> nn.Module:
    """What pools behind the stem; its places are timm's."""
    made = [_POOLS[step.kind](spec, step) for step in spec.stem_pool_steps()]
    if len(made) > 1:
        return nn.Sequential(*made)
    return made[0] if made else nn.Identity()


def antialias(spec: ResNetSpec, stride: int) -> nn.Module:
    """The filter behind a convolution's activation; `stride` 0 is none."""
    return _FILTERS[ANTIALIAS[spec.antialias].kind](stride) if stride else nn.Identity()


def attention(spec: ResNetSpec, channels: int) -> nn.Module:
    """The gates at the end of a block's branch."""
    return _ATTENTIONS[spec.gate](spec, channels)


def downsample(spec: ResNetSpec, plan: BlockPlan) -> nn.Module:
    """The shortcut where it is more than the identity; its places are torchvision's and timm's."""
    steps = KINDS[plan.shortcut].steps
    if not steps:
        return nn.Identity()
    if len(steps) == 1 and steps[0] in _ALONE:
        return _ALONE[steps[0]](plan)
    keeps = OPTIONS[spec.shortcut].keeps_place and steps[0] == "conv"
    layers: list[nn.Module] = [nn.Identity()] if keeps else []
    return nn.Sequential(*layers, *(layer for step in steps for layer in _STEPS[step](spec, plan)))


def _project(spec: ResNetSpec, plan: BlockPlan) -> Iterator[nn.Module]:
    assert plan.projection is not None
    yield conv(plan.projection)
    if not spec.preact:
        yield norm(spec, plan.out_channels)


def _pool(spec: ResNetSpec, plan: BlockPlan) -> Iterator[nn.Module]:
    yield nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)


def _still_pool(spec: ResNetSpec, plan: BlockPlan) -> Iterator[nn.Module]:
    yield StillPool()


_NORMS: dict[str, Callable[[int], nn.Module]] = {
    "batch": nn.BatchNorm2d,
    "group": partial(nn.GroupNorm, GROUPS),
}
_FILTERS: dict[str, Callable[[int], nn.Module]] = {"mean": nn.AvgPool2d, "blur": Blur}
_POOLS: dict[str, Callable[[ResNetSpec, PoolStep], nn.Module]] = {
    "maxpool": lambda spec, step: nn.MaxPool2d(*step[1:]),
    "ceilpool": lambda spec, step: nn.MaxPool2d(step.kernel, step.stride, ceil_mode=True),
    "zeropad": lambda spec, step: nn.ZeroPad2d(step.padding),
    "conv": lambda spec, step: conv(spec.pool_conv(step)),
    "mean": lambda spec, step: nn.AvgPool2d(step.stride),
    "blur": lambda spec, step: Blur(step.stride),
    "bn": lambda spec, step: norm(spec, spec.stem_width),
    "relu": lambda spec, step: nn.ReLU(),
}
_ATTENTIONS: dict[str, Callable[[ResNetSpec, int], nn.Module]] = {
    "none": lambda spec, channels: nn.Identity(),
    "se": lambda spec, channels: SqueezeExcitation(channels, spec.squeezed(channels)),
    "eca": lambda spec, channels: ChannelAttention(channels),
}
_ALONE: dict[str, Callable[[BlockPlan], nn.Module]] = {
    "pad": ZeroPad,
    "skip": lambda plan: Skip(plan.stride),
}
_STEPS = {"pool": _pool, "still pool": _still_pool, "conv": _project}

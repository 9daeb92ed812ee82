"""ResNetSpec: the small value that every view of a network is made from. No torch here.

Terms are those of He et al. 2015 (arXiv:1512.03385) and of torchvision: `planes` is the width of a
stage before the block's expansion, `layers` the number of blocks in each stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from resnet.network import presets, query
from resnet.network.rules import EXPANSION, Fields, SpecError, check_fields, check_numbers, depth_of
from resnet.network.shortcuts import OPTIONS
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr


class ConvPlan(NamedTuple):
    """One square convolution without bias, padded by (kernel - 1) // 2."""

    in_channels: int
    out_channels: int
    kernel: int
    stride: int = 1
    groups: int = 1


class BlockPlan(NamedTuple):
    """What one residual block is made of, before any shape is known.

    `shortcut` is one of `shortcuts.KINDS`.
    """

    stage: str
    number: int
    in_channels: int
    out_channels: int
    stride: int
    convs: tuple[ConvPlan, ...]
    shortcut: str

    @property
    def name(self) -> str:
        """Module path, as in torchvision: `layer1.0`."""
        return f"{self.stage}.{self.number}"

    def source(self, channel: int) -> int | None:
        """The channel of x that the shortcut adds alone to this channel of y.

        None where there is none: a projection mixes all, and zero padding adds nothing outside.
        Where the shortcut of a pre-activation block pads, it adds that channel of ReLU(BN(x)).
        """
        if self.shortcut not in ("identity", "padding"):
            return None
        before = (self.out_channels - self.in_channels) // 2
        return channel - before if 0 <= channel - before < self.in_channels else None


@dataclass(frozen=True)
class ResNetSpec:
    """A residual network, or its plain twin. The defaults are torchvision's ResNet-50.

    Raises `SpecError` where no such network exists. `layers` has 1 to 6 stages; every stage but
    the first halves the resolution. `planes` left empty doubles from `stem_width`, stage by stage.
    `stride_on` is "3x3" (v1.5, torchvision) or "1x1" (v1, the paper) and concerns bottlenecks.
    `se_reduction` is the ratio of squeeze-and-excitation (arXiv:1709.01507), 0 for none.
    """

    block: str = "bottleneck"
    layers: tuple[int, ...] = (3, 4, 6, 3)
    planes: tuple[int, ...] = ()
    groups: int = 1
    width_per_group: int = 64
    stem: str = "imagenet"
    stem_width: int = 64
    shortcut: str = "B"
    stride_on: str = "3x3"
    preact: bool = False
    se_reduction: int = 0
    zero_init_residual: bool = False
    in_channels: int = 3
    num_classes: int = 1000
    image_size: int = 224

    def __post_init__(self) -> None:
        for name in ("layers", "planes"):
            object.__setattr__(self, name, _as_ints(name, getattr(self, name)))
        check_numbers(self.fields)
        if not self.planes:
            doubled = tuple(self.stem_width << i for i in range(len(self.layers)))
            object.__setattr__(self, "planes", doubled)
        check_fields(self.fields)

    @property
    def fields(self) -> Fields:
        """Its fields as plain data."""
        return cast(Fields, vars(self))

    @property
    def expansion(self) -> int:
        """Output channels of a block divided by its planes: 1 (basic) or 4 (bottleneck)."""
        return EXPANSION[self.block]

    @property
    def depth(self) -> int:
        """Weighted layers on the main path: the stem counts 1, the classifier 1."""
        return depth_of(self.fields)

    @property
    def name(self) -> str:
        """The preset's name where there is one (whatever input and classes), else a description."""
        return presets.name_of(self.fields)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """`layer1` … one for each stage."""
        return tuple(f"layer{i + 1}" for i in range(len(self.layers)))

    @property
    def out_channels(self) -> int:
        """Channels that the classifier reads."""
        return self.planes[-1] * self.expansion

    def stem_convs(self) -> tuple[ConvPlan, ...]:
        """The convolutions before the first stage: 7×7/2, 3×3, or the three 3×3 of ResNet-C."""
        c, w = self.in_channels, self.stem_width
        if self.stem == "cifar":
            return (ConvPlan(c, w, 3),)
        if self.stem == "imagenet":
            return (ConvPlan(c, w, 7, 2),)
        return (ConvPlan(c, w // 2, 3, 2), ConvPlan(w // 2, w // 2, 3), ConvPlan(w // 2, w, 3))

    def blocks(self) -> Iterator[BlockPlan]:
        """Every block from input to output."""
        channels = self.stem_width
        for stage, (count, planes) in enumerate(zip(self.layers, self.planes, strict=True)):
            name, stride = f"layer{stage + 1}", 2 if stage else 1
            yield self._plan(name, 0, channels, planes, stride)
            channels = planes * self.expansion
            same = self._plan(name, 1, channels, planes, 1)
            yield from (same._replace(number=i) for i in range(1, count))

    def _plan(self, stage: str, number: int, channels: int, planes: int, stride: int) -> BlockPlan:
        out = planes * self.expansion
        convs = self._branch(channels, planes, stride)
        kind = OPTIONS[self.shortcut].kind(channels, out, stride)
        return BlockPlan(stage, number, channels, out, stride, convs, kind)

    def _branch(self, channels: int, planes: int, stride: int) -> tuple[ConvPlan, ...]:
        if self.block == "basic":
            return ConvPlan(channels, planes, 3, stride), ConvPlan(planes, planes, 3)
        width = planes * self.width_per_group // 64 * self.groups
        first, second = (stride, 1) if self.stride_on == "1x1" else (1, stride)
        return (
            ConvPlan(channels, width, 1, first),
            ConvPlan(width, width, 3, second, self.groups),
            ConvPlan(width, planes * 4, 1),
        )

    @classmethod
    def preset(cls, name: str, **changes: Any) -> ResNetSpec:
        """A published network by name, e.g. `preset("resnet18", num_classes=10)`."""
        return cls(**{**presets.preset(name), **changes})

    @classmethod
    def of_depth(cls, depth: int, family: str = "imagenet", **changes: Any) -> ResNetSpec:
        """The network of a family with exactly this depth.

        Raises `DepthError`, naming the nearest depths, where the family's layouts skip it.
        """
        return cls(**{**presets.of_depth(depth, family), **changes})

    def to_fields(self) -> dict[str, str]:
        """The fewest fields that `from_fields` reads back, as text: a preset and what differs."""
        return query.write(self.fields)

    @classmethod
    def from_fields(cls, given: Mapping[str, str]) -> ResNetSpec:
        """Read what `to_fields` wrote. Raises `SpecError` for a key or value that means nothing."""
        return cls(**query.read(given))

    def to_query(self) -> str:
        """The same fields as a query string."""
        return query.join(self.to_fields())

    @classmethod
    def from_query(cls, text: str) -> ResNetSpec:
        """Read what `to_query` wrote. Raises `SpecError` for a key or value that means nothing."""
        return cls.from_fields(query.split(text))


def _as_ints(name: str, value: Any) -> tuple[int, ...]:
    try:
        items = tuple(value)
    except TypeError:
        items = (value,)
    if not all(type(item) is int for item in items):
        message = mark("{name} must be whole numbers, one for each stage; got {value}.")
        raise SpecError(tr(message, name=name, value=shown_words(repr(value))))
    return items

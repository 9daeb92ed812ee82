"""ResNetSpec: the small value that every view of a network is made from. No torch here.

Terms are those of He et al. 2015 (arXiv:1512.03385) and of torchvision: `planes` is the width of a
stage before the block's expansion, `layers` the number of blocks in each stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, cast

from resnet.network.fields import plans
from resnet.network.fields.axes import ANTIALIAS, squeezed
from resnet.network.fields.plans import BlockPlan, ConvPlan
from resnet.network.fields.resolved import activates_stem, resolved, stage_channels, usual
from resnet.network.fields.rules import (
    Fields,
    SpecError,
    check_alone,
    check_cells,
    check_fields,
    check_groups,
    check_sides,
    depth_of,
)
from resnet.network.fields.stems import POOLS, STEMS, PoolStep
from resnet.network.naming import families, names, query
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr


@dataclass(frozen=True)
class ResNetSpec:
    """A residual network, or its plain twin. The defaults are torchvision's ResNet-50.

    Raises `SpecError` where no such network exists. `layers` has 1 to 6 stages. `planes` left empty
    doubles from `stem_width`, stage by stage. Other fields that are left empty have their usual
    value, and where that is given they are kept empty: what holds is `stem_pool`,
    `stage_strides`, `stage_dilations`, `gate` and `stage_channels`.

    `stride_on` is "3x3" (v1.5, torchvision) or "1x1" (v1, the paper) and concerns bottlenecks.
    `strides`: every stage but the first halves the resolution, in its `strided_block`. In a
    dilated stage the first block's first 3×3 is dilated as the stage before (torchvision's rule).
    `first_activation` is one of `axes.FIRST_ACTIVATIONS` and concerns pre-activation. `pool` is one
    of `stems.POOLS`, `antialias`, `attention` and `norm` are in `axes`.
    `se_reduction` is the ratio of squeeze-and-excitation (arXiv:1709.01507), 0 for none, whose
    squeezed widths are rounded to multiples of `se_divisor` (timm: 8). `conv_bias`: convolutions
    have a bias, before activation those alone that no BN follows (Keras, TF-Slim). `expansion` is
    that of a block's planes, 0 for the block's own. `image_size` is a side, or (height, width).
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
    first_activation: str = "branch"
    pool: str = ""
    strides: tuple[int, ...] = ()
    dilations: tuple[int, ...] = ()
    strided_block: str = "first"
    antialias: str = "none"
    attention: str = ""
    se_reduction: int = 0
    se_divisor: int = 1
    norm: str = "batch"
    conv_bias: bool = False
    expansion: int = 0
    zero_init_residual: bool = False
    in_channels: int = 3
    num_classes: int = 1000
    image_size: int | tuple[int, ...] = 224

    def __post_init__(self) -> None:
        for name in ("layers", "planes", "strides", "dilations"):
            object.__setattr__(self, name, _as_ints(name, getattr(self, name)))
        check_alone(self.fields)
        if not self.planes:
            doubled = tuple(self.stem_width << i for i in range(len(self.layers)))
            object.__setattr__(self, "planes", doubled)
        if self.attention == "se" and not self.se_reduction:
            object.__setattr__(self, "se_reduction", 16)
        check_fields(self.fields)
        for name, value in usual(self.fields):
            if getattr(self, name) == value:
                object.__setattr__(self, name, type(value)())
        if isinstance(self.image_size, tuple) and len(set(self.image_size)) == 1:
            object.__setattr__(self, "image_size", self.image_size[0])
        if self.se_reduction and all(map(self._squeezes_evenly, self.stage_channels)):
            object.__setattr__(self, "se_divisor", 1)
        check_sides(self.antialias, self._sides())
        if self.norm == "group":
            check_groups(self._normalised())
            check_cells(self._on_one_cell())

    def _sides(self) -> Iterator[tuple[int, int]]:
        """The sides of the map that each strided block or pool is given, with the stride."""
        floors = ANTIALIAS[self.antialias].divides
        for side in self.input_size:
            for conv in STEMS[self.stem].convs:
                side = -(-side // conv.stride)
            if self.stem_pool != "none":
                side = side // 2 if floors else -(-side // 2)
            for stride in self.stage_strides:
                yield side, stride
                side = -(-side // stride)

    def _squeezes_evenly(self, channels: int) -> bool:
        """Whether rounding changes nothing."""
        return self.squeezed(channels) == max(1, channels // self.se_reduction)

    def _normalised(self) -> Iterator[int]:
        """Channels of everything that is normalised."""
        yield from (plan.out_channels for plan in self.stem_convs())
        for block in self.blocks():
            yield block.in_channels if block.activates else block.out_channels
            yield from (conv.out_channels for conv in block.convs)

    def _on_one_cell(self) -> Iterator[int]:
        """Channels that are normalised in stages whose maps are one pixel."""
        stride = prod(conv.stride for conv in self.stem_convs()) << (self.stem_pool != "none")
        single = {}
        for stage, own in zip(self.stage_names, self.stage_strides, strict=True):
            stride *= own
            single[stage] = max(self.input_size) <= stride
        for block in self.blocks():
            if single[block.stage]:
                yield from (block.out_channels, *(conv.out_channels for conv in block.convs))

    @property
    def fields(self) -> Fields:
        """Its fields as plain data."""
        return cast(Fields, vars(self))

    @property
    def depth(self) -> int:
        """Weighted layers on the main path: the stem counts 1, the classifier 1."""
        return depth_of(self.fields)

    @property
    def name(self) -> str:
        """The preset's name, or the nearest name and how it differs, whatever input and classes."""
        return names.name_of(self.fields)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """`layer1` … one for each stage."""
        return tuple(f"layer{i + 1}" for i in range(len(self.layers)))

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of an image."""
        sides = self.image_size
        return (sides[0], sides[1]) if isinstance(sides, tuple) else (sides, sides)

    @property
    def side(self) -> int:
        """Height and width of square images. Raises `SpecError` where they are no squares."""
        if not isinstance(self.image_size, int):
            height, width = self.input_size
            message = mark("Only for square images; this network reads {height}×{width}.")
            raise SpecError(tr(message, height=height, width=width))
        return self.image_size

    @property
    def stem_pool(self) -> str:
        """What pools behind the stem, one of `stems.POOLS`."""
        return str(resolved(self.fields, "pool"))

    @property
    def stage_strides(self) -> tuple[int, ...]:
        """By how much each stage lowers the resolution."""
        return tuple(resolved(self.fields, "strides"))

    @property
    def stage_dilations(self) -> tuple[int, ...]:
        """The dilation of each stage's 3×3, its first block's first apart."""
        return tuple(resolved(self.fields, "dilations"))

    @property
    def gate(self) -> str:
        """The kind of attention in each block, one of `axes.ATTENTIONS`."""
        return str(resolved(self.fields, "attention"))

    @property
    def activates_stem(self) -> bool:
        """Whether a BN and a ReLU follow the stem's convolutions."""
        return activates_stem(self.fields)

    @property
    def stage_channels(self) -> tuple[int, ...]:
        """Channels that leave each stage."""
        return stage_channels(self.fields)

    @property
    def out_channels(self) -> int:
        """Channels that the classifier reads."""
        return self.stage_channels[-1]

    def squeezed(self, channels: int) -> int:
        """Channels between the two layers of squeeze-and-excitation."""
        return squeezed(channels, self.se_reduction, self.se_divisor)

    def stem_convs(self) -> tuple[ConvPlan, ...]:
        """The convolutions before the first stage and its pool."""
        return plans.stem_convs(self.fields)

    def stem_pool_steps(self) -> tuple[PoolStep, ...]:
        """What follows the stem's convolutions and their activation."""
        return POOLS[self.stem_pool][self.antialias]

    def pool_conv(self, step: PoolStep) -> ConvPlan:
        """The convolution that a step behind the stem is."""
        return plans.pool_conv(self.fields, step)

    def blocks(self) -> Iterator[BlockPlan]:
        """Every block from input to output."""
        return plans.blocks(self.fields)

    @classmethod
    def preset(cls, name: str, **changes: Any) -> ResNetSpec:
        """A network by its name, e.g. `preset("resnet18", num_classes=10)`: see `names.preset`."""
        return cls(**{**names.preset(name), **changes})

    @classmethod
    def of_depth(cls, depth: int, family: str = "imagenet", **changes: Any) -> ResNetSpec:
        """The network of a family with exactly this depth.

        Raises `DepthError`, naming the nearest depths, where the family's layouts skip it.
        """
        return cls(**{**families.of_depth(depth, family), **changes})

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

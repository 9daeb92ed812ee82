"""Published networks by name, and families of networks of any depth. No torch here."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from resnet.language import mark, tr
from resnet.rules import MAX_BLOCKS, SpecError
from resnet.spec import ResNetSpec


class DepthError(SpecError):
    """A depth that no layout of the family reaches; `nearest` holds the two that do."""

    def __init__(self, depth: int, family: str):
        self.nearest = FAMILIES[family].nearest(depth)
        low, high = self.nearest
        super().__init__(
            tr(
                "No {family} network has depth {depth}: {rule}. The nearest are {low} and {high}.",
                family=family, depth=depth, rule=tr(FAMILIES[family].rule), low=low, high=high,
            )
        )  # fmt: skip


@dataclass(frozen=True)
class Ladder:
    """The depths that one kind of network reaches, shallowest first."""

    base: ResNetSpec
    depths: range
    layout: Callable[[int], tuple[int, ...]]  # number of blocks -> blocks in each stage

    def alike(self, spec: ResNetSpec) -> bool:
        """Whether a network has this ladder's kind of block, stem, stages and activation."""
        kinds = ((s.block, s.stem, s.preact, len(s.layers)) for s in (self.base, spec))
        return next(kinds) == next(kinds)

    def of_depth(self, depth: int) -> ResNetSpec:
        """The network of this depth, which must be one of `depths`."""
        return replace(self.base, layers=self.layout((depth - 2) // _per_block(self.base)))


@dataclass(frozen=True)
class Family:
    """Networks that belong together; their ladders follow one another in depth.

    `title` and `rule` are English.
    """

    title: str
    rule: str
    deepest: int  # that has been published
    ladders: tuple[Ladder, ...]

    @property
    def depths(self) -> tuple[int, ...]:
        """Every depth that the family reaches, ascending."""
        return tuple(depth for ladder in self.ladders for depth in ladder.depths)

    @property
    def shown(self) -> tuple[int, ...]:
        """The depths that a slider offers: those up to the deepest published one."""
        return tuple(depth for depth in self.depths if depth <= self.deepest)

    def fits(self, spec: ResNetSpec) -> bool:
        """Whether a network is of this family, variants included."""
        return any(spec.depth in ladder.depths and ladder.alike(spec) for ladder in self.ladders)

    def around(self, depth: int) -> tuple[int, int]:
        """The depths next below and next above one; at either end, the end itself."""
        depths = self.depths
        below, above = bisect_left(depths, depth) - 1, bisect(depths, depth)
        return depths[max(below, 0)], depths[min(above, len(depths) - 1)]

    def nearest(self, depth: int) -> tuple[int, ...]:
        """The two reachable depths around `depth`, or next to it at either end."""
        depths = self.depths
        above = min(max(bisect(depths, depth), 1), len(depths) - 1)
        return depths[above - 1 : above + 1]


def _per_block(spec: ResNetSpec) -> int:
    return 2 if spec.block == "basic" else 3


def _ladder(
    base: ResNetSpec, layout: Callable[[int], tuple[int, ...]], multiple: int = 1,
    first: int = 0, last: int | None = None,
) -> Ladder:  # fmt: skip
    """A ladder whose number of blocks is a multiple of `multiple`, from `first` to `last` deep."""
    step = _per_block(base) * multiple
    smallest = 2 + _per_block(base) * len(base.layers)
    most = last or 2 + _per_block(base) * MAX_BLOCKS
    return Ladder(base, range(max(first, smallest), most + 1, step), layout)


# He et al. 2015, table 1, and the 200 and 269 layers of later work; one block each before them.
_PUBLISHED = (
    (1, 1, 1, 1),
    (2, 2, 2, 2),
    (3, 4, 6, 3),
    (3, 4, 23, 3),
    (3, 8, 36, 3),
    (3, 24, 36, 3),
    (3, 30, 48, 8),
)


def _published_share(blocks: int) -> tuple[int, ...]:
    """The largest published layout that fits, the rest in conv4_x: as 101 is made from 50."""
    one, two, three, four = max((p for p in _PUBLISHED if sum(p) <= blocks), key=sum)
    return one, two, three + blocks - (one + two + three + four), four


def _equal_thirds(blocks: int) -> tuple[int, ...]:
    return (blocks // 3,) * 3


_BOTTLENECK = ResNetSpec()
_BASIC = ResNetSpec(block="basic", layers=(2, 2, 2, 2))
_CIFAR = ResNetSpec(
    block="basic",
    layers=(3, 3, 3),
    stem="cifar",
    stem_width=16,
    shortcut="A",
    num_classes=10,
    image_size=32,
)
_PREACT = replace(_CIFAR, block="bottleneck", shortcut="B", preact=True)

FAMILIES = {
    "imagenet": Family(
        mark("ImageNet"),
        mark("basic blocks give even depths from 10 to 48, bottlenecks 3n + 2 from 50"),
        269,
        (
            _ladder(_BASIC, _published_share, last=48),
            _ladder(_BOTTLENECK, _published_share, first=50),
        ),
    ),
    "basic": Family(
        mark("ImageNet, basic blocks"),
        mark("basic blocks on four stages give 2n + 2 from 10"),
        34,
        (_ladder(_BASIC, _published_share),),
    ),
    "bottleneck": Family(
        mark("ImageNet, bottlenecks"),
        mark("bottlenecks on four stages give 3n + 2 from 14"),
        269,
        (_ladder(_BOTTLENECK, _published_share),),
    ),
    "cifar": Family(
        mark("CIFAR"),
        mark("three equal stages of basic blocks give 6n + 2 from 8"),
        1202,
        (_ladder(_CIFAR, _equal_thirds, multiple=3),),
    ),
    "preact": Family(
        mark("CIFAR, pre-activation"),
        mark("three equal stages of bottlenecks give 9n + 2 from 11"),
        1001,
        (_ladder(_PREACT, _equal_thirds, multiple=3),),
    ),
}

PRESETS = {
    "resnet18": _BASIC,
    "resnet34": replace(_BASIC, layers=(3, 4, 6, 3)),
    "resnet50": _BOTTLENECK,
    "resnet101": replace(_BOTTLENECK, layers=(3, 4, 23, 3)),
    "resnet152": replace(_BOTTLENECK, layers=(3, 8, 36, 3)),
    "resnext50_32x4d": replace(_BOTTLENECK, groups=32, width_per_group=4),
    "resnext101_32x8d": replace(_BOTTLENECK, layers=(3, 4, 23, 3), groups=32, width_per_group=8),
    "resnext101_64x4d": replace(_BOTTLENECK, layers=(3, 4, 23, 3), groups=64, width_per_group=4),
    "wide_resnet50_2": replace(_BOTTLENECK, width_per_group=128),
    "wide_resnet101_2": replace(_BOTTLENECK, layers=(3, 4, 23, 3), width_per_group=128),
    **{
        f"cifar_resnet{6 * n + 2}": replace(_CIFAR, layers=(n, n, n)) for n in (3, 5, 7, 9, 18, 200)
    },
    "wrn28_10": replace(
        _CIFAR, layers=(4, 4, 4), planes=(160, 320, 640), shortcut="B", preact=True
    ),
    "preact_resnet164": replace(_PREACT, layers=(18, 18, 18)),
    "preact_resnet1001": replace(_PREACT, layers=(111, 111, 111)),
    "se_resnet50": replace(_BOTTLENECK, se_reduction=16),
}


def preset(name: str, **changes: Any) -> ResNetSpec:
    """A published network by name, with some fields changed. Raises `SpecError`."""
    if name not in PRESETS:
        close = get_close_matches(name, PRESETS, n=4, cutoff=0.4) or list(PRESETS)
        message = mark("There is no preset “{name}”. Choose one of: {names}.")
        raise SpecError(tr(message, name=name, names=", ".join(close)))
    return replace(PRESETS[name], **changes)


def of_depth(depth: int, family: str, **changes: Any) -> ResNetSpec:
    """The network of this depth. Raises `DepthError`, naming the nearest two, if there is none."""
    if family not in FAMILIES:
        message = mark("There is no family “{name}”. Choose: {names}.")
        raise SpecError(tr(message, name=family, names=", ".join(FAMILIES)))
    if type(depth) is not int:
        raise SpecError(tr("A depth is a whole number; got {depth!r}.", depth=depth))
    for ladder in FAMILIES[family].ladders:
        if depth in ladder.depths:
            return replace(ladder.of_depth(depth), **changes)
    raise DepthError(depth, family)


def with_layers(spec: ResNetSpec, layers: tuple[int, ...]) -> ResNetSpec:
    """The network with other stages; further ones double the widths on, fewer drop the last."""
    more = tuple(spec.planes[-1] << i for i in range(1, 7))
    return replace(spec, layers=layers, planes=(*spec.planes, *more)[: len(layers)])


def width_of(spec: ResNetSpec) -> float:
    """How many times wider the first stage is than in the paper: 16 planes on CIFAR, else 64."""
    return spec.planes[0] / _usual_width(spec)


def with_width(spec: ResNetSpec, factor: float) -> ResNetSpec:
    """The network with every stage `factor` times as wide as in the paper, and a stem to match.

    A stem that is not as wide as the first stage (WRN) keeps its width.
    """
    ratio = factor / width_of(spec)
    planes = tuple(max(1, round(p * ratio)) for p in spec.planes)
    stem = planes[0] if spec.stem_width == spec.planes[0] else spec.stem_width
    return replace(spec, planes=planes, stem_width=stem)


def _usual_width(spec: ResNetSpec) -> int:
    return (_CIFAR if spec.stem == "cifar" else _BASIC).stem_width


def with_depth(spec: ResNetSpec, depth: int, family: str) -> ResNetSpec:
    """The network of this depth, keeping what was varied where it is of the family already.

    Raises `DepthError`, and `SpecError` where the variant is not possible at that depth.
    """
    target = of_depth(depth, family)
    if FAMILIES[family].fits(spec):
        return replace(spec, block=target.block, layers=target.layers)
    return target


def name_of(spec: ResNetSpec) -> str:
    """The name of the preset with this network, or a description that no preset has."""
    kind = "plain" if spec.shortcut == "none" else "resnet"
    described = f"{kind}{spec.depth}_{spec.block}_{'-'.join(map(str, spec.layers))}"
    return next((name for name, base in PRESETS.items() if _same(base, spec)), described)


def _same(a: ResNetSpec, b: ResNetSpec) -> bool:
    """Whether two specs differ at most in input, classes and initialisation."""
    outside = {"in_channels", "num_classes", "image_size", "zero_init_residual"}
    inside = (field.name for field in fields(ResNetSpec) if field.name not in outside)
    return all(getattr(a, name) == getattr(b, name) for name in inside)

"""Families: networks of any depth, by the layouts that were published. Plain data, no torch."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from resnet.network.fields.rules import LAYERS_OF_A_BLOCK, MAX_BLOCKS, Fields, SpecError, depth_of
from resnet.network.naming.presets import CIFAR_RESNET20, PREACT, RESNET18, RESNET50
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr


class DepthError(SpecError):
    """A depth that no layout of the family reaches; `nearest` holds the two that do."""

    def __init__(self, depth: int, family: Family):
        self.nearest = family.nearest(depth)
        low, high = self.nearest
        super().__init__(
            tr(
                family.refusal,
                family=next((name for name in FAMILIES if FAMILIES[name] is family), ""),
                depth=shown_words(depth),
                rule=tr(family.rule),
                low=low,
                high=high,
            )
        )


_OF_A_FAMILY = mark(
    "No {family} network has depth {depth}: {rule}. The nearest are {low} and {high}."
)
_OF_THIS_LAYOUT = mark(
    "No network of this layout has depth {depth}: {rule}. The nearest are {low} and {high}."
)


@dataclass(frozen=True)
class Ladder:
    """The depths that one kind of network reaches, shallowest first."""

    base: Fields
    depths: range
    layout: Callable[[int], tuple[int, ...]]  # number of blocks -> blocks in each stage

    def holds(self, fields: Fields) -> bool:
        """Whether a network's blocks are those that this ladder has at its depth."""
        depth = depth_of(fields)
        return depth in self.depths and _blocks(self.of_depth(depth)) == _blocks(fields)

    def of_depth(self, depth: int) -> Fields:
        """The network of this depth, which must be one of `depths`."""
        blocks = (depth - 2) // LAYERS_OF_A_BLOCK[self.base["block"]]
        return {**self.base, "layers": self.layout(blocks)}


@dataclass(frozen=True)
class Family:
    """Networks that belong together; their ladders follow one another in depth.

    `title`, `rule` and `refusal`, the sentence for a depth that is skipped, are English.
    """

    title: str
    rule: str
    deepest: int  # that has been published
    ladders: tuple[Ladder, ...]
    refusal: str = _OF_A_FAMILY

    @property
    def depths(self) -> tuple[int, ...]:
        """Every depth that the family reaches, ascending."""
        return tuple(depth for ladder in self.ladders for depth in ladder.depths)

    @property
    def shown(self) -> tuple[int, ...]:
        """The depths that a slider offers: those up to the deepest published one."""
        return tuple(depth for depth in self.depths if depth <= self.deepest)

    def fits(self, fields: Fields) -> bool:
        """Whether a network's blocks are those of this family, whatever else it varies."""
        return any(ladder.holds(fields) for ladder in self.ladders)

    def of_depth(self, depth: int) -> Fields:
        """The network of this depth. Raises `DepthError`, naming the nearest two."""
        if type(depth) is not int:
            raise SpecError(tr("A depth is a whole number; got {depth!r}.", depth=depth))
        for ladder in self.ladders:
            if depth in ladder.depths:
                return ladder.of_depth(depth)
        raise DepthError(depth, self)

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


def _blocks(fields: Fields) -> tuple[str, tuple[int, ...]]:
    return fields["block"], fields["layers"]


def _ladder(
    base: Fields, layout: Callable[[int], tuple[int, ...]], multiple: int = 1,
    first: int = 0, last: int | None = None,
) -> Ladder:  # fmt: skip
    """A ladder whose number of blocks is a multiple of `multiple`, from `first` to `last` deep."""
    per_block = LAYERS_OF_A_BLOCK[base["block"]]
    smallest, most = 2 + per_block * len(base["layers"]), last or 2 + per_block * MAX_BLOCKS
    return Ladder(base, range(max(first, smallest), most + 1, per_block * multiple), layout)


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
    conv2, conv3, conv4, conv5 = max((p for p in _PUBLISHED if sum(p) <= blocks), key=sum)
    return conv2, conv3, conv4 + blocks - (conv2 + conv3 + conv4 + conv5), conv5


def _equal_thirds(blocks: int) -> tuple[int, ...]:
    return (blocks // 3,) * 3


FAMILIES = {
    "imagenet": Family(
        mark("ImageNet"),
        mark("basic blocks give even depths from 10 to 48, bottlenecks 3n + 2 from 50"),
        269,
        (
            _ladder(RESNET18, _published_share, last=48),
            _ladder(RESNET50, _published_share, first=50),
        ),
    ),
    "basic": Family(
        mark("ImageNet, basic blocks"),
        mark("basic blocks on four stages give 2n + 2 from 10"),
        34,
        (_ladder(RESNET18, _published_share),),
    ),
    "bottleneck": Family(
        mark("ImageNet, bottlenecks"),
        mark("bottlenecks on four stages give 3n + 2 from 14"),
        269,
        (_ladder(RESNET50, _published_share),),
    ),
    "cifar": Family(
        mark("CIFAR"),
        mark("three equal stages of basic blocks give 6n + 2 from 8"),
        1202,
        (_ladder(CIFAR_RESNET20, _equal_thirds, multiple=3),),
    ),
    "preact": Family(
        mark("CIFAR, pre-activation"),
        mark("three equal stages of bottlenecks give 9n + 2 from 11"),
        1001,
        (_ladder(PREACT, _equal_thirds, multiple=3),),
    ),
}


def of_depth(depth: int, family: str) -> Fields:
    """The network of this depth. Raises `DepthError`, naming the nearest two, if there is none."""
    if family not in FAMILIES:
        message = mark("There is no family “{name}”. Choose: {names}.")
        raise SpecError(tr(message, name=shown_words(family), names=", ".join(FAMILIES)))
    return FAMILIES[family].of_depth(depth)


def own(fields: Fields) -> Family:
    """The networks that differ from this one in depth alone, by its own layout."""
    layers = fields["layers"]
    if len(set(layers)) == 1:
        return _own(fields, mark("its stages are equally long"), len(layers), len(layers))
    others = sum(layers) - max(layers)
    return _own(fields, mark("its longest stage takes what the others leave"), others + 1, 1)


def _own(fields: Fields, rule: str, least: int, multiple: int) -> Family:
    first = 2 + LAYERS_OF_A_BLOCK[fields["block"]] * least
    ladder = _ladder(fields, partial(_share, fields["layers"]), multiple, first)
    deepest = max(depth_of(fields), FAMILIES["imagenet"].deepest)
    return Family(mark("its own layout"), rule, deepest, (ladder,), _OF_THIS_LAYOUT)


def _share(layers: tuple[int, ...], blocks: int) -> tuple[int, ...]:
    """Stages as long as one another where they are, else the longest takes what is left."""
    if len(set(layers)) == 1:
        return (blocks // len(layers),) * len(layers)
    longest = layers.index(max(layers))
    rest = blocks - (sum(layers) - layers[longest])
    return (*layers[:longest], rest, *layers[longest + 1 :])

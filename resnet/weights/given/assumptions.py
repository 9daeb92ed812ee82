"""What no weights can tell of a network: the value that is taken, the others, and why.

An alternative is a few fields of a link, `stride_on=1x1`: so it is kept, and said by an
owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from resnet.network.fields.axes import GROUPS
from resnet.network.fields.plans import BlockPlan, ConvPlan
from resnet.network.fields.rules import SpecError
from resnet.network.fields.shortcuts import OPTIONS
from resnet.network.naming import query
from resnet.network.spec import ResNetSpec
from resnet.text.language import Later, later, mark


@dataclass(frozen=True)
class Choice:
    """One value of an axis: the fields of a link that say it, and in words."""

    fields: str
    words: Later

    def of(self, spec: ResNetSpec) -> ResNetSpec:
        """The spec with this value. Raises `SpecError` where that cannot be."""
        return replace(spec, **query.changes(query.split(self.fields)))


@dataclass(frozen=True)
class Assumed:
    """One thing that weights leave open: its axis, the value taken, the others, and why."""

    axis: str
    title: str
    taken: Choice
    others: tuple[Choice, ...]
    why: Later

    @property
    def fields(self) -> set[str]:
        """The fields of a network that its values differ in."""
        return set().union(*(query.split(choice.fields) for choice in self.choices))

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All values, in an order that does not depend on which is taken."""
        return tuple(sorted((self.taken, *self.others), key=lambda choice: choice.fields))

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "axis": self.axis,
            "taken": self.taken.fields,
            "alternatives": [other.fields for other in self.others],
            "words": str(self),
            "why": str(self.why),
        }

    def __str__(self) -> str:
        return str(self.taken.words)


class Axis(NamedTuple):
    """What weights leave open: its title, why they do, and its values by the fields that say them.

    A value's words may have numbers to fill in.
    """

    title: str
    why: str
    values: Mapping[str, Later]


_NO_MEANS = mark("its normalisations keep no running means, and weights do not tell groups")
_ONE_SHAPE = mark("a convolution's weights have one shape, whatever its stride and dilation")
_STRIDE = Axis(
    mark("Stride of a bottleneck"),
    _ONE_SHAPE,
    {
        "stride_on=3x3": later(mark("stride in the 3×3 (v1.5)")),
        "stride_on=1x1": later(mark("stride in the 1×1 (v1)")),
    },
)
_SHORTCUT = Axis(
    mark("Shortcuts"),
    mark("the identity and padded zeros have no weights, as no shortcut has"),
    {
        "shortcut=A": later(mark("option A, zeros on both sides")),
        "shortcut=B": later(mark("identity shortcuts")),
        "shortcut=none": later(mark("no shortcuts, a plain net")),
    },
)
_ANTIALIAS = Axis(
    mark("Anti-aliasing"),
    mark("a filter that is not learned has no weights"),
    {
        "antialias=none": later(mark("no anti-aliasing")),
        "antialias=average": later(mark("anti-aliasing by averages (timm's aa)")),
        "antialias=binomial": later(mark("anti-aliasing by a binomial filter (timm's blur)")),
    },
)
_POOL = mark("Pool of the stem")
_POOLED = mark("a pool has no weights")
_POOLS = Axis(
    _POOL,
    _POOLED,
    {
        "pool=max": later(mark("max-pooling after the stem")),
        "pool=none": later(mark("no max-pooling after the stem")),
    },
)
_ONE_3X3 = Axis(
    _POOL,
    mark("a pool has no weights, and a convolution's have one shape, whatever its stride"),
    {
        "stem=cifar&pool=none": later(mark("no max-pooling after the 3×3 stem")),
        "stem=cifar&pool=max": later(mark("max-pooling after the 3×3 stem")),
        "stem=strided&pool=max": later(mark("stride and max-pooling in the 3×3 stem")),
        "stem=strided&pool=none": later(mark("stride in the 3×3 stem, no max-pooling")),
    },
)
_STRIDED = Axis(
    mark("Block with the stride"),
    _ONE_SHAPE,
    {
        "strided_block=first": later(mark("stride in a stage's first block")),
        "strided_block=last": later(mark("stride in a stage's last block (TF-Slim, Keras V2)")),
    },
)


def axes(spec: ResNetSpec) -> dict[str, Axis]:
    """Everything that weights of a network may leave open, by name."""
    found = {"stride_on": _STRIDE, "shortcut": _SHORTCUT, "antialias": _ANTIALIAS}
    found["pool"] = _ONE_3X3 if [c.kernel for c in spec.stem_convs()] == [3] else _POOLS
    found["dilation"] = Axis(
        mark("Strides of stages, and dilation"), _ONE_SHAPE, dict(_dilations(len(spec.layers)))
    )
    return found | {"strided_block": _STRIDED}


def _dilations(stages: int) -> Iterator[tuple[str, Later]]:
    """torchvision's replace_stride_with_dilation, from the last stage back: none, one or two."""
    yield "strides=&dilations=", later(mark("no dilation"))
    every = query.join({"strides": ",".join("2" * stages), "dilations": ""})
    yield every, later(mark("stride in the first stage too (downsample_in_first_stage)"))
    for dilated in range(1, min(3, stages)):
        strided = [1, *[2] * (stages - 1 - dilated), *[1] * dilated]
        widths = [*[1] * (stages - dilated), *(2 << i for i in range(dilated))]
        fields = {"strides": ",".join(map(str, strided)), "dilations": ",".join(map(str, widths))}
        words = mark("the last stages dilated, not strided: {n}")
        yield query.join(fields), later(words, n=dilated)


def assumptions(spec: ResNetSpec) -> Iterator[Assumed]:
    """By axis, what weights that fit this spec leave open.

    The alternatives are those that differ from it in what is computed and in no weight.
    """
    for name, (title, why, values) in axes(spec).items():
        choices = [Choice(fields, words) for fields, words in values.items()]
        taken = next((choice for choice in choices if _same(spec, choice)), None)
        others = tuple(choice for choice in choices if _alternative(spec, choice))
        if taken and others:
            yield Assumed(name, title, taken, others, later(why))
    if spec.norm == "group":
        groups = Choice("norm=group", later(mark("group normalisation by {n} groups"), n=GROUPS))
        yield Assumed("norm", mark("Normalisation in the network"), groups, (), later(_NO_MEANS))


def _same(spec: ResNetSpec, choice: Choice) -> bool:
    with suppress(SpecError):
        return choice.of(spec) == spec
    return False


def _alternative(spec: ResNetSpec, choice: Choice) -> bool:
    with suppress(SpecError):
        other = choice.of(spec)
        return _computed(other) != _computed(spec) and _weights(other) == _weights(spec)
    return False


def _computed(spec: ResNetSpec) -> object:
    return spec.stem_convs(), spec.stem_pool_steps(), [*spec.blocks()]


def _weights(spec: ResNetSpec) -> object:
    """What tells the names and shapes of its weights from another's that differs by an axis."""
    stem = [_shape(conv) for conv in spec.stem_convs()]
    keeps_place = OPTIONS[spec.shortcut].keeps_place
    blocks = [_of_block(block, keeps_place) for block in spec.blocks()]
    pool = [(place, step.kind) for place, step in enumerate(spec.stem_pool_steps())]
    return stem, [each for each in pool if each[1] in ("conv", "bn")], blocks


def _of_block(block: BlockPlan, keeps_place: bool) -> object:
    projection = block.projection and (_shape(block.projection), keeps_place)
    return [_shape(conv) for conv in block.convs], projection, block.activates


def _shape(conv: ConvPlan) -> object:
    return conv.in_channels, conv.out_channels, conv.kernel, conv.groups, conv.bias

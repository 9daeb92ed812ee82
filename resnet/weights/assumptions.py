"""What no weights can tell of a network: the value that is taken, the others, and why.

An alternative is a few fields of a link, `stride_on=1x1`: so it is kept, and said by an
owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from resnet.network import query
from resnet.network.plans import BlockPlan
from resnet.network.rules import SpecError
from resnet.network.shortcuts import KINDS, OPTIONS
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


_SAME_SHAPE = mark("a convolution's weights have one shape, whatever its stride")
_NO_WEIGHTS = mark("the identity and padded zeros have no weights, as no shortcut has")
AXES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "stride_on": (
        mark("Stride of a bottleneck"),
        _SAME_SHAPE,
        {
            "stride_on=3x3": mark("stride in the 3×3 (v1.5)"),
            "stride_on=1x1": mark("stride in the 1×1 (v1)"),
        },
    ),
    "shortcut": (
        mark("Shortcuts"),
        _NO_WEIGHTS,
        {
            "shortcut=A": mark("option A, zeros on both sides"),
            "shortcut=B": mark("identity shortcuts"),
            "shortcut=none": mark("no shortcuts, a plain net"),
        },
    ),
}


def assumptions(spec: ResNetSpec) -> Iterator[Assumed]:
    """By axis, what weights that fit this spec leave open.

    The alternatives are those that differ from it in what is computed and in no weight.
    """
    for axis, (title, why, values) in AXES.items():
        choices = [Choice(fields, later(words)) for fields, words in values.items()]
        taken = next((choice for choice in choices if _same(spec, choice)), None)
        others = tuple(choice for choice in choices if _alternative(spec, choice))
        if taken and others:
            yield Assumed(axis, title, taken, others, later(why))
    if spec.stem == "cifar":
        unpooled = Choice("stem=cifar", later(mark("no max-pooling after the 3×3 stem")))
        yield Assumed("pool", mark("Pool of the stem"), unpooled, (), later(_NO_WEIGHTS))


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
    return spec.stem_convs(), [*spec.blocks()]


def _weights(spec: ResNetSpec) -> object:
    """What tells the names and shapes of its weights from another's that differs by an axis."""
    stem = [_shape(conv) for conv in spec.stem_convs()]
    return stem, [_of_block(block, OPTIONS[spec.shortcut].keeps_place) for block in spec.blocks()]


def _of_block(block: BlockPlan, keeps_place: bool) -> object:
    projected = "conv" in KINDS[block.shortcut].steps
    return [_shape(conv) for conv in block.convs], projected and ("projection", keeps_place)


def _shape(conv: Any) -> tuple[int, ...]:
    return conv.in_channels, conv.out_channels, conv.kernel, conv.groups

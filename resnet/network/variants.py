"""A network changed in one respect, everything else kept that the changed one can have.

What a change is about is set; every other field stays. Where the rules then refuse, as few fields
are dropped as make the network possible, and named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from typing import Any, cast

from resnet.network.fields.rules import MAX_STAGES, Fields, SpecError
from resnet.network.naming import query
from resnet.network.naming.families import FAMILIES, Family
from resnet.network.naming.names import preset
from resnet.network.naming.presets import CIFAR_RESNET20, RESNET18, RESNET50
from resnet.network.naming.query import OF_USE
from resnet.network.spec import ResNetSpec

_PLAIN: Mapping[str, Any] = {**RESNET50, "planes": ()}  # what a field that is dropped falls back to
_BLOCKS = ("block", "layers")
_KIND = (*_BLOCKS, "stem", "pool", "preact")  # what a family is of
_TRIED = 3  # fields that are dropped at once, in every combination


@dataclass(frozen=True)
class Change:
    """A network that was changed, and what the one before had that it could not keep, by field."""

    spec: ResNetSpec
    dropped: Mapping[str, Any] = field(default_factory=dict)


def to_value(spec: ResNetSpec, name: str, value: object) -> Change:
    """The network with another block, stem, or value of any one field.

    Raises `SpecError` where no network has this value.
    """
    return carried({**_PLAIN, name: value}, _without(spec.fields, (name,)))


def to_depth(spec: ResNetSpec, depth: int, family: Family) -> Change:
    """The network of this depth by a family's layout. Raises `DepthError`."""
    found = family.of_depth(depth)
    blocks = {"block": found["block"], "layers": found["layers"]}
    kept = _staged(spec.fields, len(found["layers"]))
    return carried({**_PLAIN, **blocks}, _without(kept, _BLOCKS))


def to_preset(spec: ResNetSpec, name: str) -> Change:
    """A published network, with the input and the classes that were set of the one before.

    Set is what a link says of a network besides its preset. Raises `SpecError`.
    """
    return _based(spec, preset(name), set(_PLAIN) - set(OF_USE), _said(spec.fields))


def to_family(spec: ResNetSpec, family: Family) -> Change:
    """The network of a family that has this depth, or the nearest, with all that was set.

    A family says block, layers, stem and order of activation. Set is in what the network differs
    from the family that it is most like, and as for a preset what is read and answered.
    """
    reached = min(family.depths, key=lambda depth: abs(depth - spec.depth))
    was_set = _varied(spec.fields) | (_said(spec.fields) & set(OF_USE))
    return _based(spec, family.of_depth(reached), _KIND, was_set)


def with_layers(spec: ResNetSpec, layers: tuple[int, ...]) -> ResNetSpec:
    """The network with other stages; further ones double the widths on, fewer drop the last."""
    return ResNetSpec(**_staged(spec.fields, len(layers)) | {"layers": layers})


def width_of(spec: ResNetSpec) -> float:
    """How many times wider the first stage is than in the paper.

    The paper's has 16 planes in the three stages of CIFAR, 64 in any others.
    """
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
    of_cifar = spec.stem == "cifar" and len(spec.layers) == 3
    return (CIFAR_RESNET20 if of_cifar else RESNET18)["stem_width"]


def carried(base: Mapping[str, Any], kept: Mapping[str, Any]) -> Change:
    """The network `base` with all of `kept`, or all but the fewest fields that it cannot have.

    What leaves the same number is settled by the order of the fields: the later go first, and
    input and classes last. Raises `SpecError` where not even `base` can be.
    """
    new = {name: kept[name] for name in _by_worth(kept) if kept[name] != base[name]}
    for dropped in _to_drop(base, new):
        with suppress(SpecError):
            found = ResNetSpec(**{**base, **_without(new, dropped)})
            return Change(found, {name: new[name] for name in new if name in dropped})
    return Change(ResNetSpec(**base), new)


def _by_worth(names: Collection[str]) -> Iterator[str]:
    """Fields in the order in which they are to be kept: input and classes, then as in a spec."""
    return (name for name in (*OF_USE, *_without(_PLAIN, OF_USE)) if name in names)


def _to_drop(base: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Fields to leave out: the fewest first, then those that are left when each finds its place."""
    last_first = tuple(new)[::-1]
    yield from chain.from_iterable(combinations(last_first, n) for n in range(_TRIED + 1))
    found: dict[str, Any] = {}
    while more := next((n for n in new if n not in found and _can_be(base, found, n, new)), None):
        found[more] = new[more]
    yield tuple(name for name in last_first if name not in found)


def _can_be(
    base: Mapping[str, Any], found: Mapping[str, Any], name: str, new: Mapping[str, Any]
) -> bool:
    with suppress(SpecError):
        return bool(ResNetSpec(**{**base, **found, name: new[name]}))
    return False


def _said(fields: Fields) -> set[str]:
    """What a link says of a network besides its preset."""
    return set(query.write(fields)) - {"net"}


def _varied(fields: Fields) -> set[str]:
    """In what a network differs from the beginning of the family that it is most like."""
    bases = (ladder.base for family in FAMILIES.values() for ladder in family.ladders)
    alike = (_staged(base, len(fields["layers"])) for base in bases)
    had = cast(Mapping[str, Any], fields)
    names = _without(_PLAIN, OF_USE)
    return min(({name for name in names if base[name] != had[name]} for base in alike), key=len)


def _based(
    spec: ResNetSpec, base: Fields, about: Collection[str], was_set: Collection[str]
) -> Change:
    """A network by its base, with what was set of the one before and is not what this is about."""
    staged = _staged(spec.fields, len(base["layers"]))
    kept = {name: staged[name] for name in was_set}
    spec = carried(base, _without(kept, about)).spec
    told = _without(kept, _BLOCKS)
    return Change(
        spec, {name: told[name] for name in _by_worth(told) if not _has(spec, name, told[name])}
    )


def _has(spec: ResNetSpec, name: str, value: Any) -> bool:
    """Whether a value is a network's own, in whatever way it is written."""
    with suppress(SpecError):
        return replace(spec, **{name: value}) == spec
    return False


def _without(fields: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _staged(fields: Fields, stages: int) -> dict[str, Any]:
    """Fields for so many stages, where what is said of each stage goes on as it ends."""
    planes = fields["planes"]
    wider = tuple(planes[-1] << i for i in range(1, MAX_STAGES + 1))
    further = {
        "planes": wider,
        "strides": (2,) * MAX_STAGES if fields["strides"] else (),
        "dilations": fields["dilations"][-1:] * MAX_STAGES,
    }
    values = cast(Mapping[str, Any], fields)
    return {**fields} | {name: (*values[name], *more)[:stages] for name, more in further.items()}

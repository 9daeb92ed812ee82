"""A link followed as far as it can be, and what of it could not.

`query.read` refuses a link for any field that is wrong, as a program that was given it must. A
page's address was written by others, shortened and marked on its way: what can be shown is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from resnet.network.fields.rules import Fields, SpecError, check_alone
from resnet.network.naming import query
from resnet.network.naming.names import preset
from resnet.network.naming.presets import RESNET50
from resnet.network.spec import ResNetSpec
from resnet.network.variants import carried, with_layers
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

_NAMED = 5  # fields, in a message
_LEFT_OUT = mark("Left out of the link: {fields}. {reasons}")
_UNKNOWN = mark("Ignored in the link, since no network has it: {names}.")


@dataclass(frozen=True)
class Followed:
    """The network of a link; with the reason, what it could not have; and what none has."""

    spec: ResNetSpec
    left_out: Mapping[str, str] = field(default_factory=dict)  # field=text: reason
    unknown: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """All that was not followed, in words; nothing where everything was."""
        return " ".join(filter(None, (self._left_out, ignored(self.unknown))))

    @property
    def _left_out(self) -> str:
        reasons = " ".join(dict.fromkeys(self.left_out.values()))
        fields = _listed([*self.left_out])
        return tr(_LEFT_OUT, fields=fields, reasons=reasons) if fields else ""


def ignored(names: Sequence[str]) -> str:
    """What is said of fields that no network has; nothing of none."""
    return tr(_UNKNOWN, names=_listed(names)) if names else ""


def _listed(names: Sequence[str]) -> str:
    few = [shown_words(name) for name in names[:_NAMED]]
    return ", ".join([*few, "…"] if len(names) > _NAMED else few)


def follow(given: Mapping[str, str]) -> Followed:
    """The network that a link's fields say, or the one with the most of them that there is.

    A name of no network gives way to ResNet-50. Stages that are said without their widths double
    on from the preset's. Every link that `query.read` takes is followed to the same network.
    """
    wrong: dict[str, str] = {}
    base = _or_reason(wrong, "net", preset, given.get("net", "resnet50")) or RESNET50
    read = {
        name: _or_reason(wrong, name, query.value, name, given[name])
        for name in RESNET50
        if name in given
    }
    spec = _fitted(base, {name: read[name] for name in read if name not in wrong}, wrong)
    left_out = {f"{name}={given[name]}": wrong[name] for name in given if name in wrong}
    unknown = (name for name in given if name not in RESNET50 and name != "net")
    return Followed(spec, left_out, tuple(unknown))


def _fitted(base: Fields, values: dict[str, Any], wrong: dict[str, str]) -> ResNetSpec:
    """The network of a link's values over a preset, as they stand or with the fewest dropped.

    What no network of these stages has goes first, whatever else is said.
    """
    with suppress(SpecError):
        return ResNetSpec(**{**base, **values})
    with suppress(SpecError):
        base = with_layers(ResNetSpec(**base), values.get("layers", base["layers"])).fields
    for name, value in values.items():
        _or_reason(wrong, name, check_alone, cast(Fields, {**base, name: value}))
    possible = {name: values[name] for name in values if name not in wrong}
    change = carried(base, possible)
    kept = {name: possible[name] for name in possible if name not in change.dropped}
    for name, value in change.dropped.items():
        _or_reason(wrong, name, ResNetSpec, **{**base, **kept, name: value})
    return change.spec


def _or_reason(
    wrong: dict[str, str], name: str, make: Callable[..., Any], *given: Any, **fields: Any
) -> Any:
    """What is made, or None and the reason among what is wrong."""
    try:
        return make(*given, **fields)
    except SpecError as error:
        wrong[name] = str(error)
        return None

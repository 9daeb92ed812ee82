"""What the fields of a network stand for where they are left empty, or where several say one thing.

All of them take a network's fields as plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resnet.network.fields.axes import FIRST_ACTIVATIONS
from resnet.network.fields.rules import EXPANSION, Fields
from resnet.network.fields.stems import STEMS


def usual(fields: Fields) -> Iterator[tuple[str, Any]]:
    """The fields that may be empty, and what each then stands for."""
    yield "pool", STEMS[fields["stem"]].pool
    yield "strides", (1, *(2,) * (len(fields["layers"]) - 1))
    yield "dilations", (1,) * len(fields["layers"])
    yield "attention", "se" if fields["se_reduction"] else "none"
    yield "expansion", EXPANSION[fields["block"]]


def resolved(fields: Fields, name: str) -> Any:
    """A field's value, or the usual one where it is empty."""
    return fields[name] or dict(usual(fields)).get(name, fields[name])  # type: ignore[literal-required]


def stage_channels(fields: Fields) -> tuple[int, ...]:
    """Channels that leave each stage."""
    expansion = fields["expansion"] or EXPANSION[fields["block"]]
    return tuple(planes * expansion for planes in fields["planes"])


def activates_stem(fields: Fields) -> bool:
    """Whether a BN and a ReLU follow the stem's convolutions."""
    return not fields["preact"] or FIRST_ACTIVATIONS[fields["first_activation"]].stem

"""A spec as a short query string, and back, without loss."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from resnet.language import mark, tr
from resnet.presets import PRESETS, preset
from resnet.rules import SpecError
from resnet.spec import ResNetSpec

_FIELDS = tuple(field.name for field in fields(ResNetSpec))


def write(spec: ResNetSpec) -> str:
    """The nearest preset as `net`, then each field that differs from it."""
    changes = {name: _changes(base, spec) for name, base in PRESETS.items()}
    net = min(changes, key=lambda name: len(changes[name]))
    return urlencode({"net": net} | changes[net], safe=",")


def read(text: str) -> ResNetSpec:
    """Raises `SpecError` for a key or a value that means nothing."""
    given = dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))
    base = preset(given.pop("net", "resnet50"))
    unknown = next((name for name in given if name not in _FIELDS), None)
    if unknown is not None:
        message = mark("The link has a field “{name}” that no network has. Remove it.")
        raise SpecError(tr(message, name=unknown))
    return replace(base, **{name: _value(name, text) for name, text in given.items()})


def _changes(base: ResNetSpec, spec: ResNetSpec) -> dict[str, str]:
    pairs = ((name, getattr(base, name), getattr(spec, name)) for name in _FIELDS)
    return {name: _text(new) for name, old, new in pairs if new != old}


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def _value(name: str, text: str) -> Any:
    default = getattr(PRESETS["resnet50"], name)
    try:
        if isinstance(default, tuple):
            return tuple(int(part) for part in text.split(",") if part)
        return type(default)(int(text)) if isinstance(default, int) else text
    except ValueError:
        message = mark("{name} is a number; the link says “{text}”.")
        raise SpecError(tr(message, name=name, text=text)) from None

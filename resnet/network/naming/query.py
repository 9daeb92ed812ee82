"""A network's fields as a few words of text, and those as a query string; and back, all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from resnet.network.fields.rules import Fields, SpecError
from resnet.network.naming.names import preset
from resnet.network.naming.presets import PRESETS, RESNET50
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

OF_USE = ("in_channels", "num_classes", "image_size", "zero_init_residual")


def write(fields: Fields) -> dict[str, str]:
    """The nearest preset as `net`, then each field that differs from it, as text."""
    changes = {name: _changes(base, fields) for name, base in PRESETS.items()}
    net = min(changes, key=lambda name: len(changes[name]))
    return {"net": net} | changes[net]


def read(given: Mapping[str, str]) -> Fields:
    """The fields that `write` wrote. Raises `SpecError` for a key or value that means nothing.

    `links.follow` reads what it can of such a link.
    """
    overrides = dict(given)
    base = preset(overrides.pop("net", "resnet50"))
    unknown = next((name for name in overrides if name not in base), None)
    if unknown is not None:
        message = mark("The link has a field “{name}” that no network has. Remove it.")
        raise SpecError(tr(message, name=shown_words(unknown)))
    return cast(Fields, base | {name: value(name, text) for name, text in overrides.items()})


def changes(given: Mapping[str, str]) -> dict[str, Any]:
    """The fields that are said of weights by some of a link's: those written, and a preset's own.

    A preset says nothing of what its weights were read for. Raises `SpecError`.
    """
    fields = cast(dict[str, Any], read(given))
    said = fields if "net" in given else given
    return {name: fields[name] for name in said if name in given or name not in OF_USE}


def join(given: Mapping[str, str]) -> str:
    """A query string, its commas as they are."""
    return urlencode(given, safe=",")


def split(text: str) -> dict[str, str]:
    """What `join` joined; a “?” before it is no part of it."""
    return dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))


def _changes(base: Mapping[str, object], fields: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(fields[name]) for name in base if fields[name] != base[name]}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def value(name: str, text: str) -> Any:
    """A field's value from its text. Raises `SpecError` where that is none, as 2 is of a switch."""
    default = cast(Mapping[str, object], RESNET50)[name]
    if isinstance(default, str):
        return text
    try:
        if isinstance(default, tuple) or "," in text:
            return tuple(_whole(part) for part in text.split(",") if part)
        return _SWITCHED[text] if isinstance(default, bool) else _whole(text)
    except (ValueError, KeyError):
        message = _NO_SWITCH if isinstance(default, bool) else _NO_NUMBER
        raise SpecError(tr(message, name=name, text=shown_words(text))) from None


_SWITCHED = {"0": False, "1": True}
_NO_SWITCH = mark("{name} is 0 or 1; the link says “{text}”.")
_NO_NUMBER = mark("{name} is a number; the link says “{text}”.")


def _whole(text: str) -> int:
    """Digits, with a sign or spaces around; nothing else that Python takes for a number."""
    if not re.fullmatch(r" *-?[0-9]{1,9} *", text):
        raise ValueError
    return int(text)

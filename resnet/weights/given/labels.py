"""Class names out of a user's file: a label a line, or JSON. No torch."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from resnet.text.file_names import shown_name
from resnet.text.language import mark, tr

SUFFIXES = (".txt", ".json")
_LARGEST = 4_000_000  # bytes
_LONGEST = 200  # characters of one label


IMAGENET = "imagenet"  # says that a network's classes are those


class GivenError(ValueError):
    """What is said of a checkpoint and cannot be: one line that says how to mend it."""


def read_labels(data: bytes, name: str) -> tuple[str, ...]:
    """The labels in the network's order, from untrusted bytes; `name` tells the format.

    `.txt` has a label a line; `.json` a list of labels, an object from index to label, or
    ImageNet's {"0": ["n01440764", "tench"], …}. Raises `GivenError` for everything else.
    """
    shown, lower = shown_name(name), name.lower()
    if not lower.endswith(SUFFIXES):
        raise GivenError(
            tr("“{shown}” is no list of labels; they come as .txt or .json.", shown=shown)
        )
    if len(data) > _LARGEST:
        raise GivenError(tr("“{shown}” is larger than any list of labels: over 4 MB.", shown=shown))
    try:
        text = data.decode("utf-8-sig")
        parsed = json.loads(text) if lower.endswith(".json") else _lines(text)
    except (ValueError, RecursionError):
        raise GivenError(
            tr("“{shown}” cannot be read. Save it as UTF-8, JSON without a slip.", shown=shown)
        ) from None
    labels = _in_order(parsed, shown)
    if not labels:
        raise GivenError(tr("“{shown}” holds no labels. Give one for each class.", shown=shown))
    return tuple(_clean(label, i, shown) for i, label in enumerate(labels))


@cache
def imagenet_names() -> tuple[str, ...]:
    """ImageNet's 1,000 classes in the usual order, that of their WordNet numbers."""
    from torchvision.models import ResNet50_Weights

    return tuple(ResNet50_Weights.DEFAULT.meta["categories"])


def _lines(text: str) -> list[str]:
    return text.rstrip().splitlines()


def _in_order(parsed: Any, shown: str) -> list[Any]:
    if isinstance(parsed, list):
        return parsed
    if not isinstance(parsed, dict):
        raise GivenError(
            tr("“{shown}” holds neither a list nor an object from index to label.", shown=shown)
        )
    try:
        return [_of_pair(parsed[str(i)]) for i in range(len(parsed))]
    except KeyError as error:
        raise GivenError(
            tr(
                "“{shown}” names no class {number}; its keys should be 0 to {last}.",
                shown=shown,
                number=error.args[0],
                last=len(parsed) - 1,
            )
        ) from None


def _of_pair(value: Any) -> Any:
    """ImageNet's list gives a WordNet number and a label."""
    return value[1] if isinstance(value, list) and len(value) == 2 else value


def _clean(label: Any, index: int, shown: str) -> str:
    if not isinstance(label, str):
        raise GivenError(
            tr(
                "“{shown}” names class {index} by no text, but by {kind}.",
                shown=shown,
                index=index,
                kind=_kind(label),
            )
        )
    words = "".join(c if c.isprintable() else " " for c in label).split()
    clean = " ".join(words)
    if not 0 < len(clean) <= _LONGEST:
        fault = tr("nothing") if not clean else tr("more than {n} characters", n=_LONGEST)
        raise GivenError(
            tr("“{shown}” names class {index} by {said}.", shown=shown, index=index, said=fault)
        )
    return clean


_NUMBER = mark("a number")


def _kind(value: Any) -> str:
    kinds = {
        dict: mark("an object"),
        list: mark("a list"),
        type(None): "null",
        bool: mark("a truth value"),
    }
    kind = kinds.get(type(value), _NUMBER)
    return tr(kind)

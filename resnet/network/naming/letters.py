"""What each part of a name such as seresnextaa101d_32x8d says of a network. Plain data, no torch.

timm's names are the field's usual ones: attention, kind, filter, depth, stem and shortcut, groups,
normalisation, in this order. Each table has what stands there, and the fields that it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from resnet.network.fields.rules import Fields

_Table = Mapping[str, Mapping[str, Any]]
_LAYOUTS = {
    "10": ("basic", (1, 1, 1, 1)),
    "14": ("bottleneck", (1, 1, 1, 1)),
    "18": ("basic", (2, 2, 2, 2)),
    "26": ("bottleneck", (2, 2, 2, 2)),
    "34": ("basic", (3, 4, 6, 3)),
    "50": ("bottleneck", (3, 4, 6, 3)),
    "101": ("bottleneck", (3, 4, 23, 3)),
    "152": ("bottleneck", (3, 8, 36, 3)),
    "200": ("bottleneck", (3, 24, 36, 3)),
    "269": ("bottleneck", (3, 30, 48, 8)),
}
_GROUPS = ((1, 64), (32, 4), (32, 8), (64, 4), (32, 16), (32, 32))

_ATTENTION: _Table = {
    "": {"attention": "", "se_reduction": 0},
    "se": {"attention": "", "se_reduction": 16},
    "eca": {"attention": "eca", "se_reduction": 0},
}
_KIND: _Table = {"resnet": {}, "resnext": {}}  # the groups say which
_FILTER: _Table = {
    "": {"antialias": "none"},
    "aa": {"antialias": "average"},
    "blur": {"antialias": "binomial"},
}
_DEPTH: _Table = {
    depth: {"block": block, "layers": layers} for depth, (block, layers) in _LAYOUTS.items()
}
_STEM: _Table = {
    "": {"stem": "imagenet", "stem_width": 64, "shortcut": "B"},
    "c": {"stem": "deep", "stem_width": 64, "shortcut": "B"},
    "d": {"stem": "deep", "stem_width": 64, "shortcut": "D"},
    "s": {"stem": "deep", "stem_width": 128, "shortcut": "B"},
    "t": {"stem": "tiered", "stem_width": 64, "shortcut": "D"},
}
_WIDTH: _Table = {
    f"_{groups}x{width}d" if groups > 1 else "": {"groups": groups, "width_per_group": width}
    for groups, width in _GROUPS
}
_NORM: _Table = {"": {"norm": "batch"}, "_gn": {"norm": "group"}}
_PARTS = (_ATTENTION, _KIND, _FILTER, _DEPTH, _STEM, _WIDTH, _NORM)
_NAME = re.compile("".join(f"({'|'.join(sorted(part, key=len)[::-1])})" for part in _PARTS))


def read(name: str) -> dict[str, Any]:
    """The fields that a name says. Raises KeyError where it is none of these.

    timm squeezes to multiples of 8, which those of bottlenecks are without rounding.
    """
    found = _NAME.fullmatch(name)
    if not found:
        raise KeyError(name)
    said = zip(_PARTS, found.groups(), strict=True)
    fields = {key: value for table, part in said for key, value in table[part].items()}
    rounded = fields["se_reduction"] and fields["block"] == "basic"
    return fields | {"se_divisor": 8 if rounded else 1}


def nearest(fields: Fields) -> str:
    """The name whose every part is that of a network, or the usual where none is."""
    parts = [_part(table, fields) for table in _PARTS]
    parts[1] = "resnext" if parts[5] else "resnet"
    return "".join(parts)


def _part(table: _Table, fields: Mapping[str, Any]) -> str:
    fitting = (
        part
        for part, said in table.items()
        if all(fields[name] == value for name, value in said.items())
    )
    return next(fitting, next(iter(table)))

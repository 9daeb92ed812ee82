"""What makes a network possible: every field checked, with a message that says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict, cast

from resnet.network.fields.axes import (
    ANTIALIAS,
    ATTENTIONS,
    FIRST_ACTIVATIONS,
    GROUPS,
    NORMS,
    STRIDED_BLOCKS,
)
from resnet.network.fields.shortcuts import OPTIONS
from resnet.network.fields.stems import POOLS, STEMS
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

EXPANSION = {"basic": 1, "bottleneck": 4}
LAYERS_OF_A_BLOCK = {"basic": 2, "bottleneck": 3}
SHORTCUTS = tuple(OPTIONS)
CHOICES: dict[str, tuple[str, ...]] = {
    "block": tuple(EXPANSION),
    "stem": tuple(STEMS),
    "shortcut": SHORTCUTS,
    "stride_on": ("3x3", "1x1"),
    "first_activation": tuple(FIRST_ACTIVATIONS),
    "pool": ("", *POOLS),
    "strided_block": tuple(STRIDED_BLOCKS),
    "antialias": tuple(ANTIALIAS),
    "attention": ("", *ATTENTIONS),
    "norm": tuple(NORMS),
}
"""What a field that is a word can be; an empty one is the usual."""
MAX_BLOCKS = 2000
MAX_STAGES = 6


class Fields(TypedDict):
    """Every field of a network as plain data, by the names and with the meaning of `ResNetSpec`."""

    block: str
    layers: tuple[int, ...]
    planes: tuple[int, ...]
    groups: int
    width_per_group: int
    stem: str
    stem_width: int
    shortcut: str
    stride_on: str
    preact: bool
    first_activation: str
    pool: str
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    strided_block: str
    antialias: str
    attention: str
    se_reduction: int
    se_divisor: int
    norm: str
    conv_bias: bool
    expansion: int
    zero_init_residual: bool
    in_channels: int
    num_classes: int
    image_size: int | tuple[int, ...]


class SpecError(ValueError):
    """A network that cannot be: the message says what is wrong and how to mend it."""


def depth_of(fields: Fields) -> int:
    """Weighted layers on the main path: the stem counts 1, the classifier 1."""
    return 2 + LAYERS_OF_A_BLOCK[fields["block"]] * sum(fields["layers"])


def check_fields(fields: Fields) -> None:
    """Raise `SpecError` for the first thing about a network that cannot be."""
    _check_planes(fields)
    _check_combinations(fields)


def check_alone(fields: Fields) -> None:
    """Raise `SpecError` for a value that its field cannot have, whatever the others are."""
    check_numbers(fields)
    check_choices(fields)


def check_choices(fields: Fields) -> None:
    """Raise `SpecError` for a word that its field does not know."""
    values: Mapping[str, object] = fields
    for name, allowed in CHOICES.items():
        value = values[name]
        if value not in allowed:
            raise SpecError(
                tr(
                    "{name} is {value}; it can be {some} or {last}.",
                    name=name,
                    value=shown_words(repr(value)),
                    some=", ".join(filter(None, allowed[:-1])),
                    last=allowed[-1],
                )
            )


_RANGES = {
    "groups": (1, 1024),
    "width_per_group": (1, 4096),
    "stem_width": (1, 4096),
    "se_reduction": (0, 1024),
    "se_divisor": (1, 1024),
    "expansion": (0, 64),
    "in_channels": (1, 1024),
    "num_classes": (1, 100_000),
}
_SWITCHES = ("preact", "conv_bias", "zero_init_residual")
_SIDES = (8, 4096)
_OF_A_STAGE = {"strides": (1, 2), "dilations": (1, 64)}  # each number of the list


def check_numbers(fields: Fields) -> None:
    """Raise `SpecError` for a number out of range, before anything is computed from it."""
    _check_ranges(fields)
    _check_stages(fields)
    if not 1 <= len(fields["layers"]) <= MAX_STAGES:
        stages = len(fields["layers"])
        raise SpecError(
            tr(
                "A network here has 1 to {most} stages; layers lists {n}.",
                most=MAX_STAGES,
                n=stages,
            )
        )
    if min(fields["layers"]) < 1:
        raise SpecError(
            tr(
                "Every stage needs at least one block; layers is {layers}.",
                layers=shown_words(fields["layers"]),
            )
        )
    if sum(fields["layers"]) > MAX_BLOCKS:
        blocks = sum(fields["layers"])
        raise SpecError(
            tr("{n} blocks are too many to draw; at most {most}.", n=blocks, most=MAX_BLOCKS)
        )


def _check_ranges(fields: Fields) -> None:
    values: Mapping[str, object] = fields
    for name, (low, high) in _RANGES.items():
        _check_range(name, values[name], low, high)
    sides = fields["image_size"]
    for side in sides if isinstance(sides, tuple) else (sides,):
        _check_range("image_size", side, *_SIDES)
    for name in _SWITCHES:
        value = values[name]
        if type(value) is not bool:
            message = mark("{name} is {value}; it is either true or false.")
            raise SpecError(tr(message, name=name, value=shown_words(repr(value))))


def _check_range(name: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        message = mark("{name} is {value}; it must be a whole number from {low} to {high}.")
        raise SpecError(tr(message, name=name, value=shown_words(repr(value)), low=low, high=high))


def _check_stages(fields: Fields) -> None:
    values: Mapping[str, tuple[int, ...]] = cast(Mapping[str, tuple[int, ...]], fields)
    for name, (low, high) in _OF_A_STAGE.items():
        for value in values[name]:
            _check_range(name, value, low, high)
        if len(values[name]) not in (0, len(fields["layers"])):
            message = mark("{name} lists {n} stages, layers has {stages}; give as many, or none.")
            stages = len(fields["layers"])
            raise SpecError(tr(message, name=name, n=len(values[name]), stages=stages))
    sides = fields["image_size"]
    if isinstance(sides, tuple) and len(sides) not in (1, 2):
        message = mark("image_size is {sides}; it is one side, or height and width.")
        raise SpecError(tr(message, sides=shown_words(sides)))


def _check_planes(fields: Fields) -> None:
    if len(fields["planes"]) != len(fields["layers"]):
        message = mark(
            "planes gives the width of {widths} stages, layers has {stages}; give one width for "
            "each stage, or none to double from the stem's."
        )
        raise SpecError(tr(message, widths=len(fields["planes"]), stages=len(fields["layers"])))
    if not all(1 <= p <= 16384 for p in fields["planes"]):
        message = mark("Stage widths must be from 1 to 16384; planes is {planes}.")
        raise SpecError(tr(message, planes=shown_words(fields["planes"])))


def _check_combinations(fields: Fields) -> None:
    if fields["block"] == "basic" and (fields["groups"] != 1 or fields["width_per_group"] != 64):
        raise SpecError(
            tr(
                "Groups and width per group belong to the bottleneck's middle 3×3 (ResNeXt, Wide); "
                "choose bottleneck blocks, or groups 1 and width per group 64."
            )
        )
    if fields["block"] == "basic" and fields["stride_on"] == "1x1":
        raise SpecError(tr("A basic block has no 1×1 to put the stride on; choose stride on 3x3."))
    if min(fields["planes"]) * fields["width_per_group"] < 64:
        message = mark(
            "planes {planes} × width per group {width} / 64 leaves no channel in the bottleneck; "
            "raise either."
        )
        raise SpecError(tr(message, planes=min(fields["planes"]), width=fields["width_per_group"]))
    if fields["preact"] and fields["zero_init_residual"]:
        raise SpecError(
            tr(
                "A pre-activation branch ends in a convolution, so it has no last γ to set to "
                "zero; switch off one of the two."
            )
        )
    _check_axes(fields)
    if fields["shortcut"] == "A":
        _check_only_widens(fields)


def _check_axes(fields: Fields) -> None:
    narrowest = min(conv.eighths for conv in STEMS[fields["stem"]].convs)
    if fields["stem_width"] * narrowest < 8:
        raise SpecError(
            tr(
                "The {stem} stem starts with {n} eighths of its width; give it a width of {least} "
                "or more.",
                stem=fields["stem"], n=narrowest, least=-(-8 // narrowest),
            )
        )  # fmt: skip
    if not fields["preact"] and fields["first_activation"] != "branch":
        raise SpecError(
            tr(
                "Where activation comes first is a question of pre-activation networks; choose "
                "pre-activation, or first_activation branch."
            )
        )
    if fields["preact"] and fields["antialias"] != "none":
        raise SpecError(
            tr(
                "Nobody has said where anti-aliasing stands in a pre-activation block; switch off "
                "one of the two."
            )
        )
    if fields["antialias"] not in POOLS[fields["pool"] or STEMS[fields["stem"]].pool]:
        message = mark("The stem's pool {pool} goes without anti-aliasing; choose pool max.")
        raise SpecError(tr(message, pool=fields["pool"]))
    if fields["attention"] in ("none", "eca") and fields["se_reduction"]:
        message = mark("se_reduction goes with attention se; choose it, or se_reduction 0.")
        raise SpecError(tr(message))
    if fields["se_divisor"] > 1 and not fields["se_reduction"]:
        message = mark("se_divisor rounds what squeeze-and-excitation squeezes; give se_reduction.")
        raise SpecError(tr(message))


def check_groups(channels: Iterable[int]) -> None:
    """Raise `SpecError` for a number of channels that group normalisation cannot share out."""
    odd = next((c for c in channels if c % GROUPS), None)
    if odd is not None:
        message = mark(
            "Group normalisation shares channels out among {n} groups, which {channels} are not a "
            "multiple of; choose widths that are, or norm batch."
        )
        raise SpecError(tr(message, n=GROUPS, channels=odd))


def check_cells(channels: Iterable[int]) -> None:
    """Raise `SpecError` where group normalisation is left one value, which has no deviation."""
    if GROUPS in channels:
        message = mark(
            "On maps of one pixel each of the {n} groups of {n} channels is one value, which "
            "cannot be normalised; choose a larger image_size, wider stages, or norm batch."
        )
        raise SpecError(tr(message, n=GROUPS))


def check_sides(antialias: str, sides: Iterable[tuple[int, int]]) -> None:
    """Raise `SpecError` where an anti-aliasing filter cannot take a map of (side, stride)."""
    chosen = ANTIALIAS[antialias]
    for side, stride in sides:
        if side < chosen.least or (chosen.divides and side % stride):
            message = mark(
                "A map of {side} pixels comes to a filter of stride {stride} (antialias "
                "{antialias}), which it cannot halve; choose an image_size that is a multiple of "
                "the whole stride."
            )
            raise SpecError(tr(message, side=side, stride=stride, antialias=antialias))


def _check_only_widens(fields: Fields) -> None:
    channels = fields["stem_width"]
    expansion = fields["expansion"] or EXPANSION[fields["block"]]
    for number, planes in enumerate(fields["planes"], start=1):
        after = planes * expansion
        if after < channels:
            message = mark(
                "Option A pads with zero channels, so it cannot narrow {before} channels to "
                "{after} at {stage}; choose option B, or wider stages."
            )
            raise SpecError(tr(message, before=channels, after=after, stage=f"layer{number}"))
        channels = after

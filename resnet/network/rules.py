"""What makes a network possible: every field checked, with a message that says how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from resnet.network.shortcuts import OPTIONS
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

EXPANSION = {"basic": 1, "bottleneck": 4}
LAYERS_OF_A_BLOCK = {"basic": 2, "bottleneck": 3}
STEMS = ("imagenet", "cifar", "deep")
SHORTCUTS = tuple(OPTIONS)
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
    se_reduction: int
    zero_init_residual: bool
    in_channels: int
    num_classes: int
    image_size: int


class SpecError(ValueError):
    """A network that cannot be: the message says what is wrong and how to mend it."""


def depth_of(fields: Fields) -> int:
    """Weighted layers on the main path: the stem counts 1, the classifier 1."""
    return 2 + LAYERS_OF_A_BLOCK[fields["block"]] * sum(fields["layers"])


def check_fields(fields: Fields) -> None:
    """Raise `SpecError` for the first thing about a network that cannot be."""
    _check_choices(fields)
    _check_planes(fields)
    _check_combinations(fields)


def _check_choices(fields: Fields) -> None:
    values: Mapping[str, object] = fields
    choices = {
        "block": tuple(EXPANSION),
        "stem": STEMS,
        "shortcut": SHORTCUTS,
        "stride_on": ("3x3", "1x1"),
    }
    for name, allowed in choices.items():
        value = values[name]
        if value not in allowed:
            raise SpecError(
                tr(
                    "{name} is {value}; it can be {some} or {last}.",
                    name=name,
                    value=shown_words(repr(value)),
                    some=", ".join(allowed[:-1]),
                    last=allowed[-1],
                )
            )


_RANGES = {
    "groups": (1, 1024),
    "width_per_group": (1, 4096),
    "stem_width": (1, 4096),
    "se_reduction": (0, 1024),
    "in_channels": (1, 1024),
    "num_classes": (1, 100_000),
    "image_size": (8, 4096),
}


def check_numbers(fields: Fields) -> None:
    """Raise `SpecError` for a number out of range, before anything is computed from it."""
    _check_ranges(fields)
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
        value = values[name]
        if type(value) is not int or not low <= value <= high:
            message = mark("{name} is {value}; it must be a whole number from {low} to {high}.")
            raise SpecError(
                tr(message, name=name, value=shown_words(repr(value)), low=low, high=high)
            )
    for name in ("preact", "zero_init_residual"):
        value = values[name]
        if type(value) is not bool:
            message = mark("{name} is {value}; it is either true or false.")
            raise SpecError(tr(message, name=name, value=shown_words(repr(value))))


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
    if fields["stem"] == "deep" and fields["stem_width"] < 2:
        raise SpecError(
            tr("The deep stem starts with half its width; give it a width of 2 or more.")
        )
    if fields["shortcut"] == "A":
        _check_only_widens(fields)


def _check_only_widens(fields: Fields) -> None:
    channels = fields["stem_width"]
    for number, planes in enumerate(fields["planes"], start=1):
        if planes * EXPANSION[fields["block"]] < channels:
            message = mark(
                "Option A pads with zero channels, so it cannot narrow {before} channels to "
                "{after} at {stage}; choose option B, or wider stages."
            )
            after = planes * EXPANSION[fields["block"]]
            raise SpecError(tr(message, before=channels, after=after, stage=f"layer{number}"))
        channels = planes * EXPANSION[fields["block"]]

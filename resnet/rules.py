"""What makes a network possible: every field checked, with a message that says how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet.language import mark, tr

if TYPE_CHECKING:
    from resnet.spec import ResNetSpec

EXPANSION = {"basic": 1, "bottleneck": 4}
STEMS = ("imagenet", "cifar", "deep")
SHORTCUTS = ("A", "B", "C", "D", "none")
MAX_BLOCKS = 2000
MAX_STAGES = 6


class SpecError(ValueError):
    """A network that cannot be: the message says what is wrong and how to mend it."""


def check(spec: ResNetSpec) -> None:
    """Raise `SpecError` for the first thing about `spec` that cannot be."""
    _check_choices(spec)
    _check_planes(spec)
    _check_combinations(spec)


def _check_choices(spec: ResNetSpec) -> None:
    choices = {
        "block": tuple(EXPANSION),
        "stem": STEMS,
        "shortcut": SHORTCUTS,
        "stride_on": ("3x3", "1x1"),
    }
    for name, allowed in choices.items():
        if getattr(spec, name) not in allowed:
            raise SpecError(
                tr(
                    "{name} is {value!r}; it can be {some} or {last}.",
                    name=name,
                    value=getattr(spec, name),
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


def check_numbers(spec: ResNetSpec) -> None:
    """Raise `SpecError` for a number out of range, before anything is computed from it."""
    _check_ranges(spec)
    if not 1 <= len(spec.layers) <= MAX_STAGES:
        given = len(spec.layers)
        raise SpecError(
            tr("A network here has 1 to {most} stages; layers lists {n}.", most=MAX_STAGES, n=given)
        )
    if min(spec.layers) < 1:
        raise SpecError(
            tr("Every stage needs at least one block; layers is {layers}.", layers=spec.layers)
        )
    if sum(spec.layers) > MAX_BLOCKS:
        blocks = sum(spec.layers)
        raise SpecError(
            tr("{n} blocks are too many to draw; at most {most}.", n=blocks, most=MAX_BLOCKS)
        )


def _check_ranges(spec: ResNetSpec) -> None:
    for name, (low, high) in _RANGES.items():
        value = getattr(spec, name)
        if type(value) is not int or not low <= value <= high:
            message = mark("{name} is {value!r}; it must be a whole number from {low} to {high}.")
            raise SpecError(tr(message, name=name, value=value, low=low, high=high))
    for name in ("preact", "zero_init_residual"):
        value = getattr(spec, name)
        if type(value) is not bool:
            message = mark("{name} is {value!r}; it is either true or false.")
            raise SpecError(tr(message, name=name, value=value))


def _check_planes(spec: ResNetSpec) -> None:
    if len(spec.planes) != len(spec.layers):
        message = mark(
            "planes gives the width of {widths} stages, layers has {stages}; give one width for "
            "each stage, or none to double from the stem's."
        )
        raise SpecError(tr(message, widths=len(spec.planes), stages=len(spec.layers)))
    if not all(1 <= p <= 16384 for p in spec.planes):
        message = mark("Stage widths must be from 1 to 16384; planes is {planes}.")
        raise SpecError(tr(message, planes=spec.planes))


def _check_combinations(spec: ResNetSpec) -> None:
    if spec.block == "basic" and (spec.groups != 1 or spec.width_per_group != 64):
        raise SpecError(
            tr(
                "Groups and width per group belong to the bottleneck's middle 3×3 (ResNeXt, Wide); "
                "choose bottleneck blocks, or groups 1 and width per group 64."
            )
        )
    if spec.block == "basic" and spec.stride_on == "1x1":
        raise SpecError(tr("A basic block has no 1×1 to put the stride on; choose stride on 3x3."))
    if min(spec.planes) * spec.width_per_group < 64:
        message = mark(
            "planes {planes} × width per group {width} / 64 leaves no channel in the bottleneck; "
            "raise either."
        )
        raise SpecError(tr(message, planes=min(spec.planes), width=spec.width_per_group))
    if spec.preact and spec.zero_init_residual:
        raise SpecError(
            tr(
                "A pre-activation branch ends in a convolution, so it has no last γ to set to "
                "zero; switch off one of the two."
            )
        )
    if spec.stem == "deep" and spec.stem_width < 2:
        raise SpecError(
            tr("The deep stem starts with half its width; give it a width of 2 or more.")
        )
    if spec.shortcut == "A":
        _check_only_widens(spec)


def _check_only_widens(spec: ResNetSpec) -> None:
    channels = spec.stem_width
    for stage, planes in zip(spec.stage_names, spec.planes, strict=True):
        if planes * spec.expansion < channels:
            message = mark(
                "Option A pads with zero channels, so it cannot narrow {before} channels to "
                "{after} at {stage}; choose option B, or wider stages."
            )
            after = planes * spec.expansion
            raise SpecError(tr(message, before=channels, after=after, stage=stage))
        channels = planes * spec.expansion

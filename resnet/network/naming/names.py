"""A name for every network: a preset's, or the nearest name and in what the network differs.

A name that says no difference is read back. Names are the same in every language. Input, classes
and initialisation are no part of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import lru_cache
from itertools import accumulate, chain
from math import prod
from operator import mul
from typing import Any, cast

from resnet.network.fields.resolved import resolved
from resnet.network.fields.rules import LAYERS_OF_A_BLOCK, Fields, SpecError, depth_of
from resnet.network.fields.shortcuts import OPTIONS
from resnet.network.fields.stems import POOLS, STEMS
from resnet.network.naming import letters
from resnet.network.naming.presets import CIFAR_RESNET20, PREACT, PRESETS, RESNET50
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

_SEPARATOR = " · "
_PLAIN = "plain"
_LAYOUT = re.compile(
    r"\w*resnet\d+_(?P<block>basic|bottleneck)_(?P<layers>\d{1,5}(-\d{1,5})*)", re.ASCII
)
_DEPTH = re.compile(
    r"(cifar|preact)_resnet(?P<depth>\d{1,5})|wrn(?P<wide>\d{1,5})_(?P<factor>\d{1,3})", re.ASCII
)
_Candidate = tuple[str, Fields]


def name_of(fields: Fields) -> str:
    """`resnet50d`, `resnet50 · option A`: no two networks have the same."""
    return _name(tuple(fields.items()))


@lru_cache(maxsize=1024)
def _name(items: tuple[tuple[str, Any], ...]) -> str:
    fields = cast(Fields, dict(items))
    found = ((name, [*differences(base, fields)]) for name, base in _candidates(fields))
    name, words = min(found, key=lambda each: len(each[1]))
    if _PLAIN in words and "resnet" in name:  # the papers' word: plain-34
        name, words = name.replace("resnet", "plain"), [word for word in words if word != _PLAIN]
    return _SEPARATOR.join((name, *words))


def preset(name: str) -> Fields:
    """The network of a name: a published one's, or any other that says no difference.

    `resnet38_bottleneck_3-4-2-3`, `seresnext50d_32x4d`, `plain34`, in letters of either case.
    Raises `SpecError`.
    """
    lower = name.strip().lower()
    found = PRESETS.get(lower) or _named(lower)
    if found is None:
        close = get_close_matches(shown_words(name), PRESETS, n=4, cutoff=0.4) or list(PRESETS)
        message = mark("There is no preset “{name}”. Choose one of: {names}.")
        raise SpecError(tr(message, name=shown_words(name), names=", ".join(close)))
    return found


def _named(name: str) -> Fields | None:
    """The network to which the same name would be given; None where there is none."""
    resnet = name.replace(_PLAIN, "resnet", 1)
    if resnet != name:
        found = PRESETS.get(resnet) or _named(resnet)
        return found and {**found, "shortcut": "none"}
    candidates = chain.from_iterable(map(_candidates, _blocks_of(name)))
    return next((base for found, base in candidates if found == name), None)


def _blocks_of(name: str) -> Iterator[Fields]:
    """Networks with the blocks that a name may say."""
    with suppress(KeyError):
        yield cast(Fields, RESNET50 | letters.read(name))
    if said := _LAYOUT.fullmatch(name):
        layers = tuple(map(int, said["layers"].split("-")))
        yield cast(Fields, {**RESNET50, "block": said["block"], "layers": layers})
    if said := _DEPTH.fullmatch(name):
        depth = int(said["depth"] or int(said["wide"]) - 2)
        planes = tuple(int(said["factor"] or 1) * 16 << i for i in range(3))
        for block, deep in LAYERS_OF_A_BLOCK.items():
            thirds = ((depth - 2) // (3 * deep),) * 3
            yield cast(Fields, {**RESNET50, "block": block, "layers": thirds, "planes": planes})


def file_stem(name: str) -> str:
    """A network's name fit for a file: `resnet50-option-A`."""
    return re.sub(r"[^\w.]+", "-", name).strip("-")


def _candidates(fields: Fields) -> Iterator[_Candidate]:
    """Names for these blocks, each with the network that has exactly that name; presets first."""
    layout = fields["block"], fields["layers"]
    yield from (it for it in PRESETS.items() if (it[1]["block"], it[1]["layers"]) == layout)
    others = (
        _wide(fields),
        _lettered(fields),
        _thirds("cifar_resnet", CIFAR_RESNET20, fields),
        _thirds("preact_resnet", PREACT, fields),
    )
    yield from (it for it in chain(*others) if it[0] not in PRESETS)


def _wide(fields: Fields) -> Iterator[_Candidate]:
    """WRN-d-k, whose depth counts the three projections and not the classifier."""
    factor = fields["planes"][0] // 16
    if fields["block"] == "basic" and _in_thirds(fields) and factor:
        planes = tuple(16 * factor << i for i in range(3))
        wrn = {**_like(PRESETS["wrn28_10"], fields), "planes": planes}
        yield f"wrn{depth_of(fields) + 2}_{factor}", cast(Fields, wrn)


def _lettered(fields: Fields) -> Iterator[_Candidate]:
    """By the field's letters, and the whole layout where no depth stands for it."""
    name = letters.nearest(fields)
    said = letters.read(name)
    base = _like(RESNET50 | said, fields)
    if (said["block"], said["layers"]) != (fields["block"], fields["layers"]):
        name = f"resnet{_layout(fields)}"
        base = _like(RESNET50, fields)
    yield name, base


def _thirds(word: str, base: Fields, fields: Fields) -> Iterator[_Candidate]:
    """Three equal stages by their depth; any others by their layout."""
    name, usual = f"{word}{depth_of(fields)}", fields["block"] == base["block"]
    if not usual or not _in_thirds(fields) or name in PRESETS:
        name = f"{word}{_layout(fields)}"
    yield name, _like(base, fields)


def _in_thirds(fields: Fields) -> bool:
    return len(fields["layers"]) == 3 and len(set(fields["layers"])) == 1


def _layout(fields: Fields) -> str:
    return f"{depth_of(fields)}_{fields['block']}_{'-'.join(map(str, fields['layers']))}"


def _like(base: Mapping[str, Any], fields: Fields) -> Fields:
    """A network with other blocks, as many stages as they have."""
    planes = tuple(base["planes"][0] << i for i in range(len(fields["layers"])))
    blocks = {"block": fields["block"], "layers": fields["layers"], "planes": planes}
    return cast(Fields, {**base, **blocks})


def differences(base: Fields, fields: Fields) -> Iterator[str]:
    """In what a network differs from another with the same blocks, in a few words each.

    Input, classes and initialisation, which are no part of a name, are passed over.
    """
    for names, words in _WORDS.items():
        if any(base[name] != fields[name] for name in names):  # type: ignore[literal-required]
            yield words(base, fields)


def _width(base: Fields, fields: Fields) -> str:
    """“half width”, where stem and stages are scaled by one factor; else the widths."""
    widths = [(f["stem_width"], *f["planes"]) for f in (base, fields)]
    factors = {after / before for before, after in zip(*widths, strict=True)}
    if len(factors) == 1:
        factor = factors.pop()
        return _FACTORS.get(factor, f"{factor:g}× width")
    stem, *planes = widths[1]
    if fields["planes"] == base["planes"]:
        return f"stem {stem} wide"
    return f"stem {stem}, planes {_list(planes)}"


_FACTORS = {0.25: "quarter width", 0.5: "half width", 2.0: "double width"}


def _resolution(base: Fields, fields: Fields) -> str:
    """“output stride 8” where dilation stands for strides, as in torchvision; else both lists."""
    strides, dilations = resolved(fields, "strides"), resolved(fields, "dilations")
    usual = (1, *(2,) * (len(strides) - 1))
    replaced = [before // after for before, after in zip(usual, strides, strict=True)]
    if dilations == tuple(accumulate(replaced, mul)):
        return f"output stride {_stem_stride(fields) * prod(strides)}"
    return f"strides {_list(strides)}, dilation {_list(dilations)}"


def _stem_stride(fields: Fields) -> int:
    pooled = 1 if resolved(fields, "pool") == "none" else 2
    return prod(conv.stride for conv in STEMS[fields["stem"]].convs) * pooled


def _attention(base: Fields, fields: Fields) -> str:
    kind, ratio, step = resolved(fields, "attention"), fields["se_reduction"], fields["se_divisor"]
    if kind != "se":
        return {"eca": "ECA", "none": "no attention"}[kind]
    words = ["SE", f"1/{ratio}" if ratio != 16 else "", f"in {step}s" if step > 1 else ""]
    return " ".join(filter(None, words))


def _list(numbers: Any) -> str:
    return "-".join(map(str, numbers))


def _words(name: str, words: Mapping[Any, str] | str) -> Callable[[Fields, Fields], str]:
    """Those of a field's value by a table, or a sentence with the value in it."""

    def said(base: Fields, fields: Fields) -> str:
        value = resolved(fields, name)
        return words.format(value) if isinstance(words, str) else words[value]

    return said


_WORDS: dict[tuple[str, ...], Callable[[Fields, Fields], str]] = {
    ("planes", "stem_width"): _width,
    ("expansion",): _words("expansion", "expansion {}"),
    ("groups", "width_per_group"): lambda _, f: f"{f['groups']}x{f['width_per_group']}d",
    ("stride_on",): _words("stride_on", {"1x1": "v1", "3x3": "v1.5"}),
    ("stem",): _words("stem", "{} stem"),
    ("pool",): _words(
        "pool", {"none": "no pool"} | {name: f"{name} pool" for name in POOLS if name != "none"}
    ),
    ("shortcut",): _words(
        "shortcut", {name: f"option {name}" for name in OPTIONS} | {"none": _PLAIN}
    ),
    ("preact",): _words("preact", {True: "pre-activation", False: "post-activation"}),
    ("first_activation",): _words("first_activation", "activated first in {}"),
    ("strides", "dilations"): _resolution,
    ("strided_block",): _words("strided_block", "strides in the {} block"),
    ("antialias",): _words("antialias", {"none": "no filter", "average": "aa", "binomial": "blur"}),
    ("attention", "se_reduction", "se_divisor"): _attention,
    ("norm",): _words("norm", "{} norm"),
    ("conv_bias",): _words("conv_bias", {True: "biases", False: "no biases"}),
}

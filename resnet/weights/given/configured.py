"""A config.json beside weights, timm's or Hugging Face's: the network that it names, and its input.

It may come from anybody: every field is held against its type before it is used.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from resnet.network.naming import query
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr
from resnet.weights.given.labels import GivenError, read_labels
from resnet.weights.given.owner_says import Given

NAME = "config.json"
MOST_BYTES = 4_000_000  # that of 21,000 classes has 600,000

_PLAIN = {"antialias": "none", "stride_on": "3x3", "pool": "max", "strided_block": "first"}
# timm's, by how their names begin: what their weights leave open
_ARCHITECTURES: tuple[tuple[str, dict[str, str]], ...] = (
    (r"(se)?resne(x)?taa\d", {"antialias": "average"}),
    (r"resnetblur\d", {"antialias": "binomial"}),
    (r"legacy_seresnet(18|34)", {"pool": "ceil"}),
    (r"legacy_seresnet\d", {"stride_on": "1x1", "pool": "ceil"}),
    (r"legacy_seresnext", {"pool": "ceil"}),
    (r"resnetrs\d", {"pool": "conv"}),
    (r"(se|eca|wide_)?resne(x)?t(v2_)?\d+[bcdst]?(_|$)|ecaresnetlight", {}),
)
_HARMLESS = {"num_classes", "in_chans", "drop_rate", "drop_path_rate", "img_size", "output_stride"}
_DILATED = {  # timm's output_stride, of four stages
    16: {"strides": "1,2,2,1", "dilations": "1,1,1,2"},
    8: {"strides": "1,2,1,1", "dilations": "1,1,2,4"},
}


class _Pretrained(msgspec.Struct):
    """timm's, of the input."""

    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    input_size: tuple[int, int, int] | None = None
    crop_pct: float = 0.875
    interpolation: str | None = None


class _Config(msgspec.Struct):
    """The fields of either that are read; others are left alone."""

    architecture: str = ""
    model_type: str = ""
    pretrained_cfg: _Pretrained | None = None
    model_args: dict[str, Any] = {}
    label_names: list[str] | None = None
    label_descriptions: dict[str, str] = {}
    id2label: dict[str, str] | None = None
    depths: list[int] = []
    layer_type: str = "bottleneck"
    hidden_act: str = "relu"
    downsample_in_first_stage: bool = False
    downsample_in_bottleneck: bool = False


def beside(path: Path) -> bytes:
    """The configuration in a file's folder; empty where there is none."""
    try:
        with path.with_name(NAME).open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError:
        return b""


def read_config(data: bytes) -> Given:
    """What a configuration says: nothing, where it is another JSON, or none.

    Raises `GivenError` where it says what is not read.
    """
    found = _read(data)
    if found is None or not (found.architecture or found.model_type == "resnet"):
        return Given()
    named = shown_words(found.architecture or found.model_type)
    given = Given(_labels(found), network=query.join(_network(found)), config=named)
    return given if found.pretrained_cfg is None else _with_input(given, found.pretrained_cfg)


def _read(data: bytes) -> _Config | None:
    if len(data) > MOST_BYTES:
        return None
    try:
        return msgspec.json.decode(data, type=_Config)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _network(found: _Config) -> dict[str, str]:
    """What it says of a residual network that weights leave open; nothing of any other."""
    if found.model_type == "resnet":
        return _of_transformers(found)
    _check_relu(found.model_args.get("act_layer", "relu"))
    if not found.model_args.keys() <= _HARMLESS:
        return {}
    said = (fields for name, fields in _ARCHITECTURES if re.match(name, found.architecture))
    own = next(said, None)
    if own is None:
        return {}
    stride = found.model_args.get("output_stride", 32)
    return _PLAIN | own | _DILATED.get(stride, {"strides": "", "dilations": ""})


def _of_transformers(found: _Config) -> dict[str, str]:
    _check_relu(found.hidden_act)
    basic = found.layer_type == "basic"
    on = "1x1" if found.downsample_in_bottleneck and not basic else "3x3"
    strides = ["2"] * len(found.depths) if found.downsample_in_first_stage else []
    return _PLAIN | {"stride_on": on, "strides": ",".join(strides), "dilations": ""}


def _check_relu(activation: object) -> None:
    if activation != "relu":
        message = mark("config.json says the activation {name}; networks with ReLU are read here.")
        raise GivenError(tr(message, name=shown_words(activation)))


def _labels(found: _Config) -> tuple[str, ...] | None:
    """The classes' names, by timm's descriptions where there are some."""
    names: object = found.label_names or found.id2label
    if not names:
        return None
    if found.label_names:
        names = [found.label_descriptions.get(name, name) for name in found.label_names]
    return read_labels(msgspec.json.encode(names), NAME)


def _with_input(given: Given, said: _Pretrained) -> Given:
    crop = said.input_size[-1] if said.input_size else None
    resize = int(crop / said.crop_pct) if crop and 0 < said.crop_pct <= 1 else None
    known = (said.interpolation or "").upper() in Image.Resampling.__members__
    return replace(
        given,
        mean=said.mean,
        std=said.std,
        resize=resize,
        crop=crop,
        interpolation=said.interpolation if known else None,
    )

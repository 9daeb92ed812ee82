"""What an evidence bundle says of itself: enough to compute its maps again. No torch.

A manifest may come from anybody: every field is checked for type and range before it is used, each
by itself, so that the message can name it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, ValidationError, convert

from resnet.counts.hardware import DEVICES, PRECISIONS
from resnet.maps.methods import METHODS, SIGNED_CAMS, Settings
from resnet.network.spec import ResNetSpec
from resnet.pictures.overlay import SIGNS
from resnet.pictures.placement import PLACEMENTS
from resnet.pictures.transform import Transform
from resnet.weights.given.owner_says import FARTHEST, LARGEST, SMALLEST

FORMAT = "resnet-explorer evidence 1"
INPUT, LABELS, MANIFEST = "input.png", "labels.json", "manifest.json"


class BundleError(ValueError):
    """A bundle that cannot be computed again: one line that says why."""


@dataclass(frozen=True)
class More:
    """Maps by other methods: of one stage's cells, or of the input's pixels."""

    layer: str
    methods: tuple[str, ...]
    settings: Settings


@dataclass(frozen=True)
class Manifest:
    """All that a bundle's maps depend on, and what made them.

    Either `spec` says which residual network it is, or `builder`, torchvision's, which of another
    family; the other is empty. `sha256` is that of the weights' file, `part` the network in it
    where it holds several; `input_sha256` and `labels_sha256` are those of files in the bundle.
    `assumed` is what the weights leave open and nobody said; a replay takes `spec` as it is. `full`
    is, by layer, the magnitude drawn in full colour, in `scale` units a cell. Nothing is drawn at
    random but what `more` has a seed for.
    """

    model: str
    family: str
    source: str
    sha256: str
    spec: str
    labels_sha256: str
    input_sha256: str
    transform: Transform
    layers: tuple[str, ...]
    full: Mapping[str, float]
    method: str
    target: int
    label: str
    placement: str
    signs: str
    precision: str
    device: str
    versions: Mapping[str, str]
    date: str
    builder: str = ""
    part: str = ""
    scale: str = "logit"
    more: More | None = None
    input: str = INPUT
    labels: str = LABELS
    assumed: tuple[Mapping[str, Any], ...] = ()

    def to_json(self) -> str:
        """As it stands in the bundle."""
        return json.dumps({"format": FORMAT} | asdict(self), indent=1, ensure_ascii=False)


def map_file(layer: str) -> str:
    """Where the signed map of a layer, or of another method, lies in a bundle."""
    return f"maps/{layer}.npy"


def overlay_file(layer: str) -> str:
    """Where the overlay of a layer, or of another method, lies in a bundle."""
    return f"overlays/{layer}.png"


class _Kind(NamedTuple):
    """What a field has to be: for msgspec, in words, and what else has to hold."""

    type: Any
    words: str
    holds: Callable[[Any], bool] = lambda value: True


def _one_of(*options: str) -> _Kind:
    return _Kind(Literal[options], " or ".join(options))


def _whole(least: int, most: int) -> _Kind:
    return _Kind(Annotated[int, Meta(ge=least, le=most)], f"a whole number from {least} to {most}")


_Line = Annotated[str, Meta(max_length=1000)]
_LINE = _Kind(_Line, "one line of text", str.isprintable)
_LINES = _Kind(
    dict[_Line, _Line],
    "an object of lines of text",
    lambda lines: all(map(str.isprintable, (*lines, *lines.values()))),
)
_HASH = _Kind(Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")], "a SHA-256")
_NAMES = _Kind(tuple[str, ...], "a list of names")
_BUILDER = _Kind(Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,99}\Z")], "a builder's name")
_LAYER = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")  # of a module, and so of a file
_MOST_CLASSES = 1_000_000
_OBJECT = _Kind(dict[str, Any], "an object")
_STRENGTH = _Kind(Annotated[float, Meta(ge=-1e30, le=1e30)], "a number")
_Near = Annotated[float, Meta(ge=-FARTHEST, le=FARTHEST)]
_PIXELS = _Kind(tuple[_Near, ...], f"a list of numbers within ±{FARTHEST}")
_SIDE = _whole(SMALLEST, LARGEST)

_MANIFEST = {
    "model": _LINE,
    "family": _LINE,
    "source": _LINE,
    "sha256": _HASH,
    "labels_sha256": _HASH,
    "input_sha256": _HASH,
    "method": _one_of(*SIGNED_CAMS),
    "label": _LINE,
    "placement": _one_of(*PLACEMENTS),
    "signs": _one_of(*SIGNS),
    "precision": _one_of(*PRECISIONS),
    "device": _one_of(*DEVICES),
    "versions": _LINES,
    "date": _LINE,
    "scale": _one_of("logit"),
    "input": _one_of(INPUT),
    "labels": _one_of(LABELS),
}
_TRANSFORM = {
    "resize": _SIDE,
    "crop": _SIDE,
    "mean": _PIXELS,
    "std": _PIXELS,
    "interpolation": _LINE,
}
_SETTINGS = {  # of a size that somebody would have waited for
    "seed": _whole(0, 2**32),
    "samples": _whole(1, 256),
    "noise": _Kind(Annotated[float, Meta(ge=0, le=1)], "a share of the input's range"),
    "steps": _whole(1, 256),
    "gap": _Kind(Annotated[float, Meta(ge=0, le=1)], "a share of what is gained"),
    "halvings": _whole(0, 64),
    "window": _whole(1, 16),
    "tiles": _whole(1, 32),
}
_FIXED = {"gap": 0.01, "halvings": 0}  # what is said by a bundle older than the halving


def read_manifest(data: bytes) -> Manifest:
    """The manifest in untrusted bytes. Raises `BundleError`, and nothing else."""
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        raise BundleError("The manifest is no JSON. Unpack or copy the bundle again.") from None
    if not isinstance(parsed, dict) or parsed.get("format") != FORMAT:
        raise BundleError(f"This is no manifest of a bundle; its format would be “{FORMAT}”.")
    try:
        return _checked(parsed)
    except BundleError:
        raise
    except (ValueError, TypeError) as error:  # of the spec and the transform
        raise BundleError(f"The manifest cannot be followed. {error}") from None


def _checked(parsed: dict[str, Any]) -> Manifest:
    builder = _field(parsed, "builder", _BUILDER) if parsed.get("builder") else ""
    spec = None if builder else ResNetSpec.from_query(_field(parsed, "spec", _LINE))
    layers = _layers(parsed, spec)
    classes = spec.num_classes if spec else _MOST_CLASSES
    return Manifest(
        spec=spec.to_query() if spec else "",
        builder=builder,
        part=_field(parsed, "part", _LINE) if parsed.get("part") else "",
        layers=layers,
        full=_fields(_field(parsed, "full", _OBJECT), dict.fromkeys(layers, _STRENGTH)),
        target=_field(parsed, "target", _whole(0, classes - 1)),
        transform=Transform(**_fields(_field(parsed, "transform", _OBJECT), _TRANSFORM)),
        more=_more(_field(parsed, "more", _OBJECT), spec) if parsed.get("more") else None,
        **_fields(parsed, _MANIFEST),
    )


def _layers(parsed: dict[str, Any], spec: ResNetSpec | None) -> tuple[str, ...]:
    """Names of stages; of another family, those that a layer may have."""
    layers, what = _field(parsed, "layers", _NAMES), "stages" if spec else "names of layers"
    known = spec.stage_names.__contains__ if spec else _LAYER.fullmatch
    if not layers or not all(map(known, layers)) or len(set(layers)) < len(layers):
        raise BundleError(f"The manifest's layers are not {what} of its network.")
    return layers


def _more(parsed: dict[str, Any], spec: ResNetSpec | None) -> More:
    if spec is None:
        raise BundleError("The manifest's other methods are made for residual networks alone.")
    methods = _field(parsed, "methods", _NAMES)
    if not methods or not set(methods) <= set(METHODS) or len(set(methods)) < len(methods):
        raise BundleError("The manifest's other methods are not methods of this project.")
    layer = _field(parsed, "layer", _one_of(*spec.stage_names))
    settings = _fields(_FIXED | _field(parsed, "settings", _OBJECT), _SETTINGS)
    return More(layer, methods, Settings(**settings))


def _fields(parsed: dict[str, Any], kinds: Mapping[str, _Kind]) -> dict[str, Any]:
    """All fields of these names; others are left alone."""
    return {name: _field(parsed, name, kind) for name, kind in kinds.items()}


def _field(parsed: dict[str, Any], name: str, kind: _Kind) -> Any:
    """The value of that kind. Raises `BundleError`, naming the field, for any other or none."""
    try:
        value = convert(parsed.get(name), kind.type)
    except ValidationError:
        value = None
    if value is None or not kind.holds(value):
        raise BundleError(f"The manifest's {name} is missing, or not {kind.words}.")
    return value

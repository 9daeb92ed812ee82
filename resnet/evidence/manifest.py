"""What an evidence bundle says of itself: enough to compute its maps again. No torch.

A manifest may come from anybody: every field is checked for type and range before it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from resnet.counts.hardware import DEVICES, PRECISIONS
from resnet.maps.methods import METHODS, SIGNED_CAMS, Settings
from resnet.network.spec import ResNetSpec
from resnet.pictures.overlay import SIGNS
from resnet.pictures.placement import PLACEMENTS
from resnet.pictures.transform import Transform
from resnet.weights.owner_says import check_numbers, check_size

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

    `sha256` is that of the weights' file, `input_sha256` and `labels_sha256` those of the files in
    the bundle. `full` is, by layer, the magnitude drawn in full colour, in `scale` units a cell.
    Nothing is drawn at random but what `more` has a seed for.
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
    scale: str = "logit"
    more: More | None = None
    input: str = INPUT
    labels: str = LABELS

    def to_json(self) -> str:
        """As it stands in the bundle."""
        return json.dumps({"format": FORMAT} | asdict(self), indent=1, ensure_ascii=False)


def map_file(layer: str) -> str:
    """Where the signed map of a layer, or of another method, lies in a bundle."""
    return f"maps/{layer}.npy"


def overlay_file(layer: str) -> str:
    """Where the overlay of a layer, or of another method, lies in a bundle."""
    return f"overlays/{layer}.png"


def read_manifest(data: bytes) -> Manifest:
    """The manifest in untrusted bytes. Raises `BundleError`, and nothing else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise BundleError("The manifest is no JSON. Unpack or copy the bundle again.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BundleError(f"This is no manifest of a bundle; its format would be “{FORMAT}”.")
    try:
        return _checked(found)
    except BundleError:
        raise
    except (ValueError, TypeError) as error:  # of the spec, the transform and their numbers
        raise BundleError(f"The manifest cannot be followed. {error}") from None


def _checked(found: dict[str, Any]) -> Manifest:
    spec = ResNetSpec.from_query(_text(found, "spec"))
    layers = _list(found, "layers")
    unknown = next((layer for layer in layers if layer not in spec.stage_names), None)
    if unknown is not None or not layers or len(set(layers)) < len(layers):
        raise BundleError("The manifest's layers are not stages of its network.")
    return Manifest(
        model=_text(found, "model"),
        family=_text(found, "family"),
        source=_text(found, "source"),
        sha256=_hash(found, "sha256"),
        labels_sha256=_hash(found, "labels_sha256"),
        input_sha256=_hash(found, "input_sha256"),
        spec=spec.to_query(),
        transform=_transform(_object(found, "transform")),
        layers=tuple(layers),
        full={layer: _number(_object(found, "full"), layer) for layer in layers},
        method=_one_of(found, "method", SIGNED_CAMS),
        target=_class(found, spec),
        label=_text(found, "label"),
        placement=_one_of(found, "placement", PLACEMENTS),
        signs=_one_of(found, "signs", SIGNS),
        precision=_one_of(found, "precision", tuple(PRECISIONS)),
        device=_one_of(found, "device", DEVICES),
        versions={k: _text(_object(found, "versions"), k) for k in _object(found, "versions")},
        date=_text(found, "date"),
        scale=_one_of(found, "scale", ("logit",)),
        more=_more(_object(found, "more"), spec) if found.get("more") else None,
        input=_one_of(found, "input", (INPUT,)),
        labels=_one_of(found, "labels", (LABELS,)),
    )


def _more(found: dict[str, Any], spec: ResNetSpec) -> More:
    methods = _list(found, "methods")
    if not methods or not set(methods) <= set(METHODS) or len(set(methods)) < len(methods):
        raise BundleError("The manifest's other methods are not methods of this project.")
    settings = _object(found, "settings")
    return More(_one_of(found, "layer", spec.stage_names), tuple(methods), _settings(settings))


def _settings(found: dict[str, Any]) -> Settings:
    """Of a size that somebody would have waited for."""
    most = {"seed": 2**32, "samples": 256, "steps": 256, "window": 16, "tiles": 32}
    whole = {name: _whole(found, name) for name in most}
    noise, least = _number(found, "noise"), {"seed": 0}
    if any(not least.get(name, 1) <= whole[name] <= most[name] for name in most):
        raise BundleError("The manifest's settings are larger than any that is used here.")
    if not 0 <= noise <= 1:
        raise BundleError("The manifest's noise is no share of the input's range.")
    return Settings(noise=noise, **whole)


def _transform(found: dict[str, Any]) -> Transform:
    sizes = (_whole(found, name) for name in ("resize", "crop"))
    resize, crop = (check_size(value, "side in the manifest") for value in sizes)
    mean, std = (_floats(found, name) for name in ("mean", "std"))
    return Transform(resize, crop, mean, std, _text(found, "interpolation"))


def _wrong(name: str, expected: str) -> BundleError:
    return BundleError(f"The manifest's {name} is missing, or not {expected}.")


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.isprintable() or len(value) > 1000:
        raise _wrong(name, "one line of text")
    return value


def _one_of(found: dict[str, Any], name: str, options: tuple[str, ...]) -> str:
    value = found.get(name)
    if value not in options:
        raise _wrong(name, " or ".join(options))
    return str(value)


def _hash(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise _wrong(name, "a SHA-256")
    return value


def _object(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    if not isinstance(value, dict):
        raise _wrong(name, "an object")
    return value


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(name, "a list of names")
    return value


def _whole(found: dict[str, Any], name: str) -> int:
    value = found.get(name)
    if type(value) is not int:  # True is an int as well
        raise _wrong(name, "a whole number")
    return value


def _number(found: dict[str, Any], name: str) -> float:
    value = found.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e30:
        raise _wrong(name, "a number")
    return float(value)


def _floats(found: dict[str, Any], name: str) -> tuple[float, ...]:
    value = found.get(name)
    if not isinstance(value, list) or not all(type(item) in (int, float) for item in value):
        raise _wrong(name, "a list of numbers")
    return check_numbers(tuple(value), f"{name} in the manifest")


def _class(found: dict[str, Any], spec: ResNetSpec) -> int:
    target = _whole(found, "target")
    if not 0 <= target < spec.num_classes:
        raise _wrong("target", f"a class from 0 to {spec.num_classes - 1}")
    return target

"""What can be loaded by name: where each file is, what it holds and how good it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torchvision.models import WeightsEnum, get_model_weights

from resnet.counts.hardware import FLOAT32
from resnet.counts.published import FILE
from resnet.fetch.bundled import ASSETS, MODEL, bundled_json
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.transform import Transform
from resnet.text.language import Later, later, mark
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.torchvision_builders import RESNETS, other_builders
from resnet.weights.entries import Entry, ResidualEntry, TorchvisionEntry

_AKAMASTER = "https://github.com/akamaster/pytorch_resnet_cifar10"
# depth: first digits of the SHA-256, test error in % by its README, bytes where known
_CIFAR10: dict[int, tuple[str, float, int]] = {
    20: ("12fca82f", 8.27, 1_099_231),
    32: ("d509ac18", 7.37, 1_890_043),
    44: ("014dd654", 6.90, 2_680_855),
    56: ("4bfd9763", 6.61, 0),
    110: ("1d1ed7c2", 6.32, 0),
    1202: ("f3b1deed", 6.18, 0),
}
_TORCHVISION_NOTE = mark(
    "{accuracy:.2f} % top-1 on ImageNet's validation set, one crop of {crop} after a resize to "
    "{resize}, says torchvision; recipe: {recipe}"
)
_CIFAR10_NOTE = mark("{error:.2f} % error on CIFAR-10's 10,000 test images, says {source}")
_CIFAR10_LABELS = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)


@cache
def catalogue() -> dict[str, Entry[Classifier]]:
    """Every entry by its name: residual networks first, the bundled ones before all others.

    Raises `AssetError` where what is said of a bundled one cannot be read.
    """
    residual = (*_bundled(), *_imagenet(), *_cifar10())
    entries: tuple[Entry[Classifier], ...] = (*residual, *_other_families())
    return {entry.name: entry for entry in entries}


def residual_networks() -> dict[str, ResidualEntry]:
    """Those of residual networks: the bundled ones first, then ImageNet's, then CIFAR-10's."""
    return {name: entry for name, entry in catalogue().items() if isinstance(entry, ResidualEntry)}


@cache
def defaults() -> dict[str, str]:
    """torchvision's default weights for each builder: "resnet50" is "resnet50.IMAGENET1K_V2"."""
    builders = (*RESNETS, *other_builders())
    return {name: f"{name}.{get_model_weights(name).DEFAULT.name}" for name in builders}


def _bundled() -> Iterator[ResidualEntry]:
    """What the app opens with first, then Shapes, then digits."""
    files = {path.with_suffix(".safetensors") for path in ASSETS.glob("*.*")}
    files -= {FILE.with_suffix(".safetensors")}
    for file in sorted(
        files, key=lambda path: (path.stem != MODEL, path.stem[:6] == "digits", path)
    ):
        with bundled_json(file.with_suffix(".json")) as about:
            yield _entry(file, about)


def described(file: Path) -> ResidualEntry | None:
    """The entry of a .safetensors file from the JSON that `resnet train` wrote beside it."""
    beside = file.with_suffix(".json")
    if not (file.is_file() and beside.is_file()):
        return None
    return _entry(file, json.loads(beside.read_text("utf-8")))


def _entry(file: Path, about: Mapping[str, Any]) -> ResidualEntry:
    """What is said of a file that may be missing: loading it tells."""
    data = about.get("data", "shapes")
    return ResidualEntry(
        name=about["name"],
        title=about["title"],
        spec=ResNetSpec.from_query(about["spec"]),
        family=data,
        url=None,
        path=file,
        bytes=file.stat().st_size if file.is_file() else 0,
        sha256_prefix=about["sha256"],
        labels=tuple(about["labels"]),
        transform=Transform(
            about["resize"], about["crop"], tuple(about["mean"]), tuple(about["std"])
        ),
        note=(_pointed if "pointing_game" in about["measured"] else _measured)(about["measured"]),
        exact=True,
    )


def _pointed(figures: dict[str, Any]) -> Later:
    pointing = figures["pointing_game"]["receptive-field"]
    message = mark(
        "Measured here on {n:,} held-out scenes: {accuracy:.1%} accuracy; the maximum of its map "
        "lies on the object in {pointing:.1%}."
    )
    return later(message, n=figures["n"], accuracy=figures["held_out_accuracy"], pointing=pointing)


def _measured(figures: dict[str, Any]) -> Later:
    message = mark(
        "Measured here: {test_error:.1%} error on {n_test:,} held-out images, {train_error:.1%} on "
        "the {n_train:,} it learned from."
    )
    names = ("test_error", "n_test", "train_error", "n_train")
    return later(message, **{name: figures[name] for name in names})


def _imagenet() -> Iterator[ResidualEntry]:
    for builder in RESNETS:
        spec = ResNetSpec.preset(builder)
        for weights in get_model_weights(builder):
            yield ResidualEntry(spec=spec, **_torchvision_fields(builder, weights))


def _other_families() -> Iterator[TorchvisionEntry]:
    for builder in other_builders():
        for weights in get_model_weights(builder):
            if weights.meta["categories"]:  # VGG-16 has bare features
                yield TorchvisionEntry(**_torchvision_fields(builder, weights))


def _torchvision_fields(builder: str, weights: WeightsEnum) -> dict[str, Any]:
    """The fields of an entry for torchvision's weights, from what they say of themselves."""
    file, meta = weights.url.rpartition("/")[2], weights.meta
    transform = Transform.of_weights(weights)
    accuracy = meta["_metrics"]["ImageNet-1K"]["acc@1"]
    return {
        "name": f"{builder}.{weights.name}",
        "title": f"{builder}, ImageNet ({weights.name.removeprefix('IMAGENET1K_')})",
        "family": "imagenet",
        "url": weights.url,
        "path": _cache(file),
        "bytes": round(meta["_file_size"] * 2**20),  # torchvision gives MiB to three decimals
        "sha256_prefix": Path(file).stem.rpartition("-")[2],
        "labels": tuple(meta["categories"]),
        "transform": transform,
        "note": later(
            _TORCHVISION_NOTE,
            accuracy=accuracy,
            crop=transform.crop,
            resize=transform.resize,
            recipe=meta["recipe"],
        ),
        "weights": weights,
    }


def _cifar10() -> Iterator[ResidualEntry]:
    for depth, (prefix, error, size) in _CIFAR10.items():
        file, spec = f"resnet{depth}-{prefix}.th", ResNetSpec.preset(f"cifar_resnet{depth}")
        yield ResidualEntry(
            name=f"cifar10_resnet{depth}",
            title=f"ResNet-{depth}, CIFAR-10 (akamaster)",
            spec=spec,
            family="cifar10",
            url=f"{_AKAMASTER}/raw/master/pretrained_models/{file}",
            path=_cache(file),
            bytes=size or FLOAT32 * trace(spec).params,
            sha256_prefix=prefix,
            labels=_CIFAR10_LABELS,
            transform=Transform(32, 32, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
            note=later(_CIFAR10_NOTE, error=error, source=_AKAMASTER),
            exact=bool(size),
        )


def _cache(file: str) -> Path:
    """Where torchvision itself would keep the file."""
    return Path(torch.hub.get_dir()) / "checkpoints" / file

"""A bundle computed again: untrusted files in, the largest difference of its maps out.

Nothing is unpacked. Only files of known names are read, each up to its limit, and no array is made
before its size is known to be the map's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from PIL import Image

from resnet.evidence.bundle import Evidence, gather
from resnet.evidence.manifest import (
    INPUT,
    LABELS,
    MANIFEST,
    BundleError,
    Manifest,
    map_file,
    read_manifest,
)
from resnet.evidence.manifest_classifier import classifier_of
from resnet.maps.methods import Cost, total_cost
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.overlay import strength
from resnet.pictures.reading import ImageError, read_image
from resnet.text.file_names import shown_name
from resnet.text.numbers import count
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.torchvision_builders import macs
from resnet.weights.given.labels import GivenError, read_labels

TOLERANCE = 1e-5  # of each map's largest magnitude, which at the first stages is small
_LIMITS = {MANIFEST: 1_000_000, LABELS: 4_000_000, INPUT: 200_000_000}  # bytes
_LARGEST_MAP = 16_000_000
MOST = 3 * 10**11  # multiply-adds that are begun unasked: some 15 seconds of a laptop

_Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Replay:
    """By layer or other method, the largest difference as a share of the map's largest magnitude.

    On one machine it is 0. Another device or way to convolve can move the first stages of a deep
    network by more than `TOLERANCE`: gradients through a whole trunk amplify rounding.
    """

    manifest: Manifest
    differences: Mapping[str, float]
    device: str

    @property
    def same(self) -> bool:
        """Whether every map is the bundle's to `TOLERANCE`."""
        return self.largest <= TOLERANCE

    @property
    def largest(self) -> float:
        """The largest difference of all."""
        return max(self.differences.values())

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "model": self.manifest.model,
            "target": self.manifest.label,
            "same": self.same,
            "largest_difference": self.largest,
            "differences": dict(self.differences),
            "made_on": self.manifest.device,
            "computed_on": self.device,
        }

    def __str__(self) -> str:
        verdict = "The same maps" if self.same else "Other maps"
        where = f"made on {self.manifest.device}, computed again on {self.device}"
        return (
            f"{verdict}: the largest difference is {self.largest:.2g} of a map's largest value, "
            f"{TOLERANCE:g} are allowed ({where})."
        )


def replay(
    source: Path, model: str | None = None, device: str | None = None, any_cost: bool = False
) -> Replay:
    """Compute the maps of a bundle again, from the zip or from its unpacked manifest.

    `model` names the weights where they are the user's own file. Raises `BundleError` where files
    are missing or not what the manifest says, where the weights are others or not on this machine,
    where the maps take more than `MOST` multiply-adds and not `any_cost` is agreed to, and what
    loading a file of weights raises.
    """
    with _opened(source) as read:
        manifest = read_manifest(read(MANIFEST))
        photo, labels = _input(read, manifest), _labels(read, manifest)
        classifier = classifier_of(manifest, labels, model, device)
        if not any_cost:
            _check_cost(manifest, classifier)
        evidence = gather(
            classifier,
            photo,
            manifest.target,
            manifest.layers,
            manifest.method,
            manifest.precision,
            manifest.more,
            manifest.placement,
        )
        return _compared(read, manifest, evidence)


def _check_cost(manifest: Manifest, classifier: Classifier) -> None:
    """A stranger's bundle may ask for hours by a few numbers."""
    total = _macs(manifest, classifier.spec)
    if total > MOST:
        raise BundleError(
            f"To compute these maps takes some {count(total, 'MACs')}, and no more than "
            f"{count(MOST, 'MACs')} are begun unasked; agree to it with --any-cost."
        )


def _macs(manifest: Manifest, spec: ResNetSpec | None) -> int:
    """Multiply-adds of all its maps, where a way back is two there."""
    side, more = manifest.transform.crop, manifest.more
    if spec is None:  # each layer takes a way there and back, and the last one another
        return 3 * (1 + len(manifest.layers)) * macs(manifest.builder, side)
    cost = total_cost(more.methods, side, more.settings) if more else Cost(0, 0)
    images = 2 + cost.forwards + 2 * (1 + cost.backwards)
    return images * trace(replace(spec, image_size=side)).macs


def _compared(read: _Read, manifest: Manifest, evidence: Evidence) -> Replay:
    differences = {
        name: _difference(values, _map(read(map_file(name)), name, values.shape))
        for name, values in {**evidence.maps, **evidence.more}.items()
    }
    return Replay(manifest, differences, evidence.device)


def _difference(computed: NDArray[np.float32], kept: NDArray[np.float32]) -> float:
    return strength(computed - kept) / (strength(kept) or 1)


@contextmanager
def _opened(source: Path) -> Iterator[_Read]:
    """A reader of a bundle's files by their names in it."""
    if not source.is_file():
        raise BundleError(f"There is no file {source}. Name a bundle's zip or its {MANIFEST}.")
    with source.open("rb") as file:
        if file.read(2) != b"PK":
            yield lambda name: _of_folder(source, name)
            return
        try:
            archive = ZipFile(file)
        except Exception:  # a damaged directory raises more than BadZipFile
            raise BundleError(f"“{shown_name(source.name)}” is damaged or cut off.") from None
        with archive:
            yield lambda name: _of_zip(archive, name)


def _of_folder(source: Path, name: str) -> bytes:
    path = source if name == MANIFEST else source.parent / name
    try:
        with path.open("rb") as file:
            return _limited(file, name)
    except OSError:
        raise _missing(name) from None


def _of_zip(archive: ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            return _limited(file, name)
    except BundleError:
        raise
    except Exception:  # missing, encrypted, damaged, packed in an unknown way
        raise _missing(name) from None


def _limited(file: IO[bytes], name: str) -> bytes:
    limit = _LIMITS.get(name, _LARGEST_MAP)
    data = file.read(limit + 1)
    if len(data) > limit:
        raise BundleError(f"{name} is larger than any bundle's: over {limit // 10**6} MB.")
    return data


def _missing(name: str) -> BundleError:
    return BundleError(f"The bundle has no readable {name}. Unpack or copy it again.")


def _input(read: _Read, manifest: Manifest) -> Image.Image:
    data = _unchanged(read(INPUT), INPUT, manifest.input_sha256)
    try:
        return read_image(data, INPUT)
    except ImageError as error:
        raise BundleError(str(error)) from None


def _labels(read: _Read, manifest: Manifest) -> tuple[str, ...]:
    data = _unchanged(read(LABELS), LABELS, manifest.labels_sha256)
    try:
        return read_labels(data, LABELS)
    except GivenError as error:
        raise BundleError(str(error)) from None


def _unchanged(data: bytes, name: str, expected: str) -> bytes:
    if sha256(data).hexdigest() != expected:
        raise BundleError(f"{name} is not the file that the manifest names: its SHA-256 differs.")
    return data


def _map(data: bytes, layer: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The bundle's map, which has to be of this shape, float32 and finite."""
    stream = BytesIO(data)
    try:
        npy.read_magic(stream)
        header_shape, fortran, dtype = npy.read_array_header_1_0(stream)
        values = np.frombuffer(stream.read(), "<f4") if dtype == "<f4" and not fortran else None
    except Exception:  # numpy parses headers as Python, which raises what comes to hand
        values, header_shape = None, ()
    if values is None or header_shape != shape or values.size != shape[0] * shape[1]:
        raise BundleError(f"{map_file(layer)} is no map of {shape[0]}×{shape[1]} cells, float32.")
    if not np.isfinite(values).all():
        raise BundleError(f"{map_file(layer)} holds values that are no numbers.")
    return values.reshape(shape)

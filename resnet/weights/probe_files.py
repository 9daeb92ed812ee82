"""Probes as people give them, untrusted: arrays in a file, or logits that somebody printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
import torch
from numpy.lib import format as npy
from torch import Tensor

from resnet.fetch.zips import open_zip
from resnet.text.file_names import shown_name
from resnet.text.language import tr
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import LARGEST, SMALLEST
from resnet.weights.probe import Probe
from resnet.weights.reading.checkpoint import read_tensors

ENDINGS = (".npz", ".pt", ".pth", ".safetensors", ".txt")
MOST_BYTES = 64_000_000  # an input of 1024×1024, in float64, twice over
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;\[\]()]*")
_NAMES = "input", "logits"


def read_probe(source: bytes | Path, name: str) -> Probe:
    """The input (1, C, H, W) or (C, H, W) and the logits (K,) or (1, K) in a file, by these names.

    `name` tells the format: `.npz`, a dictionary of tensors as `.pt` or `.safetensors`, or a text
    of logits alone, which answer the pattern. Raises `GivenError`, or `CheckpointError`.
    """
    shown, ending = shown_name(name), Path(name.lower()).suffix
    if ending not in ENDINGS:
        raise GivenError(
            tr(
                "“{shown}” is no probe; they come as {suffixes}.",
                shown=shown,
                suffixes=", ".join(ENDINGS),
            )
        )
    data = source if isinstance(source, bytes) else _bytes(source, shown)
    if len(data) > MOST_BYTES:
        raise GivenError(tr("“{shown}” is larger than any probe: over 64 MB.", shown=shown))
    if ending == ".txt":
        return read_logits(data.decode("utf-8", "replace"))
    arrays = _arrays(data, shown) if ending == ".npz" else read_tensors(data, name)
    return _probe(arrays, shown)


def read_logits(text: str) -> Probe:
    """Logits that somebody printed, between commas or spaces, with or without brackets.

    Raises `GivenError` where anything else is in between.
    """
    rest = _NUMBER.sub("", text.removeprefix("tensor"))
    values = [float(found[0]) for found in _NUMBER.finditer(text)]
    if not values or not _BETWEEN.fullmatch(rest):
        raise GivenError(
            tr(
                "These are no logits: write every number, with commas or spaces between them. "
                "Of a tensor print .tolist(), which leaves none out."
            )
        )
    return _checked(torch.tensor(values), None, tr("What was written"))


def _bytes(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise GivenError(
            tr("“{shown}” cannot be opened: {reason}.", shown=shown, reason=error.strerror)
        ) from None


def _arrays(data: bytes, shown: str) -> dict[str, Tensor]:
    """The arrays of an .npz, each made only after its size is known to be in the file."""
    try:
        with open_zip(data) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            names = [name for name in _NAMES if sizes.get(f"{name}.npy", MOST_BYTES) < MOST_BYTES]
            return {name: _array(archive.open(f"{name}.npy")) for name in names}
    except Exception:  # a damaged directory, and numpy's headers, raise what comes to hand
        raise GivenError(tr("“{shown}” is damaged, or no .npz of numbers.", shown=shown)) from None


def _array(stream: IO[bytes]) -> Tensor:
    version = npy.read_magic(stream)
    read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_column, dtype = read_header(stream)
    if dtype.kind not in "fiu" or dtype.hasobject:
        raise ValueError(dtype)
    values = np.frombuffer(stream.read(), dtype).reshape(shape, order="F" if by_column else "C")
    return torch.from_numpy(values.astype(np.float32))


def _probe(arrays: Mapping[str, Tensor], shown: str) -> Probe:
    if not arrays.keys() >= set(_NAMES):
        raise GivenError(
            tr(
                "“{shown}” has no “input” and “logits”; it has {names}. Save both by these names.",
                shown=shown,
                names=", ".join(map(shown_name, arrays)) or tr("nothing"),
            )
        )
    image, logits = (arrays[name].float() for name in _NAMES)
    return _checked(logits.squeeze(0) if logits.ndim > 1 else logits, image, f"“{shown}”")


def _checked(logits: Tensor, image: Tensor | None, shown: str) -> Probe:
    image = image[None] if image is not None and image.ndim == 3 else image
    sides = image.shape[2:] if image is not None and image.ndim == 4 else ()
    fitting = image is None or (
        len(image) == 1 and len(sides) == 2 and all(SMALLEST <= side <= LARGEST for side in sides)
    )
    if logits.ndim != 1 or not fitting:
        raise GivenError(
            tr(
                "{shown} holds an input {input} and logits {logits}; they should be "
                "(1, C, H, W), with sides of 8 to 1024, and (K,).",
                shown=shown,
                input=tuple(image.shape) if image is not None else (),
                logits=tuple(logits.shape),
            )
        )
    if not all(part is None or part.isfinite().all() for part in (logits, image)):
        raise GivenError(tr("{shown} holds numbers that are infinite or none.", shown=shown))
    if not logits.any():
        raise GivenError(
            tr("{shown} holds logits that are all 0, which tell nothing.", shown=shown)
        )
    return Probe(logits, image)

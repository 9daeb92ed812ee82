"""Weights as files that all workers map, so that they lie in memory once.

A worker that loads a large model puts its weights into a file, or finds another's there, and goes
on with the file's pages in their place: the system shares them, and may drop what nobody reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from torch import nn

    from resnet.weights.classifiers.classifier import Classifier

    Loaded = TypeVar("Loaded", bound=Classifier)

SMALLEST = 16 << 20  # bytes of weights that are worth a file
_folder: Path | None = None  # this worker's, with all others
_most = 0  # bytes of all files in it


def keep(folder: Path, most: int) -> None:
    """Let this process share weights by a private folder, up to so many bytes."""
    global _folder, _most
    _folder, _most = folder, most


def mapped(loaded: Loaded, key: str) -> Loaded:
    """The same classifier, whose weights on the CPU lie in a file by that key.

    Where there is no room for the file, they stay as they are.
    """
    size = sum(part.nbytes for part in loaded.model.state_dict().values())
    if _folder is not None and loaded.device.type == "cpu" and SMALLEST <= size <= _most:
        with suppress(OSError):  # a full disk
            _map(loaded.model, _folder / f"{sha256(key.encode()).hexdigest()}.safetensors", size)
    return loaded


def _map(model: nn.Module, file: Path, size: int) -> None:
    from safetensors.torch import load_file

    if not file.is_file():
        _make_room(file.parent, size)
        _write(model, file)
    os.utime(file)
    model.load_state_dict(load_file(file), assign=True)


def _write(model: nn.Module, file: Path) -> None:
    """Whole or not at all; two workers may both do so."""
    from safetensors.torch import save_file

    handle, path = mkstemp(dir=file.parent, suffix=file.suffix)  # which counts as the others do
    os.close(handle)
    try:
        save_file({key: part.contiguous() for key, part in model.state_dict().items()}, path)
        os.replace(path, file)
    finally:
        Path(path).unlink(missing_ok=True)


def _make_room(folder: Path, size: int) -> None:
    """Remove the files that were not mapped for longest; who has one mapped keeps its pages."""
    for file in sorted(folder.glob("*.safetensors"), key=lambda path: path.stat().st_mtime):
        if size + sum(_sizes(folder)) > _most:
            file.unlink(missing_ok=True)


def _sizes(folder: Path) -> Iterator[int]:
    for file in folder.glob("*.safetensors"):
        with suppress(FileNotFoundError):
            yield file.stat().st_size

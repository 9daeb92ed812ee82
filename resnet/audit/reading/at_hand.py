"""What an audit can be begun of below the operator's folder: images, and files of weights.

No torch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from resnet.audit.images.source import is_image
from resnet.audit.reading.opened import DEPTH
from resnet.audit.running.plan import MANIFEST
from resnet.text.file_names import OF_WEIGHTS

_ZIP = ".zip"
_WEIGHTS = tuple(suffix for suffix in OF_WEIGHTS if suffix != _ZIP)


class AtHand(NamedTuple):
    """Paths below a folder, with slashes, in order."""

    images: tuple[str, ...]  # folders of images or of classes, and zips
    weights: tuple[str, ...]


def at_hand(folder: Path) -> AtHand:
    """Look through a folder, as deep as audits lie; no link is followed."""
    below = ((Path(entry).relative_to(folder).as_posix(), of) for entry, of in _walk(folder, DEPTH))
    found = [each for each in below if each[0].isprintable()]  # a page shows Unicode
    images = (path for path, of_images in found if of_images or path.lower().endswith(_ZIP))
    weights = (path for path, _ in found if path.lower().endswith(_WEIGHTS))
    return AtHand(tuple(sorted(images)), tuple(sorted(weights)))


def _walk(folder: os.PathLike[str], depth: int) -> Iterator[tuple[os.DirEntry[str], bool]]:
    """What lies below, and whether it is a folder of images; what those and audits hold is not."""
    for entry in _entries(folder):
        if not Path(entry, MANIFEST).is_file():
            of_images = _holds_images(entry)
            yield entry, of_images
            if depth > 1 and not of_images:
                yield from _walk(entry, depth - 1)


def _holds_images(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder with images, or with folders of them."""
    return any(is_image(one.name) or _has_one(one) for one in _entries(entry))


def _has_one(entry: os.DirEntry[str]) -> bool:
    return any(is_image(one.name) for one in _entries(entry))


def _entries(folder: os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
    """What a folder holds; nothing where it is none, or cannot be read."""
    is_link = isinstance(folder, os.DirEntry) and folder.is_symlink()
    with suppress(OSError):
        if not is_link:
            with os.scandir(folder) as entries:
                yield from entries

"""Photographs to look at: a visitor's, kept as the files that they came in."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.resources.server.workers import READING, Ended
from explorer.tasks.inputs import photos
from explorer.tasks.inputs.photos import Photo
from explorer.uploads.store import Upload
from resnet.pictures.reading import ImageError


def photo(upload: Upload) -> Photo:
    """A visitor's photograph."""
    return Photo(upload.name, upload.sha256, upload.path)


def judge(data: bytes, name: str) -> None:
    """Have a worker decode what a stranger gave, which may want any time and memory.

    Raises `ImageError` for what is no picture to work with, and `Ended`.
    """
    READING.call(photos.judge, data, name)


def judge_all(given: Sequence[tuple[str, bytes]]) -> list[str]:
    """What is said against each of these by name, nothing where it is a picture.

    Where one of them ends the worker, each is judged by itself.
    """
    try:
        return READING.call(photos.judge_all, given)
    except Ended:
        return [_against(name, data) for name, data in given]


def _against(name: str, data: bytes) -> str:
    try:
        judge(data, name)
    except (ImageError, Ended) as error:
        return str(error)
    return ""

"""Photographs to look at: a visitor's, kept as the files that they came in."""

from __future__ import annotations

from explorer.resources.workers import READING
from explorer.tasks import photos
from explorer.tasks.photos import Photo
from explorer.uploads.store import Upload


def photo(upload: Upload) -> Photo:
    """A visitor's photograph."""
    return Photo(upload.name, upload.sha256, upload.path)


def judge(data: bytes, name: str) -> None:
    """Have a worker decode what a stranger gave, which may want any time and memory.

    Raises `ImageError` for what is no picture to work with, and `Ended`.
    """
    READING.call(photos.judge, data, name)

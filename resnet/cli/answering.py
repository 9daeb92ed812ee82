"""Photographs that a command names, each read and asked by a model, where that can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from PIL import Image

from resnet.cli.device import device_of
from resnet.maps.explainable import Able
from resnet.model.devices import adaptively
from resnet.pictures.reading import ImageError, read_image
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import check_own, find, is_file, load_classifier

Result = TypeVar("Result")


@dataclass(frozen=True)
class Answered(Generic[Result]):
    """A photograph's answer, and the model on the device that could."""

    path: Path
    photo: Image.Image
    classifier: Classifier
    result: Result
    gave_way: str  # what the device that was asked for could not; or nothing
    stem: Path  # how the files begin that are made of it


@dataclass(frozen=True)
class Unread:
    """A file that is no photograph, and why."""

    path: Path
    why: str

    @property
    def row(self) -> dict[str, Any]:
        """As commands give it."""
        return {"file": str(self.path), "error": f"{self.path}: {self.why}"}


def answered(
    photos: Sequence[Path],
    ask: Callable[[Classifier, Image.Image], Result],
    check: Callable[[Able], None],
    model: str,
    device: str | None,
    out: Path,
    given: Given,
) -> Iterator[Answered[Result] | Unread]:
    """What `ask` says of each photograph, in order; out of memory, on the CPU.

    A model of the catalogue is told to `check` before it is downloaded. Makes the folder `out`.
    Raises what `check` and `ask` do, `WeightsError`, `CheckpointError`, `GivenError`,
    `DownloadError` or `DoesNotFit`.
    """
    device = device_of(device)
    if not is_file(model):
        check_own(model, given)
        check(find(model))
    out.mkdir(parents=True, exist_ok=True)
    load = cache(lambda where: load_classifier(model, device=where, given=given))

    def ask_there(images: Sequence[Image.Image], where: str) -> Result:
        (image,) = images
        return ask(load(where), image)

    for number, path in enumerate(photos):
        try:
            photo = read_image(path.read_bytes(), path.name)
        except (ImageError, OSError) as error:
            yield Unread(path, _reason(error))
            continue
        outcome = next(adaptively(ask_there, [photo], device, size=1))
        stem = out / f"{_fit_for_a_file(path.stem)}-{number}"
        note = str(outcome.note or "")
        yield Answered(path, photo, load(outcome.device), outcome.result, note, stem)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _fit_for_a_file(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)[:60] or "photo"

"""The answers to all photographs of a visitor's: found batch by batch, kept as one table."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.resources.caches import Answers, kept
from explorer.resources.models import Model
from explorer.resources.server.workers import ANSWERS
from explorer.tasks import surveys
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.surveys import Measured
from explorer.uploads.store import Upload
from resnet.audit.images import regions
from resnet.audit.images import truths as audit_truths
from resnet.text.file_names import shown_name, shown_path

if TYPE_CHECKING:
    from resnet.maps.answers import Layer
    from resnet.model.devices import Outcome

Region = tuple[float, float, float, float]  # left, top, right, bottom, in shares of the view
_FEW = 16  # photographs that a worker is asked about at once: after each, others have a turn


@dataclass(frozen=True)
class Album:
    """Photographs in the order in which they came."""

    photos: tuple[Photo, ...]

    @cached_property
    def key(self) -> str:
        """What tells it from every other: its photographs' contents and names."""
        said = "\n".join(f"{photo.key} {photo.name}" for photo in self.photos)
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Surveyed:
    """An album's answers: columns (N, …), as `audit.running.measures` names and orders them.

    `logits` (N, K); `thumbnails` are JPEGs of what the model saw; `notes` say what had to give way.
    """

    columns: dict[str, NDArray[Any]]
    logits: NDArray[np.float32]
    thumbnails: tuple[bytes, ...]
    notes: tuple[str, ...]


_measured = Answers["Outcome[Measured]"]()
_surveyed = Answers[Surveyed]()


def surveyed(model: Model, album: Album) -> Surveyed | None:
    """The table of an album, once all of it is known."""
    return _surveyed.get(model, model.precision, album.key)


def survey(model: Model, album: Album) -> Generator[int]:
    """Ask about all that are not known yet; yields how many are known, batch by batch.

    What was found stays known if this is closed before its end. Raises `DoesNotFit`, and what
    loading the model raises.
    """
    found = {photo: _measured.get(model, model.precision, photo) for photo in album.photos}
    missing = [photo for photo, outcome in found.items() if outcome is None]
    for first in range(0, len(missing), _FEW):
        some = missing[first : first + _FEW]
        outcomes = ANSWERS.call(surveys.survey, model.source, some, model.device, model.precision)
        for photo, outcome in zip(some, outcomes, strict=True):
            found[photo] = outcome
            _measured.put(outcome, model, model.precision, photo)
        yield len(found) - len(missing) + first + len(some)
    all_found = [outcome for outcome in found.values() if outcome is not None]
    _surveyed.put(_table(all_found), model, model.precision, album.key)


def _table(outcomes: list[Outcome[Measured]]) -> Surveyed:
    measured = [outcome.result for outcome in outcomes]
    return Surveyed(
        {
            name: np.concatenate([one.columns[name] for one in measured])
            for name in measured[0].columns
        },
        np.concatenate([one.logits for one in measured]),
        tuple(one.thumbnail for one in measured),
        tuple(sorted({str(outcome.note) for outcome in outcomes if outcome.note})),
    )


@kept
def truths(
    model: Model, album: str, by: str, _names: Sequence[str], _labels: Sequence[str]
) -> NDArray[np.int64]:
    """The true class of each photograph by folder or name, -1 where it says none (N,)."""
    found = audit_truths.truths(_names, _labels, by) if by else [None] * len(_names)
    return np.array([-1 if index is None else index for index in found], dtype=np.int64)


@kept
def truths_in_csv(
    model: Model, album: str, csv: str, _file: Upload, _names: Sequence[str], _labels: Sequence[str]
) -> NDArray[np.int64]:
    """The same by a file, whose paths are the photographs' names or end with them.

    Where either has no folder, names alone are compared. Paths that are alike and say two things
    say none. Raises `AuditError`, and `OSError` where the file is gone.
    """
    said = audit_truths.in_csv(_file.path.read_bytes(), _file.name, _labels)
    by_end, by_name = _agreed(said, shown_path), _agreed(said, shown_name)
    found = [
        by_end.get(name, (by_end if "/" in name else by_name).get(shown_name(name), -1))
        for name in _names
    ]
    return np.array(found, dtype=np.int64)


def _agreed(said: Mapping[str, int], end: Callable[[str], str]) -> dict[str, int]:
    """What is said of each end of a path; -1 where paths that end so say different things."""
    found: dict[str, int] = {}
    for path, index in said.items():
        one = end(path)
        found[one] = index if found.get(one, index) == index else -1
    return found


@kept
def usual_truths(model: Model, album: str, _names: Sequence[str], _labels: Sequence[str]) -> str:
    """Whether folders or names tell more of these photographs' truths; nothing if neither does."""
    return audit_truths.usual(_names, _labels)


@kept
def in_region(
    model: Model, precision: str, album: str, region: Region,
    _maps: NDArray[np.float32], _layer: Layer, _crop: int, _placement: str,
) -> NDArray[np.float32]:  # fmt: skip
    """The share of each map's positive evidence (N,) that is drawn within a region.

    The maps are those of a forward, which has a precision.
    """
    cells = _maps.shape[1:]
    inside, whole = (
        regions.masses(regions.rectangle(_crop, *box), cells, _layer, _placement)
        for box in (region, (0, 0, 1, 1))
    )
    positive = np.maximum(_maps, 0)
    parts, wholes = (np.einsum("nhw,hw->n", positive, mass) for mass in (inside, whole))
    return np.asarray(parts / np.where(wholes > 0, wholes, np.nan), dtype=np.float32)

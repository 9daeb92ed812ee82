"""Images to rows and pictures: decoding, forward, measuring and drawing, all at once.

Threads decode ahead of the model and draw behind it, since Pillow lets go of the interpreter; the
model runs in the caller's. Batches begin at the same images whatever was done before, so that
nothing depends on where an audit was interrupted.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from itertools import chain, compress, islice
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from PIL import Image

from resnet.audit.images.insides import Insides
from resnet.audit.images.source import Source
from resnet.audit.running.measures import Measuring
from resnet.audit.running.plan import Part, Plan
from resnet.audit.running.prepared import Prepared, prepare
from resnet.audit.running.rows import PICTURES, SCHEMA, failed, in_order, measured
from resnet.audit.running.store import Store
from resnet.maps.answers import Survey
from resnet.model.devices import adaptively
from resnet.pictures.overlay import blend, colour_table, heat_by_table, row_weights
from resnet.text.language import mark, tr
from resnet.weights.classifiers.classifier import Classifier

_Item = TypeVar("_Item")
_Done = TypeVar("_Done")
_NO_NUMBER = mark(
    "The model answers with numbers that are none (NaN or infinity): its weights are damaged, or "
    "its input is normalised otherwise."
)
_COLOURS = colour_table()
_SMALLER = Image.Resampling.HAMMING  # as sharp as bicubic, at half its cost
Drawn = tuple[bytes, bytes]  # a thumbnail and an overlay


class Finished(NamedTuple):
    """A part of an audit: its rows, and a thumbnail and an overlay of each image."""

    part: Part
    rows: pa.Table
    pictures: pa.Table


def _cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Pipeline:
    """A model, and where the images of a plan are."""

    plan: Plan
    source: Source
    insides: Insides
    classifier: Classifier
    threads: int = field(default_factory=_cores)

    def finish(self, parts: Iterable[Part]) -> Iterator[Finished]:
        """Each part in turn; of the next, images are decoded meanwhile."""
        self.classifier.ready()
        parts = [*parts]
        with ending(ThreadPoolExecutor(self.threads)) as pool:
            images = ahead(
                pool,
                self._prepare,
                chain(*(range(part.start, part.stop) for part in parts)),
                4 * self._size,
            )
            behind: deque[_Asked] = deque()
            for part in parts:
                behind.append(self._ask(pool, part, islice(images, part.stop - part.start)))
                if len(behind) > 1:
                    yield behind.popleft().finished()
            yield from (asked.finished() for asked in behind)

    def write(self, store: Store, parts: Iterable[Part]) -> Iterator[int]:
        """Finish each part and keep it; yields its number once it is there. Raises `AuditError`."""
        for part, rows, pictures in self.finish(parts):
            store.finish(part.number, rows, pictures)
            yield part.number

    @property
    def _size(self) -> int:
        return self.plan.settings.batch

    def _prepare(self, number: int) -> Prepared:
        path, transform = self.plan.paths[number], self.classifier.transform
        return prepare(self.source, transform, self.insides, number, path)

    def _ask(self, pool: ThreadPoolExecutor, part: Part, images: Iterator[Prepared]) -> _Asked:
        """Have all images of a part answered; what they look like is drawn by the pool."""
        asked = _Asked(part)
        while batch := list(islice(images, self._size)):
            read = [one for one in batch if one.view is not None]
            asked.rows.append(failed([one.image for one in batch if one.view is None]))
            if read:
                self._answer(pool, asked, read, self._survey(read))
        return asked

    def _answer(
        self, pool: ThreadPoolExecutor, asked: _Asked, read: Sequence[Prepared], survey: Survey
    ) -> None:
        """Measure and draw what is answered with numbers; of the others say that it is not."""
        known = _finite(survey)
        wrong = [one.image for one, good in zip(read, known, strict=True) if not good]
        asked.rows.append(failed([image._replace(error=tr(_NO_NUMBER)) for image in wrong]))
        if not any(known):
            return
        good, maps = [*compress(read, known)], survey.maps[known].numpy()
        asked.rows.append(self._measure(good, _those(survey, known)))
        shown = zip(good, maps, strict=True) if self.plan.settings.pictures else ()
        asked.drawn += [
            (one.image.number, pool.submit(self._draw, one, cells)) for one, cells in shown
        ]

    def _survey(self, read: Sequence[Prepared]) -> Survey:
        """The answers; out of memory, by fewer images at once."""
        views = [self.classifier.transform.pixels(one.view) for one in read if one.view]
        outcomes = adaptively(self._forward, views, self._device, len(views))
        found = [outcome.result for outcome in outcomes]
        return Survey(*(torch.cat(parts) for parts in zip(*found, strict=True)))

    def _forward(self, views: Sequence[NDArray[np.uint8]], device: str) -> Survey:
        classifier = self.classifier if device == self._device else self._spare
        pixels = torch.from_numpy(np.stack(views)).to(device, non_blocking=True)
        batch = classifier.transform.normalised(pixels)
        survey = classifier.survey(batch, self.plan.settings.precision)
        return Survey(*(part.detach().float().cpu() for part in survey))

    @property
    def _device(self) -> str:
        return self.classifier.device.type

    @cached_property
    def _spare(self) -> Classifier:
        """The model on the CPU, for what a GPU cannot hold."""
        return moved(self.classifier, "cpu")

    def _measure(self, read: Sequence[Prepared], survey: Survey) -> pa.Table:
        truths = np.array([self.plan.truths[one.image.number] for one in read])
        columns = self._measuring.columns(survey, truths, [one.inside for one in read])
        return measured([one.image for one in read], columns)

    @cached_property
    def _measuring(self) -> Measuring:
        return Measuring(self.classifier, self.plan.settings.k)

    def _draw(self, one: Prepared, cells: NDArray[np.float32]) -> Drawn:
        """What the model saw, small, and under its map; without a map, as it is."""
        assert one.view is not None
        photo, small = _reduced(one.view, self.plan.settings.overlay, self.plan.settings.thumbnail)
        for rows in self._rows:
            photo = blend(photo, heat_by_table(cells, rows, _COLOURS))
        return _webp(small), _webp(photo)

    @cached_property
    def _rows(self) -> list[NDArray[np.float32]]:
        """How the cells of the usual layer lie on an overlay; of none where there is no layer."""
        side, seen = self.plan.settings.overlay, self.classifier.transform.crop
        return [
            row_weights(layer.out_shape[-1], layer, seen, side, self._measuring.placement)
            for layer in self.classifier.layers[-1:]
        ]


@dataclass
class _Asked:
    """A part whose images are answered, and partly drawn."""

    part: Part
    rows: list[pa.Table] = field(default_factory=list)
    drawn: list[tuple[int, Future[Drawn]]] = field(default_factory=list)

    def finished(self) -> Finished:
        """All of it, when it is drawn."""
        pictures = [(number, *future.result()) for number, future in self.drawn]
        columns = zip(*pictures, strict=True) if pictures else ([], [], [])
        table = pa.table(dict(zip(PICTURES.names, columns, strict=True)), schema=PICTURES)
        return Finished(self.part, in_order(self.rows, SCHEMA), in_order([table], PICTURES))


def _finite(survey: Survey) -> list[bool]:
    """Of each image, whether its logits and its map are numbers."""
    each = (part.flatten(1).isfinite().all(1) for part in (survey.maps, survey.logits))
    return torch.stack([*each]).all(0).tolist()


def _those(survey: Survey, known: list[bool]) -> Survey:
    """What was answered to some of the images; a trunk's targets are none anyway."""
    if all(known):
        return survey
    return Survey(*(part[known] if len(part) else part for part in survey))


def moved(classifier: Classifier, device: str) -> Classifier:
    """A copy on another device, without what was made for the old one."""
    model = deepcopy(classifier.model).to(device)
    return replace(classifier, model=model)  # type: ignore[type-var]


@contextmanager
def ending(pool: ThreadPoolExecutor) -> Iterator[ThreadPoolExecutor]:
    """A pool whose work is given up where its user is interrupted."""
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def ahead(
    pool: ThreadPoolExecutor, work: Callable[[_Item], _Done], items: Iterable[_Item], most: int
) -> Iterator[_Done]:
    """`work` of each item, in order; so many are done before they are asked for."""
    waiting: deque[Future[_Done]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _reduced(picture: Image.Image, *sides: int) -> Iterator[Image.Image]:
    """A picture at ever smaller sides, each made of the one before."""
    for side in sides:
        picture = picture.resize((side, side), _SMALLER)
        yield picture


def _webp(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=80, method=0)
    return out.getvalue()

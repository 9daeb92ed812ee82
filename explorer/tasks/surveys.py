"""What a model says of many photographs: numbers of each, its map, and a thumbnail."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.tasks.answers import precision_of
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Source, classifier

if TYPE_CHECKING:
    from resnet.model.devices import Outcome

THUMBNAIL = 128  # pixels on each side, if the view has as many
_LEFT_OUT = ("embedding", "truth", "truth_logit", "loss", "box")  # large, or asked for later


class Measured(NamedTuple):
    """One photograph's entry of every column (1, …), its logits (1, K), and its view as a JPEG."""

    columns: dict[str, NDArray[Any]]
    logits: NDArray[np.float32]
    thumbnail: bytes


def survey(
    source: Source, photos: Sequence[Photo], device: str, precision: str
) -> list[Outcome[Measured]]:
    """Every photo's measures, with where they were made.

    Raises `DoesNotFit`, and what loading the model raises.
    """
    from resnet.model.devices import Outcome, adaptively

    def compute(some: Sequence[Photo], on: str) -> list[Measured]:
        return _measured(source, some, on, precision)

    return [
        Outcome(each, outcome.device, outcome.note)
        for outcome in adaptively(compute, photos, device)
        for each in outcome.result
    ]


def _measured(
    source: Source, photos: Sequence[Photo], device: str, precision: str
) -> list[Measured]:
    from resnet.audit.running.measures import Measuring
    from resnet.maps.answers import check_finite
    from resnet.maps.explain import as_batch

    found, n = classifier(source, device), len(photos)
    found.ready()
    views = [found.transform.view(photo.image) for photo in photos]
    told = found.survey(as_batch(found, views), precision_of(found.lacks, precision))
    check_finite(found.name, told.maps, told.logits)
    columns = Measuring(found).columns(told, np.full(n, -1), [None] * n)
    kept = {name: values for name, values in columns.items() if name not in _LEFT_OUT}
    logits = told.logits.detach().float().cpu().numpy()
    return [
        Measured(
            {name: values[i : i + 1].copy() for name, values in kept.items()},
            logits[i : i + 1].copy(),
            _thumbnail(views[i]),
        )
        for i in range(n)
    ]


def _thumbnail(view: Image.Image) -> bytes:
    small, buffer = view.convert("RGB"), BytesIO()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    small.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()

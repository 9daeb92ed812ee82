"""What of an audit needs its model: channels that carry a class, and where they answer most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from explorer.tasks.inputs.sources import Catalogued, residual
from resnet.audit.findings.carriers import TOP
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from resnet.audit.findings.carriers import Carrier, Without
    from resnet.audit.reading.opened import Opened, Root
    from resnet.model.progress import Progress
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

PATCHES = 5  # of each channel
NO_FILE = mark(
    "This audit is of a file of weights that is not below the folder of audits; lay it there, "
    "beside the audit."
)
MOST_FORWARDS = TOP * PATCHES
_FRAME, _CELL, _SIDE = "#e66101", "#ffffff", 160


class Patch(NamedTuple):
    """An image by its row, as the model sees it, with a channel's largest cell framed: a JPEG."""

    place: int
    picture: bytes
    value: float


@dataclass(frozen=True)
class Carried:
    """The channels that carry a class, what is said without each, and where each answers most."""

    carriers: tuple[Carrier, ...]
    without: tuple[Without, ...]
    patches: dict[int, tuple[Patch, ...]]


def carried(
    root: str, name: str, model: str, target: int, parts: tuple[int, ...] | None = None
) -> Iterator[Progress[Carried]]:
    """Of a class of an audit below a folder, or of these parts of it.

    Images are read where they lie below the folder too.
    Raises `AuditError` where the model on this machine is not the audit's.
    """
    from resnet.audit.findings.carriers import carriers, strongest, without
    from resnet.audit.reading.opened import Opened, Root
    from resnet.model.progress import Progress

    below = Root(Path(root))
    audit = Opened.at(below.store(name), parts)
    classifier = _same(below, audit, model)
    embeddings = audit.large("embedding")
    head, biases = (each.float().cpu().numpy() for each in (classifier.head, classifier.biases))
    places = np.flatnonzero(audit.predicted == target)
    best = carriers(embeddings, head, places, target)
    channels = tuple(each.channel for each in best)
    wanted = [(channel, strongest(embeddings, channel, PATCHES)) for channel in channels]
    if not below.holds(audit.plan.manifest.source):
        wanted = []
    total = len(embeddings) + sum(len(rows) for _, rows in wanted)
    result, done = Carried(best, (), {}), 0
    for done, found in without(embeddings, head, biases, audit.truths, target, channels):
        result = replace(result, without=found)
        yield Progress(done, total)
    for channel, rows in wanted:
        some = tuple(_patches(audit, classifier, channel, rows))
        result = replace(result, patches=result.patches | {channel: some})
        done += len(rows)
        yield Progress(done, total, result)
    yield Progress(total, total, result)


def _same(below: Root, audit: Opened, model: str) -> ResidualClassifier:
    from resnet.audit.images.errors import AuditError
    from resnet.audit.reading.audited_model import said_of, weights_file
    from resnet.weights.catalogue import catalogue
    from resnet.weights.classifiers import residual_classifier
    from resnet.weights.loading import load_classifier

    file = weights_file(below, audit)
    if file is not None:
        given = said_of(audit.plan.manifest.model)
        return residual_classifier.residual(load_classifier(file, given=given))
    if model not in catalogue():
        raise AuditError(tr(NO_FILE))
    classifier = residual(Catalogued(model), "cpu")
    if classifier.sha256 != audit.plan.manifest.model.sha256:
        raise AuditError(
            tr("The weights of {model} on this server are not the audit's.", model=model)
        )
    return classifier


def _patches(
    audit: Opened, classifier: ResidualClassifier, channel: int, rows: list[int]
) -> Iterator[Patch]:
    """Those of the rows whose images can be read."""
    import torch

    from resnet.audit.images.source import Source, Unreadable
    from resnet.pictures.reading import ImageError, read_image

    source, layer = Source(audit.plan.manifest.source), classifier.layers[-1]
    for place in rows:
        path = str(audit.rows["path"][place].as_py())
        try:
            photo = read_image(source.read(path), path)
        except (Unreadable, ImageError):
            continue
        view = classifier.transform.view(photo)
        with torch.inference_mode():
            values = classifier.model.features(classifier.transform.tensor(view)[None])[0, channel]
        row, column = divmod(int(values.argmax()), values.shape[1])
        centre = tuple(layer.centre + layer.jump * cell for cell in (column, row))
        yield Patch(
            place, _framed(view, centre, layer.receptive_field, layer.jump), float(values.max())
        )


def _framed(view: Image.Image, centre: tuple[float, ...], field: float, jump: float) -> bytes:
    """The view with what the cell sees in orange, as far as it is inside, and the cell in white."""
    scale = _SIDE / view.width
    drawn = view.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    brush = ImageDraw.Draw(drawn)
    for side, colour, width in ((jump, _CELL, 3), (field, _FRAME, 4)):
        corners = [(at + 0.5 + sign * side / 2) * scale for sign in (-1, 1) for at in centre]
        brush.rectangle(
            [min(_SIDE - 1, max(0, corner)) for corner in corners], outline=colour, width=width
        )
    out = BytesIO()
    drawn.save(out, "JPEG", quality=88)
    return out.getvalue()

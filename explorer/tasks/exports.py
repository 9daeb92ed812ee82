"""Files to take away that need a network's weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.tasks.answers import Asked
from explorer.tasks.inputs.sources import classifier
from resnet.network.spec import ResNetSpec

if TYPE_CHECKING:
    from resnet.model.progress import Progress

_STEP = 0.02  # of all bytes, between two words on them


def onnx(spec: ResNetSpec, path: Path, any_size: bool) -> Iterator[Progress[None]]:
    """A network with random weights as ONNX, written to a file: it may have hundreds of MB.

    Yields how many are written. Raises `ExportError`.
    """
    from resnet.export.formats import write_onnx
    from resnet.model.progress import Progress
    from resnet.network.tracing import trace

    told = -1.0
    for done, total in write_onnx(trace(spec), path, any_size=any_size):
        if done / total - told >= _STEP or done == total:
            told = done / total
            yield Progress(done, total)


def bundle(asked: Asked, found: dict[str, Any]) -> bytes:
    """The evidence bundle of an answer; `found` are the fields of `Evidence` that the page has."""
    from resnet.evidence.bundle import Evidence, write

    asked_of = classifier(asked.source, asked.device)
    return write(Evidence(classifier=asked_of, image=asked.photo.image, **found))

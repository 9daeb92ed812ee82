"""Files to take away that need a network's weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorer.tasks.answers import Asked
from explorer.tasks.sources import classifier
from resnet.network.spec import ResNetSpec


def onnx(spec: ResNetSpec, path: Path) -> None:
    """A network with random weights as ONNX, written to a file: it may have hundreds of MB.

    Raises `ExportError`.
    """
    from resnet.export.formats import export
    from resnet.network.tracing import trace

    path.write_bytes(export(trace(spec), "onnx"))


def bundle(asked: Asked, found: dict[str, Any]) -> bytes:
    """The evidence bundle of an answer; `found` are the fields of `Evidence` that the page has."""
    from resnet.evidence.bundle import Evidence, write

    asked_of = classifier(asked.source, asked.device)
    return write(Evidence(classifier=asked_of, image=asked.photo.image, **found))

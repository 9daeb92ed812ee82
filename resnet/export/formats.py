"""A network as a file to take away: PyTorch source, ONNX, JSON, SVG, PNG or one HTML page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from resnet import extras
from resnet.counts.as_dict import as_dict
from resnet.counts.hardware import FLOAT32
from resnet.drawing.charts.block_diagram import draw_block, sum_text
from resnet.drawing.files.html_page import html_page
from resnet.drawing.files.raster import png
from resnet.drawing.files.standalone import standalone_svg
from resnet.drawing.stream.layout import BY_ITSELF, Folding
from resnet.drawing.stream.picture import draw_stream
from resnet.export.source import pytorch_source
from resnet.model.fits_in_memory import refusal
from resnet.network.describing import describe
from resnet.network.graph import Graph
from resnet.text.language import mark, speaking, tr

if TYPE_CHECKING:
    from resnet.model.module import ResNet
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier


class ExportError(ValueError):
    """A file that cannot be made as asked, or cannot be written."""


class Format(NamedTuple):
    """A kind of file: what people call it, and its media type."""

    title: str  # in English
    media: str


FORMATS = {
    "py": Format(mark("PyTorch source"), "text/x-python"),
    "onnx": Format("ONNX", "application/octet-stream"),
    "json": Format("JSON", "application/json"),
    "svg": Format("SVG", "image/svg+xml"),
    "png": Format("PNG", "image/png"),
    "html": Format(mark("HTML page"), "text/html"),
}
PICTURES = ("svg", "png", "html")
_LARGEST = 2**31 - 1  # bytes, of one protocol buffer
_OF_A_NODE = 512  # bytes, more than any node and its shapes take
SEED = 0  # of the weights, where no trained ones are given


@dataclass(frozen=True)
class View:
    """What a picture shows: `theme` is light or dark, `block` the name of one block, stem or head.

    `folding` has the runs folded and unfolded by hand; `width` is a PNG's, in pixels. An HTML page
    follows its reader's theme and holds every block; there, `block` is the one that is open.
    `language` is that of SVG and HTML, which are shown with their reader's fonts. A PNG is in
    English: the font that it is drawn with has no other letters.
    """

    theme: str = "light"
    block: str = ""
    folding: Folding = BY_ITSELF
    width: int = 2400
    language: str = "en"


_USUAL = View()


def export(
    graph: Graph,
    form: str,
    view: View = _USUAL,
    classifier: ResidualClassifier | None = None,
    any_size: bool = False,
) -> bytes:
    """The content of a file in one of `FORMATS`; only "onnx" needs torch.

    ONNX holds the classifier's weights, or random ones of seed 0, and says which; with `any_size`
    it takes images of any height and width. Raises
    `ExportError` for a block that the network lacks and for ONNX over 2 GB, `WidthError`, and
    `MissingExtra` for ONNX, PNG and words other than English where their extra is not installed.
    """
    with extras.named(), speaking(view.language):
        _check_block(graph, view.block)
        if form == "onnx":
            return b"".join(_onnx(graph, classifier, any_size))
        if form == "png":
            return _png(graph, view)
        return _TEXTS[form](graph, view).encode()


def _check_block(graph: Graph, name: str) -> None:
    if name and name not in {section.name for section in graph.sections}:
        message = mark("{network} has no block “{name}”; its blocks are {first} to {last}.")
        ends = {"first": graph.blocks[0].name, "last": graph.blocks[-1].name}
        raise ExportError(tr(message, network=graph.spec.name, name=name, **ends))


def _png(graph: Graph, view: View) -> bytes:
    with speaking("en"):
        drawn = _svg(graph, view)
    return png(drawn, view.width)


def _json(graph: Graph, _: View) -> str:
    return json.dumps(as_dict(graph), indent=1) + "\n"


def _svg(graph: Graph, view: View) -> str:
    name = graph.spec.name
    if not view.block:
        return standalone_svg(draw_stream(graph, view.folding), name, describe(graph), view.theme)
    block = graph.section(view.block)
    title = tr("{block} of {network}", block=block.name, network=name)
    return standalone_svg(draw_block(block), title, sum_text(block), view.theme)


_TEXTS: dict[str, Callable[[Graph, View], str]] = {
    "py": lambda graph, _: pytorch_source(graph),
    "json": _json,
    "svg": _svg,
    "html": lambda graph, view: html_page(graph, view.block, view.folding),
}


def write_onnx(
    graph: Graph,
    path: Path,
    classifier: ResidualClassifier | None = None,
    any_size: bool = False,
) -> Iterator[tuple[int, int]]:
    """Write the ONNX file that `export` makes, holding no weight twice; whole or not at all.

    Yields the bytes that are written and, nearly, those of all. Raises as `export` and `save` do.
    """
    chunks, done = _onnx(graph, classifier, any_size), 0
    total = onnx_bytes(graph)
    with _saving(path) as part, part.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
            done += len(chunk)
            yield min(done, total), total


def _onnx(graph: Graph, classifier: ResidualClassifier | None, any_size: bool) -> Iterator[bytes]:
    with extras.named("onnx"):
        from resnet.export.onnx_graph import onnx_model

    if reason := onnx_refusal(graph):  # before any memory is taken
        raise ExportError(reason)
    model = classifier.model if classifier else _random(graph)
    weights = {name: tensor.cpu().numpy() for name, tensor in model.state_dict().items()}
    return onnx_model(graph, weights, _metadata(graph, classifier), any_size)


def onnx_bytes(graph: Graph) -> int:
    """Size of the weights and running statistics in float32, nearly all of an ONNX file."""
    return FLOAT32 * (graph.params + graph.running)


def onnx_refusal(graph: Graph) -> str:
    """Why a network cannot be written as ONNX here, with its size, or nothing."""
    if onnx_bytes(graph) + _OF_A_NODE * len(graph.ops) > _LARGEST:
        return tr(
            "{name} takes {size:,.1f} GB as ONNX, and one such file holds 2 GB. Take narrower "
            "stages, or the PyTorch source.",
            name=graph.spec.name,
            size=onnx_bytes(graph) / 1e9,
        )
    return refusal(graph)


def _random(graph: Graph) -> ResNet:
    """The built module, the same each time; nobody else's random numbers change."""
    import torch

    from resnet.model.module import build
    from resnet.model.progress import seeded

    with seeded(SEED, torch.device("cpu")):
        return build(graph.spec)


def _metadata(graph: Graph, classifier: ResidualClassifier | None) -> Mapping[str, str]:
    """What an ONNX file says of itself, beyond its nodes."""
    metadata = {
        "query": graph.spec.to_query(),
        "params": str(graph.params),
        "macs": f"{graph.macs} (multiply-adds of convolutions and linear layers, one image)",
    }
    if classifier is None:
        return metadata | {"weights": f"random initialisation, seed {SEED}: not trained"}
    return metadata | {
        "weights": f"{classifier.title}, {classifier.source}",
        "sha256": classifier.sha256,
        "labels": json.dumps(classifier.labels),
        "input": json.dumps(asdict(classifier.transform)),
        "assumed": json.dumps([each.as_dict() for each in classifier.assumed]),
    }


def save(data: bytes, path: Path) -> None:
    """Write a file whole or not at all. Raises `ExportError`."""
    with _saving(path) as part:
        part.write_bytes(data)


@contextmanager
def _saving(path: Path) -> Iterator[Path]:
    """A file beside it to write into, which then takes its place. Raises `ExportError`."""
    part = path.with_name(f"{path.name}.{uuid4().hex[:8]}.part")
    try:
        yield part
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        message = mark("{path} cannot be written: {reason}.")
        raise ExportError(tr(message, path=path, reason=error.strerror)) from None

"""What `export` on the command line does: reads what was asked, makes the file, says what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resnet.cli import options
from resnet.export.formats import FORMATS, PICTURES, View, export, save, write_onnx
from resnet.network.graph import Graph
from resnet.network.naming.names import file_stem
from resnet.network.tracing import trace
from resnet.weights.given.owner_says import Given

if TYPE_CHECKING:
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier


def exported(
    blocks: tuple[str, ...],
    model: str | None,
    form: str | None,
    out: Path | None,
    theme: str | None,
    width: int | None,
    any_size: bool | None,
    given: Given,
    **network: Any,
) -> dict[str, Any]:
    """Write the file and say what it is.

    Raises `click.UsageError` where options contradict each other, and what `export`, `save` and
    loading the `model` raise.
    """
    kind, name = _kind_and_name(blocks)
    form = _format(form, out)
    only = {"--theme": theme, "--width": width, "--block": name, "--any-size": any_size}
    _check(form, only)
    graph, classifier = _chosen(model, given, network | {"block": kind})
    view = View(
        theme=theme or View.theme, block=name or "", width=View.width if width is None else width
    )
    path = out or Path(f"{'-'.join(filter(None, (file_stem(graph.spec.name), name)))}.{form}")
    if form == "onnx":
        for _ in write_onnx(graph, path, classifier, bool(any_size)):
            pass
    else:
        save(export(graph, form, view), path)
    return {
        "file": str(path),
        "format": form,
        "bytes": path.stat().st_size,
        "name": graph.spec.name,
        "query": graph.spec.to_query(),
        "params": graph.params,
        "macs": graph.macs,
    }


def _kind_and_name(blocks: tuple[str, ...]) -> tuple[str | None, str | None]:
    """What kind of blocks the network has, and which block is shown."""
    kinds = [block for block in blocks if block in options.KINDS]
    names = [block for block in blocks if block not in options.KINDS]
    if len(kinds) > 1 or len(names) > 1:
        raise click.UsageError("--block is given once for the kind and once for a block's name.")
    return next(iter(kinds), None), next(iter(names), None)


def _format(form: str | None, out: Path | None) -> str:
    ending = out.suffix.removeprefix(".").lower() if out else ""
    if ending in FORMATS and form not in (None, ending):
        raise click.UsageError(f"--format is {form}, but --out ends in .{ending}; let them agree.")
    if form is None and ending not in FORMATS:
        raise click.UsageError(f"Give a --format: {', '.join(FORMATS)}.")
    return form or ending


_ONLY_OF = {
    "--theme": ("svg", "png"),
    "--width": ("png",),
    "--block": PICTURES,
    "--any-size": ("onnx",),
}


def _check(form: str, values: dict[str, Any]) -> None:
    """Refuse an option that would change nothing."""
    for option, value in values.items():
        if value is not None and form not in _ONLY_OF[option]:
            raise click.UsageError(f"{option} is of {' and '.join(_ONLY_OF[option])}, not {form}.")


def _chosen(
    model: str | None, given: Given, network: dict[str, Any]
) -> tuple[Graph, ResidualClassifier | None]:
    if model is None:
        if given != Given():
            raise click.UsageError("Labels, input and --read-as are said of a --model; name it.")
        return trace(options.spec(**network)), None
    if any(value is not None for value in network.values()):
        raise click.UsageError(
            "Give a network or a --model, not both: its weights fix the network."
        )
    from resnet.weights.loading import load_residual

    classifier = load_residual(model, given=given)
    return classifier.graph, classifier

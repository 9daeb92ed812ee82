"""`python -m resnet explain` and `session`: their options, and what is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from resnet.cli import options
from resnet.counts.hardware import PRECISIONS
from resnet.fetch.bundled import MODEL
from resnet.maps.methods import OF_A_STAGE
from resnet.text.valid_json import valid_json

_METHOD = "Of the map; gradcam if not given, norm for a trunk."


@click.command()
@click.argument("photos", nargs=-1, type=click.Path(path_type=Path))
@click.option("--model", help=f"Name or file; {MODEL} if not given.")
@options.layer
@click.option("--target", help="A class by index or label; the most probable if not given.")
@click.option("--method", type=click.Choice([*OF_A_STAGE]), help=_METHOD)
@options.device
@click.option("--precision", type=click.Choice([*PRECISIONS]), default="fp32", show_default=True)
@options.out("maps")
@options.own
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    help="One photograph's evidence as a zip, to compute it again; its map goes to --out too.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="Compute a bundle's maps again: its zip or its manifest.json; takes --model, --device.",
)
@click.option("--any-cost", is_flag=True, help="Compute a bundle's maps however long that takes.")
@options.as_json
def explain(
    photos: tuple[Path, ...], as_json: bool, source: Path | None, any_cost: bool, **params: Any
) -> None:
    """Predictions, signed maps (.npy) and overlays (.png) of PHOTOS, written to --out."""
    if source is not None:
        options.only("--from", "source", "model", "device", "any_cost", "as_json")
        _replay(source, params["model"], params["device"], any_cost, as_json)
        return
    if any_cost:
        raise click.UsageError("--any-cost is said of a bundle; name one with --from.")
    if not photos:
        raise click.UsageError("Name PHOTOS to explain, or --from a bundle.")
    if params["bundle"] is not None and len(photos) > 1:
        raise click.UsageError("--bundle holds one photograph; name one.")
    _explain(photos, as_json, params)


@click.command()
@click.argument("path", metavar="SESSION", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@options.device
@options.out("maps")
@options.as_json
def session(
    path: Path, files: tuple[Path, ...], device: str | None, out: Path, as_json: bool
) -> None:
    """Explain what a SESSION that the app saved has on show, with the FILES that it lacks.

    They are told by their SHA-256, whatever they are called.
    """
    from resnet.cli.session_command import asked

    photos, question = asked(path, files, out)
    _explain(photos, as_json, question | {"device": device, "out": out, "lenient": True})


def _explain(photos: tuple[Path, ...], as_json: bool, params: dict[str, Any]) -> None:
    from resnet.cli.explain_command import doubts, explained, in_words

    model, device, target = params.pop("model"), params.pop("device"), params.pop("target")
    model = model or MODEL
    results = explained(photos, model, device, targets=target, **params)
    rows, failed = [], 0
    assumed: list[dict[str, Any]] = []
    probe = ""
    for result in results:
        failed += "error" in result
        assumed, probe = result.pop("assumed", assumed), result.pop("probe", probe)
        rows.append(result)
        if "error" in result:
            click.echo(result["error"], err=True)
        elif not as_json:
            click.echo(in_words(result))
    if as_json:
        click.echo(valid_json({"model": model, "assumed": assumed, "photos": rows}))
    elif assumed:
        click.echo(doubts(assumed, probe))
    if failed:
        raise SystemExit(1)


def _replay(
    source: Path, model: str | None, device: str | None, any_cost: bool, as_json: bool
) -> None:
    from resnet.evidence.replay import replay

    result = replay(source, model, device, any_cost)
    click.echo(valid_json(result.as_dict()) if as_json else result)
    if not result.same:
        raise SystemExit(1)

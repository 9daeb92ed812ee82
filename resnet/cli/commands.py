"""The command line: `python -m resnet summary | export | explain | session | models | …`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from resnet import extras
from resnet.cli import options
from resnet.cli.columns import columns
from resnet.cli.edit_options import edit
from resnet.cli.experiment_command import experiments
from resnet.cli.explain_options import explain, session
from resnet.cli.fetch_command import have, have_all
from resnet.counts.as_dict import as_dict
from resnet.counts.hardware import PRECISIONS
from resnet.export.formats import FORMATS
from resnet.fetch.bundled import MODEL, version
from resnet.network.describing import describe_compute, describe_source, stage_cells
from resnet.network.graph import Graph
from resnet.network.tracing import trace
from resnet.text.numbers import count
from resnet.text.valid_json import valid_json

_LONGEST = 1000  # letters of a message; what was written in a call may be longer
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
)
@click.version_option(version(), prog_name="resnet-explorer", message="%(prog)s %(version)s")
def cli() -> None:
    """Residual networks: describe, export, explain and train them."""


@cli.command()
@options.network
@click.option("--block", type=click.Choice(options.KINDS))
@options.as_json
def summary(as_json: bool, **network: Any) -> None:
    """Shapes, parameters and MACs of a network: a preset NAME, a --depth, or given by options."""
    graph = trace(options.spec(**network))
    click.echo(valid_json(as_dict(graph)) if as_json else _table(graph))


def _table(graph: Graph) -> str:
    spec = graph.spec
    titles = ("stage", "paper", "blocks", "output", "params", "MACs", "sees", "jump")
    rows = ((stage.name, *stage_cells(stage), str(stage.jump)) for stage in graph.stages)
    layers, params = f"{spec.depth} layers", f"{count(graph.params)} parameters"
    head = f"{spec.name}: {layers}, {params}, {describe_compute(graph)}"
    total = f"{graph.params:,} params, {graph.buffers:,} buffers, {graph.macs:,} MACs of one image"
    whose = filter(None, [describe_source(spec)])
    return "\n".join([head, *whose, "", *columns([titles, *rows], str.rjust), "", total])


@cli.command()
@options.network
@click.option(
    "--block",
    "blocks",
    multiple=True,
    metavar="KIND|NAME",
    help="basic or bottleneck; or the block that a picture shows, as layer2.0. Or once each.",
)
@click.option("--model", help="A name or file of trained weights, instead of a network.")
@options.own
@click.option("--format", "form", type=click.Choice([*FORMATS]), help="If not as --out ends.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="NAME.FORMAT if none.")
@click.option("--theme", type=click.Choice(["light", "dark"]), help="Of an SVG or a PNG.")
@click.option("--width", type=int, help="Of a PNG, in pixels; 2400 if not given.")
@click.option(
    "--any-size", is_flag=True, default=None, help="ONNX that takes any height and width."
)
@options.as_json
def export(blocks: tuple[str, ...], as_json: bool, **params: Any) -> None:
    """A network as PyTorch source, ONNX, JSON, SVG, PNG or one HTML page.

    ONNX holds the weights of --model, or random ones of seed 0 and says so in its metadata.
    """
    from resnet.cli.export_command import exported

    written = exported(blocks, **params)
    click.echo(valid_json(written) if as_json else "{file}: {bytes:,} bytes".format_map(written))


@cli.command()
@click.argument("source", metavar="FOLDER|URL")
@click.option("--model", default=MODEL, show_default=True, help="Name or file.")
@click.option("--out", required=True, help="Folder of the audit, here or at an address.")
@click.option(
    "--truth", help="folder, name, none, or a CSV of path and truth; whichever tells most."
)
@click.option("--boxes", type=_FILE, help="CSV of path, left, top, right, bottom, in pixels.")
@click.option("--masks", help="Folder of PNGs with the images' names, black outside the object.")
@options.device
@click.option("--precision", type=click.Choice([*PRECISIONS]), default="fp32", show_default=True)
@click.option("--batch", type=click.IntRange(1), help="Images at once; what fits, if not given.")
@click.option("--pictures/--no-pictures", default=True, help="Thumbnails and overlays.")
@click.option("--engine", type=click.Choice(["here", "ray"]), default="here", show_default=True)
@click.option("--address", help="Of a Ray cluster, as ray://head:10001; one of its own if none.")
@options.own
@options.as_json
def audit(engine: str, address: str | None, as_json: bool, **params: Any) -> None:
    """Every image of a FOLDER, a zip or a URL: answers, maps in numbers, thumbnails, overlays.

    Rows are Parquet; a second call goes on where the first was stopped.
    """
    with extras.named("audit"):
        from resnet.cli.audit_command import audited, engine_of, in_words

    if params["boxes"] and params["masks"]:
        raise click.UsageError("Name --boxes or --masks, not both.")
    if address and engine != "ray":
        raise click.UsageError("--address is a Ray cluster's; say --engine ray.")
    progress = audited(engine=engine_of(engine, address), **params)
    state = next(progress)
    with click.progressbar(
        length=state.total, file=sys.stderr, label="audit", show_pos=True
    ) as bar:
        bar.update(state.done)
        for state in progress:
            bar.update(state.done - bar.pos)
    found = state.result
    assert found is not None
    click.echo(valid_json(found) if as_json else in_words(found))


@cli.command()
@click.argument("path", metavar="FILE|FOLDER|HUB", type=click.Path(path_type=Path))
@options.own
@options.as_json
def inspect(path: Path, given: Any, as_json: bool) -> None:
    """What a checkpoint FILE is by its names and shapes: renames, leftovers, the network.

    Or the weights of a FOLDER as the HUB of Hugging Face has it, or of a name there. Of a file that
    is not read, why, the nearest network and the first weights that differ. Numbers are not looked
    at. The exit status is 1 for a file that is not read.
    """
    from resnet.cli.inspect_command import in_words
    from resnet.weights.inspecting import inspect

    found = inspect(path, given=given)
    click.echo(valid_json(found.as_dict()) if as_json else in_words(found))
    if found.refusal:
        raise SystemExit(1)


@cli.command()
@click.option(
    "--data",
    default="shapes",
    show_default=True,
    help="What is learned; any but shapes and solids by one of the paper's CIFAR-10 nets.",
)
@click.option("--depth", type=int, help="Layers, 6n + 2; 20 if not given.")
@click.option("--shortcut", type=click.Choice(["A", "B", "none"]), help="A if not given.")
@click.option("--width", type=int, help="Of the first stage; 16, as in the paper, if not given.")
@click.option("--epochs", type=click.IntRange(1), help="30 if not given.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the weights go; what they are goes beside as JSON.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@options.as_json
def train(data: str, out: Path | None, seed: int, as_json: bool, **params: Any) -> None:
    """Train a bundled model anew: ResNet-20 on drawn scenes, about a quarter of an hour.

    With --data solids, a narrow ResNet-18 on rendered scenes, about half an hour. Or, with
    --data digits, any of the paper's CIFAR-10 networks in seconds.
    """
    from resnet.training.train_and_save import DRAWN, plan_training

    if data in DRAWN:
        options.only(f"--data {data}", "data", "out", "seed", "as_json")
    have(data)
    chosen = {key: value for key, value in params.items() if value is not None}
    path, progress = plan_training(data, out, seed, **chosen)
    first = next(progress)
    with click.progressbar(length=first.steps, file=sys.stderr, label=first.phase) as bar:
        for state in progress:
            bar.label, bar.length = state.phase, state.steps
            bar.update(state.step - bar.pos)
    about = path.with_suffix(".json").read_text("utf-8")
    click.echo(about if as_json else f"{path}\n{about}", nl=not as_json)


@cli.command()
@options.as_json
def models(as_json: bool) -> None:
    """The catalogue, ResNets first: what is on this machine and what would be downloaded."""
    from resnet.weights.catalogue import catalogue

    entries = catalogue().values()
    if as_json:
        click.echo(valid_json({"models": [_entry(entry) for entry in entries]}))
        return
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        state = "cached" if entry.cached else f"{entry.size} to download"
        click.echo(f"{entry.name.ljust(width)}  {state:>24}  {entry.note}")


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="NAMES…")
def fetch(names: tuple[str, ...]) -> None:
    """Download weights or data sets by NAMES, so that they need no network later."""
    have_all(names)


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("torchvision_classifiers.json"),
    show_default=True,
    help="Where the JSON goes.",
)
@options.as_json
def published(out: Path, as_json: bool) -> None:
    """Write down the accuracies that the installed torchvision publishes, with cost and recipe."""
    from resnet.weights.published_figures import gather

    text = valid_json(gather(), indent=1)
    out.write_text(text + "\n", "utf-8")
    click.echo(text if as_json else out)


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "cached": entry.cached,
        "bytes": entry.bytes,
        "url": entry.url,
        "path": str(entry.path),
        "params": entry.params,
        "classes": len(entry.labels),
        "note": str(entry.note),
    }


cli.add_command(explain)
cli.add_command(session)
cli.add_command(edit)
cli.add_command(experiments)


def main(group: click.Group = cli, program: str = "python -m resnet") -> None:
    """Run a command; what is wrong with a call is one line on standard error and exit status 2."""
    try:
        with extras.named():
            group.main(standalone_mode=False, prog_name=program)
    except click.Abort:
        _fail("Stopped.", 130)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    # all that the library raises on purpose
    except (ValueError, OSError, MemoryError, extras.MissingExtra) as error:
        _fail(" ".join([str(error), *getattr(error, "__notes__", ())]), 2)


def _fail(message: str, status: int) -> None:
    line = "".join(c for c in " ".join(message.split()) if c.isprintable())
    click.echo(line if len(line) <= _LONGEST else line[:_LONGEST] + " …", err=True)
    sys.exit(status)

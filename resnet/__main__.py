"""The command line: `python -m resnet summary | explain | models | train | experiment …`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from resnet.experiments import experiment
from resnet.graph import Graph
from resnet.presets import with_layers
from resnet.rules import SHORTCUTS, STEMS
from resnet.spec import ResNetSpec
from resnet.summary import as_dict
from resnet.tracing import trace
from resnet.words import cost, count, shape

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
)
def cli() -> None:
    """Residual networks: describe, explain and train them."""


@cli.command()
@click.argument("name", required=False)
@click.option("--depth", type=int, help="Any depth of --family instead of a name.")
@click.option("--family", help="Of --depth: imagenet (default), basic, bottleneck, cifar, preact.")
@click.option("--block", type=click.Choice(["basic", "bottleneck"]))
@click.option("--layers", help="Blocks in each stage, as 3,4,6,3.")
@click.option("--planes", help="Width of each stage before expansion, as 64,128,256,512.")
@click.option("--groups", type=int)
@click.option("--width-per-group", type=int)
@click.option("--stem", type=click.Choice(STEMS))
@click.option("--stem-width", type=int)
@click.option("--shortcut", type=click.Choice(SHORTCUTS))
@click.option("--stride-on", type=click.Choice(["3x3", "1x1"]), help="3x3 is v1.5, 1x1 is v1.")
@click.option("--preact/--postact", default=None, help="Order of activation.")
@click.option("--se-reduction", type=int, help="Of squeeze-and-excitation; 0 for none.")
@click.option("--zero-init-residual", is_flag=True, default=None, help="Last γ starts at 0.")
@click.option("--in-channels", type=int)
@click.option("--num-classes", type=int)
@click.option("--image-size", type=int)
@as_json
def summary(
    name: str | None, depth: int | None, family: str | None, as_json: bool, **changes: Any
) -> None:
    """Shapes, parameters and MACs of a network: a preset NAME, a --depth, or given by options."""
    if depth is None:
        if family is not None:
            raise click.UsageError("--family goes with --depth; give both, or neither.")
        spec = ResNetSpec.preset("resnet50" if name is None else name)
    elif name is not None:
        raise click.UsageError("Give a name or a --depth, not both.")
    else:
        spec = ResNetSpec.of_depth(depth, family or "imagenet")
    graph = trace(_changed(spec, changes))
    click.echo(json.dumps(as_dict(graph)) if as_json else _table(graph))


def _changed(spec: ResNetSpec, changes: dict[str, Any]) -> ResNetSpec:
    """The given options over a spec; widths that are not given follow a new number of stages."""
    given = {key: value for key, value in changes.items() if value is not None}
    for key in ("layers", "planes"):
        if key in given:
            given[key] = _whole_numbers(key, given[key])
    if "layers" in given and "planes" not in given:
        spec = with_layers(spec, given.pop("layers"))
    return replace(spec, **given)


def _whole_numbers(name: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(f"--{name} is “{text}”; write whole numbers, as 3,4,6,3.") from None


def _table(graph: Graph) -> str:
    spec = graph.spec
    rows = [("stage", "paper", "blocks", "output", "params", "MACs", "sees", "jump")]
    rows += [
        (
            stage.name,
            stage.paper_name,
            str(len(stage.blocks) or ""),
            shape(stage.out_shape),
            f"{stage.params:,}",
            f"{stage.macs:,}",
            f"{stage.receptive_field} px",
            str(stage.jump),
        )
        for stage in graph.stages
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    head = f"{spec.name}: {spec.depth} layers, {count(graph.params)} parameters, {cost(graph)}"
    total = f"{graph.params:,} params, {graph.buffers:,} buffers, {graph.macs:,} MACs of one image"
    return "\n".join([head, "", *lines, "", total])


@cli.command()
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", default="shapes_resnet20", show_default=True, help="Name or file.")
@click.option("--layer", help="A stage, layer1 …; the last one if not given.")
@click.option("--target", help="A class by index or label; the most probable if not given.")
@click.option("--method", type=click.Choice(["gradcam", "hirescam"]), default="gradcam")
@click.option("--device", help="cuda, mps or cpu; the fastest there is if not given.")
@click.option("--precision", type=click.Choice(["fp32", "bf16", "fp16"]), default="fp32")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("maps"))
@as_json
def explain(photos: tuple[Path, ...], as_json: bool, out: Path, **asked: Any) -> None:
    """Predictions, signed maps (.npy) and overlays (.png) of PHOTOS, written to --out."""
    from resnet.command import explained

    model, device, target = asked.pop("model"), asked.pop("device"), asked.pop("target")
    results = explained(photos, model, device, out, targets=target, **asked)
    rows, failed = [], 0
    for result in results:
        failed += "error" in result
        rows.append(result)
        if "error" in result:
            click.echo(result["error"], err=True)
        elif not as_json:
            click.echo(_explained_text(result))
    if as_json:
        click.echo(json.dumps({"model": model, "photos": rows}))
    if failed:
        raise SystemExit(1)


def _explained_text(row: dict[str, Any]) -> str:
    best = "\n".join(
        f"  {p['probability']:7.2%}  {p['label']} (logit {p['logit']:.2f})"
        for p in row["predictions"]
    )
    total = f"map sum {row['map_sum']:.3f}, logit {row['logit']:.3f}, bias {row['bias']:.3f}"
    where = f"{row['map_file']}, {row['overlay_file']}"
    return f"{row['file']}: {row['target']} at {row['layer']} ({total})\n{best}\n  {where}"


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("shapes_resnet20.safetensors"),
    show_default=True,
    help="Where the weights go; what they are is written beside them as JSON.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@as_json
def train(out: Path, seed: int, as_json: bool) -> None:
    """Train the bundled model anew: ResNet-20 on drawn scenes, about a quarter of an hour."""
    from resnet.train import BUNDLED, bundle

    if out.suffix != ".safetensors":
        raise click.UsageError(f"--out is {out}; its name must end in .safetensors.")
    progress = bundle(out, replace(BUNDLED, seed=seed))
    first = next(progress)
    with click.progressbar(length=first.steps, file=sys.stderr, label=first.phase) as bar:
        for state in progress:
            bar.label, bar.length = state.phase, state.steps
            bar.update(state.step - bar.pos)
    about = out.with_suffix(".json").read_text("utf-8")
    click.echo(about if as_json else f"{out}\n{about}", nl=not as_json)


@cli.command()
@as_json
def models(as_json: bool) -> None:
    """The catalogue: what is on this machine and what would be downloaded."""
    from resnet.weights import catalogue

    entries = catalogue().values()
    if as_json:
        click.echo(json.dumps({"models": [_entry(entry) for entry in entries]}))
        return
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        state = "cached" if entry.cached else f"{entry.size} to download"
        click.echo(f"{entry.name.ljust(width)}  {state:>24}  {entry.note}")


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("torchvision_classifiers.json"),
    show_default=True,
    help="Where the JSON goes.",
)
@as_json
def published(out: Path, as_json: bool) -> None:
    """Write down the accuracies that the installed torchvision publishes, with cost and recipe."""
    from resnet.published import gather

    text = json.dumps(gather(), indent=1)
    out.write_text(text + "\n", "utf-8")
    click.echo(text if as_json else out)


def _entry(entry: Any) -> dict[str, Any]:
    graph = trace(entry.spec)
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "cached": entry.cached,
        "bytes": entry.bytes,
        "url": entry.url,
        "path": str(entry.path),
        "params": graph.params,
        "classes": len(entry.labels),
        "note": entry.note,
    }


cli.add_command(experiment)


def main() -> None:
    """Run a command; what is wrong with a call is one line on standard error and exit status 2."""
    try:
        cli.main(standalone_mode=False, prog_name="python -m resnet")
    except click.Abort:
        _fail("Stopped.", 130)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except (ValueError, OSError, MemoryError) as error:  # all that the library raises on purpose
        _fail(str(error), 2)


def _fail(message: str, status: int) -> None:
    click.echo(" ".join(message.split()), err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()

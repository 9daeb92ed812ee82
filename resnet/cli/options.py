"""The command line's options that say a network or a checkpoint, the same for every command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from click.core import ParameterSource

from resnet.network.fields.rules import CHOICES, EXPANSION
from resnet.network.spec import ResNetSpec
from resnet.network.variants import with_layers
from resnet.weights.given.labels import IMAGENET, imagenet_names, read_labels
from resnet.weights.given.owner_says import Given, read_network, read_numbers, read_size

KINDS = tuple(EXPANSION)  # of blocks
_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.argument("name", required=False),
    click.option("--depth", type=int, help="Any depth of --family instead of a name."),
    click.option(
        "--family", help="Of --depth: imagenet (default), basic, bottleneck, cifar, preact."
    ),
    click.option("--layers", help="Blocks in each stage, as 3,4,6,3."),
    click.option("--planes", help="Width of each stage before expansion, as 64,128,256,512."),
    click.option("--groups", type=int),
    click.option("--width-per-group", type=int),
    click.option("--stem", type=click.Choice(CHOICES["stem"])),
    click.option("--stem-width", type=int),
    click.option("--shortcut", type=click.Choice(CHOICES["shortcut"])),
    click.option("--stride-on", type=click.Choice(["3x3", "1x1"]), help="3x3 is v1.5, 1x1 is v1."),
    click.option("--preact/--postact", default=None, help="Order of activation."),
    click.option(
        "--first-activation",
        type=click.Choice(CHOICES["first_activation"]),
        help="With --preact: first in the first block's branch, behind the stem (split), or both.",
    ),
    click.option("--pool", type=click.Choice(CHOICES["pool"][1:]), help="Behind the stem."),
    click.option("--strides", help="Of each stage, as 1,2,2,1."),
    click.option("--dilations", help="Of each stage, as 1,1,2,4."),
    click.option(
        "--strided-block",
        type=click.Choice(CHOICES["strided_block"]),
        help="Of each stage; last is TF-Slim's and Keras V2's.",
    ),
    click.option("--antialias", type=click.Choice(CHOICES["antialias"])),
    click.option("--attention", type=click.Choice(CHOICES["attention"][1:])),
    click.option("--se-reduction", type=int, help="Of squeeze-and-excitation; 0 for none."),
    click.option("--se-divisor", type=int, help="Squeezed widths are multiples of it; timm: 8."),
    click.option("--norm", type=click.Choice(CHOICES["norm"])),
    click.option("--conv-bias/--no-conv-bias", default=None, help="Biases, as Keras has them."),
    click.option("--expansion", type=int, help="Of a block's planes; 0 for the block's own."),
    click.option("--zero-init-residual", is_flag=True, default=None, help="Last γ starts at 0."),
    click.option("--in-channels", type=int),
    click.option("--num-classes", type=int),
    click.option("--image-size", help="Pixels of a side, or height and width, as 160,224."),
)


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
device = click.option("--device", help="cuda, mps or cpu; the fastest there is if not given.")
layer = click.option("--layer", help="A stage, layer1 …; the last one if not given.")


def out(folder: str) -> Callable[[_Command], _Command]:
    """A command's folder for what it writes; this one if none is named."""
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option("--out", type=kind, default=Path(folder), show_default=True)


def network(command: _Command) -> _Command:
    """Give a command the name and options that `spec` reads, but for --block, the kind of block."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def spec(name: str | None, depth: int | None, family: str | None, **changes: Any) -> ResNetSpec:
    """The network that was asked for. Raises `click.UsageError` and `SpecError`."""
    if depth is None:
        if family is not None:
            raise click.UsageError("--family goes with --depth; give both, or neither.")
        return _changed(ResNetSpec.preset("resnet50" if name is None else name), changes)
    if name is not None:
        raise click.UsageError("Give a name or a --depth, not both.")
    return _changed(ResNetSpec.of_depth(depth, family or "imagenet"), changes)


def _changed(spec: ResNetSpec, changes: dict[str, Any]) -> ResNetSpec:
    """The given options over a spec; widths that are not given follow a new number of stages."""
    fields = {key: value for key, value in changes.items() if value is not None}
    for key in ("layers", "planes", "strides", "dilations", "image_size"):
        if key in fields:
            fields[key] = _whole_numbers(key, fields[key])
    if "layers" in fields and "planes" not in fields:
        spec = with_layers(spec, fields.pop("layers"))
    return replace(spec, **fields)


def _whole_numbers(name: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(f"--{name} is “{text}”; write whole numbers, as 3,4,6,3.") from None


def only(option: str, *allowed: str) -> None:
    """Raises `click.UsageError` where an option was written that another leaves without effect."""
    context = click.get_current_context()
    for parameter in context.command.params:
        name = parameter.name or ""
        written = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if written and name not in allowed:
            raise click.UsageError(
                f"{parameter.opts[0]} has no effect with {option}; leave it out."
            )


_OWN = {
    "labels": "Class names of your file: .txt, a label a line, or .json; or imagenet.",
    "mean": "Of your file's input, as 0.485,0.456,0.406; one number holds for all channels.",
    "std": "Its deviation, as 0.229,0.224,0.225.",
    "resize": "Pixels of the short side before the crop.",
    "size": "Pixels of the crop that your file's network sees.",
    "part": "Which of several networks in your file, as state_dict_ema.",
    "read_as": "What your file's network is, where weights leave it open: a preset's name, or "
    "fields of a link, as stride_on=1x1&shortcut=none.",
}


def own(command: _Command) -> _Command:
    """Add what the owner of a checkpoint says of it; it comes as `Given`."""

    @wraps(command)
    def with_given(**values: Any) -> Any:
        given = _given(*(values.pop(name) for name in _OWN))
        probe = values.pop("probe")
        if probe is not None:
            file = values.get("model", values.get("path"))  # of `inspect` it is the argument
            given = _settled(None if file is None else str(file), given, probe)
        return command(given=given, **values)

    with_given = click.option(
        "--probe",
        type=click.Path(path_type=Path, dir_okay=False),
        help="An “input” and its “logits” (.npz, .pt), or the logits of the pattern that "
        "`explain` prints (.txt): settles what weights leave open. A trunk's are pooled features.",
    )(with_given)
    for name, help_ in reversed(_OWN.items()):
        kind = click.Path(path_type=Path, dir_okay=False) if name == "labels" else str
        with_given = click.option(f"--{name.replace('_', '-')}", type=kind, help=help_)(with_given)
    return cast(_Command, with_given)


def _labels(file: Path) -> tuple[str, ...]:
    if file.is_file():
        return read_labels(file.read_bytes(), file.name)
    if str(file) == IMAGENET:
        return imagenet_names()
    raise click.UsageError(f"--labels is {file}, and there is no such file.")


def _given(
    labels: Path | None,
    mean: str | None,
    std: str | None,
    resize: str | None,
    size: str | None,
    part: str | None,
    read_as: str | None,
) -> Given:
    names = None if labels is None else _labels(labels)
    return Given(
        labels=names,
        mean=None if mean is None else read_numbers(mean, "mean"),
        std=None if std is None else read_numbers(std, "deviation"),
        resize=None if resize is None else read_size(resize, "resize"),
        crop=None if size is None else read_size(size, "size"),
        part=part,
        network="" if read_as is None else read_network(read_as),
    )


def _settled(model: str | None, given: Given, probe: Path) -> Given:
    """What is said of a checkpoint, with what its probe settles, which goes to standard error.

    Raises `ProbeError` where no network fits, and what reading either raises.
    """
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier
    from resnet.weights.loading import is_file, load_classifier
    from resnet.weights.probe import settled
    from resnet.weights.probe_files import read_probe

    if model is None or not is_file(model):
        raise click.UsageError("--probe is said of a file of your own; name it with --model.")
    classifier = load_classifier(model, given=given)
    if not isinstance(classifier, ResidualClassifier):
        raise click.UsageError(
            f"--probe settles what a residual network's weights leave open, and "
            f"{classifier.title} is none; leave it out."
        )
    verdict = settled(classifier, read_probe(probe, probe.name))
    click.echo(str(verdict), err=True)
    return given.with_network(verdict.settled)

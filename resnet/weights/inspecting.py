"""What a checkpoint is, by names and shapes alone: each rename, what is left over, what is near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from resnet.model.module import build, headless
from resnet.network.naming.presets import PRESETS
from resnet.network.spec import ResNetSpec
from resnet.text.file_names import shown_name
from resnet.text.language import tr
from resnet.weights.given import configured
from resnet.weights.given.assumptions import Assumed
from resnet.weights.given.owner_says import NOTHING, Given
from resnet.weights.reading.checkpoint import read_nests
from resnet.weights.reading.fitting import COUNTER
from resnet.weights.reading.infer_spec import CheckpointError, findings, infer_spec
from resnet.weights.reading.refusals import SeveralNetworks
from resnet.weights.reading.translating import Translation, torchvision_shapes, translated
from resnet.weights.snapshots import is_snapshot, weights_of

_Shapes = Mapping[str, tuple[int, ...]]
_Convolutions = set[tuple[str, tuple[int, ...]]]
_FIRST = 3  # keys that are shown of those which do not fit


@dataclass(frozen=True)
class Misfit:
    """A weight whose shape is not the network's: None where the file, or the network, has none."""

    key: str
    expected: tuple[int, ...] | None
    got: tuple[int, ...] | None


@dataclass(frozen=True)
class Inspection:
    """What is known of a file. `refusal` is empty where it is read.

    `names` are the file's keys and torchvision's. Of a refused file `nearest` is a network that has
    the most of its weights, and `misfits` the first that differ. A `trunk` is that of the network
    of `spec`, and has no classifier. `builder` is torchvision's of
    another family, `networks` those to choose from where there are several.
    """

    file: str
    refusal: str = ""
    dialect: str = ""
    network: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    spec: ResNetSpec | None = None
    trunk: bool = False
    assumed: tuple[Assumed, ...] = ()
    builder: str = ""
    nearest: str = ""
    misfits: tuple[Misfit, ...] = ()
    networks: tuple[str, ...] = ()

    @property
    def renamed(self) -> dict[str, str]:
        """The names that are not torchvision's already."""
        return {key: name for key, name in self.names.items() if key != name}

    @property
    def findings(self) -> tuple[str, ...]:
        """In words, what its weights tell for sure."""
        return () if self.spec is None else tuple(findings(self.spec, self.trunk))

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        spec = self.spec
        return {
            "file": self.file,
            "read": not self.refusal,
            **({"refusal": self.refusal, "nearest": self.nearest} if self.refusal else {}),
            "dialect": self.dialect,
            "network": self.network,
            "networks": list(self.networks),
            "builder": self.builder,
            "spec": None if spec is None else spec.to_fields(),
            "trunk": self.trunk,
            "findings": [*self.findings],
            "assumed": [assumed.as_dict() for assumed in self.assumed],
            "names": dict(self.names),
            "aside": list(self.aside),
            "missing": list(self.missing),
            "misfits": [vars(misfit) for misfit in self.misfits],
        }


def inspect(source: bytes | Path, name: str | None = None, given: Given = NOTHING) -> Inspection:
    """Look at a file's names and shapes; most of a large one is not read, and no number checked.

    A folder, or a name on the hub, is its weights. What `load_classifier` would raise of them is
    the `refusal`. Raises `GivenError` and `DownloadError`.
    """
    shown = shown_name(name or str(source))
    try:
        if isinstance(source, Path) and is_snapshot(source):
            source = weights_of(source)
        nests, shown, config = read_nests(source, name, shapes=True)
    except CheckpointError as error:
        return Inspection(shown, str(error))
    if config is None and isinstance(source, Path):
        config = configured.beside(source)
    given = given.over(configured.read_config(config or b""))
    try:
        return _read(translated(nests, shown, given.part), shown, given)
    except SeveralNetworks as error:
        return Inspection(shown, str(error), networks=error.choices)
    except CheckpointError as error:
        shapes = torchvision_shapes(nests)
        nearest = nearest_preset(shapes)
        return Inspection(
            shown, str(error), nearest=nearest.name if nearest else "",
            misfits=tuple(islice(_misfits(_expected(nearest) if nearest else {}, shapes), _FIRST)),
        )  # fmt: skip


def _read(read: Translation, shown: str, given: Given) -> Inspection:
    """A network that has its names. Raises `CheckpointError` and `GivenError`."""
    known = Inspection(
        shown, dialect=read.dialect, network=read.network, names=read.names, aside=read.aside,
        trunk=read.trunk,
    )  # fmt: skip
    builder = "" if read.dialect else _builder(read)
    if builder:
        return replace(known, builder=builder)
    spec = given.read_as(read.said_of(infer_spec(read.state, read.trunk).spec))
    shapes = {key: tuple(tensor.shape) for key, tensor in read.state.items()}
    expected = _expected(spec, read.trunk)
    misfits = tuple(islice(_misfits(expected, shapes), _FIRST))
    if misfits:
        refusal = tr("“{shown}” does not fit {name}.", shown=shown, name=spec.name)
        return replace(known, refusal=refusal, nearest=spec.name, misfits=misfits)
    missing = tuple(key for key in expected if key not in read.state)
    assumed = (*read.assumed, *given.unsaid(spec), *given.assumed(spec))
    return replace(known, spec=spec, assumed=assumed, missing=missing)


def _builder(read: Translation) -> str:
    """torchvision's, of another family; imported here, since it takes longer than all else."""
    from resnet.weights.classifiers.recognise import recognise
    from resnet.weights.classifiers.torchvision_classifier import modern

    found = recognise(modern(read.state))
    return found[0] if found else ""


def _expected(spec: ResNetSpec, trunk: bool = False) -> _Shapes:
    model = build(spec, device="meta")
    weights = (headless(model) if trunk else model).state_dict()
    return {key: tuple(tensor.shape) for key, tensor in weights.items()}


def _misfits(expected: _Shapes, shapes: _Shapes) -> Iterator[Misfit]:
    for key, shape in expected.items():
        if shapes.get(key) != shape and not (key not in shapes and key.endswith(COUNTER)):
            yield Misfit(key, shape, shapes.get(key))
    yield from (Misfit(key, None, shape) for key, shape in shapes.items() if key not in expected)


def nearest_preset(shapes: _Shapes) -> ResNetSpec | None:
    """The published network that shares the most convolutions with these; None if it has none."""
    there = {item for item in shapes.items() if len(item[1]) == 4}
    specs = [ResNetSpec.preset(name) for name in PRESETS]
    shares = [_share(set(_convolutions(spec)), there) for spec in specs]
    return specs[shares.index(max(shares))] if any(shares) else None


def _share(expected: _Convolutions, there: _Convolutions) -> float:
    return len(expected & there) / len(expected | there)


def _convolutions(spec: ResNetSpec) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Those of the branches, by name and shape of their weights."""
    for block in spec.blocks():
        for number, conv in enumerate(block.convs, start=1):
            shape = conv.out_channels, conv.in_channels // conv.groups, conv.kernel, conv.kernel
            yield f"{block.name}.conv{number}.weight", shape

"""One catalogue of trained networks, and the way from a name or a user's file to a classifier.

Three families can be had by name: the bundled networks, torchvision's ImageNet weights and the
CIFAR-10 networks of github.com/akamaster/pytorch_resnet_cifar10. Their files are verified by
SHA-256 each time they are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from io import BytesIO
from pathlib import Path

import torch
from torch import Tensor

from resnet.fetch.download import Received, download
from resnet.model.fits_in_memory import free_bytes, weight_bytes
from resnet.model.fresh_weights import fresh
from resnet.model.module import ResNet
from resnet.model.serving import serving
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.transform import Transform
from resnet.text.file_names import shown_name
from resnet.text.language import speaking, tr
from resnet.weights.catalogue import Entry, Trained, catalogue, defaults, described
from resnet.weights.checkpoint import (
    SUFFIXES,
    CheckpointError,
    infer_spec,
    load_into,
    read_state_dict,
)
from resnet.weights.infer_spec import assumptions
from resnet.weights.labels import GivenError
from resnet.weights.owner_says import Given

__all__ = [
    "Classifier",
    "Entry",
    "WeightsError",
    "as_given",
    "catalogue",
    "fetch",
    "find",
    "load_classifier",
]

_DOUBLED = 10**9  # bytes of weights; beyond, a model is not kept in a second form


class WeightsError(ValueError):
    """A name that no trained network has, or a file that is not what it should be."""


@dataclass(frozen=True)
class Classifier:
    """A trained network with all that its answers depend on.

    `model` is in eval mode, without gradients to its parameters. `sha256` is that of the whole
    file (empty without one), `family` "shapes", "imagenet", "cifar10", "file" or "random";
    `assumed` says in words what could not be read from a user's file.
    """

    name: str
    title: str
    model: ResNet
    spec: ResNetSpec
    labels: tuple[str, ...]
    transform: Transform
    source: str
    sha256: str
    family: str
    assumed: tuple[str, ...] = ()

    @cached_property
    def graph(self) -> Graph:
        """What `spec` computes, traced once."""
        return trace(self.spec)

    @cached_property
    def serving(self) -> ResNet:
        """`model` in the form that answers fastest, made once; it may take thrice its memory more.

        Beyond 1 GB of weights, or where as much is not free, it is the model itself.
        """
        room = min(_DOUBLED, free_bytes(str(self.model.fc.weight.device)) // 3)
        return serving(self.model) if weight_bytes(self.graph) <= room else self.model


def find(name: str) -> Entry:
    """The entry of that name; a torchvision builder alone means its default weights.

    Raises `WeightsError`, naming what comes close.
    """
    entries, aliases = catalogue(), defaults()
    full = aliases.get(name, name)
    if full in entries:
        return entries[full]
    known = [*entries, *aliases]
    close = get_close_matches(shown_name(name), known, n=3, cutoff=0.4) or known[:3]
    raise WeightsError(
        tr(
            "There are no weights “{name}”. Close: {close}. A file of your own ends in {suffixes}.",
            name=shown_name(name),
            close=", ".join(close),
            suffixes=", ".join(SUFFIXES),
        )
    )


def fetch(entry: Trained) -> Iterator[Received]:
    """See that the entry's file is there and right; yields progress only while it downloads.

    A cached file that is another is removed and fetched again. Raises `DownloadError`, or
    `WeightsError` where the bundled file is missing or another.
    """
    if entry.path.is_file():
        if sha256_of(entry.path).startswith(entry.sha256_prefix):
            return
        if entry.url:
            entry.path.unlink(missing_ok=True)
    if not entry.url:
        raise WeightsError(
            tr(
                "The bundled file {name} is missing or damaged. Restore the assets folder "
                "from the repository.",
                name=entry.path.name,
            )
        )
    yield from download(entry.url, entry.path, entry.sha256_prefix)


def load_classifier(
    name_or_file: str | Path,
    *,
    data: bytes | None = None,
    device: str | torch.device = "cpu",
    given: Given = Given(),  # noqa: B008, it is a value
) -> Classifier:
    """A trained network by its catalogue name, or from a user's checkpoint, ready to classify.

    With `data`, the bytes are the checkpoint and `name_or_file` only names it; `given` is what its
    owner says of it, and where they say nothing, what `resnet train` wrote beside it holds.
    Downloads what is not cached. Raises `WeightsError` for an unknown name, `CheckpointError` for a
    file that cannot be used, `DownloadError` for one that cannot be had and `GivenError` where what
    is given does not fit.
    """
    if data is not None or _is_file(name_or_file):
        path = Path(name_or_file)
        told = _told(path) if data is None and given == Given() else None
        classifier = _of_entry(told) if told else _of_file(path, data, given)
    else:
        check_own(name_or_file, given)
        classifier = _of_entry(find(str(name_or_file)))
    classifier.model.to(device)
    return classifier


def check_own(name: str | Path, given: Given) -> None:
    """Raises `GivenError` where something is said of a network that is no file of the user's."""
    if given != Given():
        raise GivenError(
            tr(
                "The classes and the input of {name} are known; labels, mean, deviation "
                "and size are said of a file of your own.",
                name=shown_name(str(name)),
            )
        )


def _is_file(name_or_file: str | Path) -> bool:
    return isinstance(name_or_file, Path) or name_or_file.lower().endswith(SUFFIXES)


def _told(path: Path) -> Entry | None:
    """What is said beside a file, if it is said of this very file."""
    with suppress(KeyError, TypeError, ValueError):  # a JSON file of another kind
        entry = described(path)
        if entry is not None and entry.sha256_prefix == sha256_of(path):
            return entry
    return None


def _of_entry(entry: Entry) -> Classifier:
    for _ in fetch(entry):
        pass
    return Classifier(
        name=entry.name,
        title=entry.title,
        model=_ready(entry.spec, state_of(entry)),
        spec=entry.spec,
        labels=entry.labels,
        transform=entry.transform,
        source=entry.url or f"{entry.path.parent.name}/{entry.path.name}",
        sha256=sha256_of(entry.path),
        family=entry.family,
    )


def state_of(entry: Trained) -> Mapping[str, Tensor]:
    """The tensors in an entry's file, which is there; code in it is not run."""
    if entry.weights is None:
        return read_state_dict(entry.path)
    return entry.weights.get_state_dict(
        model_dir=str(entry.path.parent),
        map_location="cpu",
        check_hash=True,
        weights_only=True,
        progress=False,
    )


def _of_file(path: Path, data: bytes | None, given: Given) -> Classifier:
    name = shown_name(str(path))
    state = read_state_dict(path if data is None else data, name)
    spec = infer_spec(state).spec
    _check_channels(spec)
    return as_given(
        Classifier(
            name=name,
            title=f"{name} ({spec.name})",
            model=_ready(spec, state),
            spec=spec,
            labels=(),
            transform=Given().transform(spec),
            source=f"file {name}",
            sha256=sha256_of(path if data is None else data),
            family="file",
        ),
        given,
    )


def untrained(spec: ResNetSpec, seed: int = 0) -> Classifier:
    """The network with random weights from a seed: it has learned nothing, and shows it.

    Raises `CheckpointError` where a picture has not the channels that it reads.
    """
    _check_channels(spec)
    given = Given()
    with speaking("en"):  # what is kept for all visitors has no language of its own
        *_, normalised = given.assumed(spec)  # the size is the spec's own
    return Classifier(
        name=spec.name,
        title=f"random weights, seed {seed}",
        model=fresh(spec, seed).eval().requires_grad_(False),
        spec=spec,
        labels=given.named(spec),
        transform=given.transform(spec),
        source=f"seed {seed}",
        sha256="",
        family="random",
        assumed=(normalised,),
    )


def as_given(classifier: Classifier, given: Given) -> Classifier:
    """A user's network with what its owner says of its classes and input; the weights are shared.

    Raises `GivenError` where that does not fit the network.
    """
    spec = classifier.spec
    return replace(
        classifier,
        spec=given.sized(spec),
        labels=given.named(spec),
        transform=given.transform(spec),
        assumed=(*assumptions(spec), *given.assumed(spec)),
    )


def _check_channels(spec: ResNetSpec) -> None:
    if spec.in_channels not in (1, 3):
        raise CheckpointError(
            tr(
                "This network reads {channels} channels; a picture has 3, or 1 if grey.",
                channels=spec.in_channels,
            )
        )


def _ready(spec: ResNetSpec, state: Mapping[str, Tensor]) -> ResNet:
    return load_into(spec, state).eval().requires_grad_(False)


def sha256_of(source: Path | bytes) -> str:
    stream = BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

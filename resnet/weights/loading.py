"""The way from a name or a user's file to a classifier.

By name there are the bundled networks, torchvision's ImageNet weights of every family and the
CIFAR-10 networks of github.com/akamaster/pytorch_resnet_cifar10. Their files are verified by
SHA-256 each time they are read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

import torch

from resnet.fetch.bundled import AssetError
from resnet.fetch.download import Received, download
from resnet.text.file_names import OF_WEIGHTS, shown_name, shown_words
from resnet.text.language import tr
from resnet.weights.catalogue import catalogue, defaults, described, residual_networks
from resnet.weights.classifiers import residual_classifier, torchvision_classifier, trunk
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from resnet.weights.entries import Entry, Made, ResidualEntry
from resnet.weights.given import configured
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import NOTHING, Given
from resnet.weights.published import Recognised, published
from resnet.weights.reading.checkpoint import CheckpointError, read_checkpoint
from resnet.weights.reading.translating import Translation
from resnet.weights.snapshots import is_snapshot, weights_of


class WeightsError(ValueError):
    """A name that no trained network has, or a file that is not what it should be."""


def load_classifier(
    name_or_file: str | Path,
    *,
    data: bytes | Path | None = None,
    device: str | torch.device = "cpu",
    given: Given = NOTHING,
    offline: bool = False,
) -> Classifier:
    """A trained network of any family by its catalogue name, or from a user's checkpoint.

    A checkpoint is a file, a folder with config.json and model.safetensors or pytorch_model.bin, or
    a name on the Hugging Face hub, `timm/resnet18.a1_in1k` or `hf-hub:microsoft/resnet-50`.
    With `data`, those bytes or that file are the checkpoint and `name_or_file` only names it;
    `given` is what its owner says of it, and where they say nothing, what `resnet train` wrote
    beside it holds. Downloads what is not cached, unless `offline`. Raises `WeightsError` for an
    unknown name or what is not here offline, `CheckpointError` for a file that cannot be used,
    `DownloadError` for one that cannot be had and `GivenError` where what is given does not fit.
    """
    if data is None and is_snapshot(name_or_file):
        classifier = _of_snapshot(name_or_file, given, _recognised, offline)
    elif data is not None or is_file(name_or_file):
        classifier = _of_file(Path(name_or_file), data, given, _recognised)
    else:
        classifier = _of_name(str(name_or_file), given, catalogue(), offline)
    classifier.model.to(device)
    return classifier


def load_residual(
    name_or_file: str | Path,
    *,
    device: str | torch.device = "cpu",
    given: Given = NOTHING,
) -> ResidualClassifier:
    """`load_classifier` for what needs the blocks of a residual network; of no other family.

    Raises what it does.
    """
    recognised = residual_classifier.recognised
    if is_snapshot(name_or_file):
        classifier = _of_snapshot(name_or_file, given, recognised)
    elif is_file(name_or_file):
        classifier = _of_file(Path(name_or_file), None, given, recognised)
    else:
        classifier = _of_name(str(name_or_file), given, residual_networks())
    classifier.model.to(device)
    return classifier


def is_file(name_or_file: str | Path) -> bool:
    """Whether it names weights of the user's or of the hub's, and no entry of the catalogue."""
    name = str(name_or_file).lower()
    return isinstance(name_or_file, Path) or name.endswith(OF_WEIGHTS) or is_snapshot(name_or_file)


def find(name: str) -> Entry[Classifier]:
    """The entry of that name; a torchvision builder alone means its default weights.

    Raises `WeightsError`, naming what comes close.
    """
    return find_in(catalogue(), name)


def find_in(entries: Mapping[str, Entry[Made]], name: str) -> Entry[Made]:
    """`find` among some of the entries."""
    aliases = {builder: full for builder, full in defaults().items() if full in entries}
    full = aliases.get(name, name)
    if full in entries:
        return entries[full]
    names = [*entries, *aliases]
    close = get_close_matches(shown_name(name), names, n=3, cutoff=0.4) or names[:3]
    raise WeightsError(
        tr(
            "There are no weights “{name}”. Close: {close}. A file of your own ends in {suffixes}.",
            name=shown_name(name),
            close=", ".join(close),
            suffixes=", ".join(OF_WEIGHTS),
        )
    )


def fetch(entry: Entry[Classifier]) -> Iterator[Received]:
    """See that the entry's file is there and right; yields progress only while it downloads.

    A cached file that is another is removed and fetched again. Raises `DownloadError`, or
    `AssetError` where the bundled file is missing or another.
    """
    if _verified(entry):
        return
    if not entry.url:
        raise AssetError(entry.path)
    yield from download(entry.url, entry.path, entry.sha256_prefix)


def _verified(entry: Entry[Classifier]) -> str:
    """The SHA-256 of the entry's file; "" where it is not there, or wrong: a download goes then."""
    if not os.path.isfile(entry.path):
        return ""
    found = _sha256(entry.path)
    if found.startswith(entry.sha256_prefix):
        return found
    if entry.url:
        entry.path.unlink(missing_ok=True)
    return ""


def check_own(name: str, given: Given) -> None:
    """Raises `GivenError` where something is said of a network that is no file of the user's."""
    if given != NOTHING:
        raise GivenError(
            tr(
                "The classes and the input of {name} are known; labels, mean, deviation "
                "and size are said of a file of your own.",
                name=shown_name(name),
            )
        )


def _of_name(
    name: str, given: Given, entries: Mapping[str, Entry[Made]], offline: bool = False
) -> Made:
    check_own(name, given)
    return _of_entry(find_in(entries, name), offline)


def _of_entry(entry: Entry[Made], offline: bool = False) -> Made:
    sha256 = _verified(entry)
    if not sha256:
        if offline and entry.url:
            raise WeightsError(
                tr("The file of {name} is not here, or was damaged and is gone.", name=entry.name)
            )
        for _ in fetch(entry):
            pass
        sha256 = _sha256(entry.path)
    return entry.classifier(entry.state(), sha256)


def _of_file(
    path: Path,
    data: bytes | Path | None,
    given: Given,
    recognised: Callable[[Translation, str, str], Recognised],
) -> Recognised | ResidualClassifier:
    described_beside = _described(path) if data is None and given == NOTHING else None
    if described_beside is not None:
        return _of_entry(described_beside)
    name, source = shown_name(str(path)), path if data is None else data
    read = read_checkpoint(source, name, given.part)
    found = published(recognised(read, name, _sha256(source)))
    config = read.config or (configured.beside(path) if data is None else b"")
    return _configured(found, given, config)


def _configured(
    found: Recognised | ResidualClassifier, given: Given, config: bytes
) -> Recognised | ResidualClassifier:
    """What its owner says, and where they say nothing, a config.json.

    Raises `GivenError` where that does not fit, and `CheckpointError`.
    """
    beside = configured.read_config(config)
    try:
        return found.as_given(given.over(beside))
    except (GivenError, CheckpointError) as error:
        found.as_given(given)  # where it is not the owner who is mistaken
        raise GivenError(
            tr("The config.json beside the weights does not fit them: {error}", error=error)
        ) from None


def _of_snapshot(
    name: str | Path,
    given: Given,
    recognised: Callable[[Translation, str, str], Recognised],
    offline: bool = False,
) -> Recognised | ResidualClassifier:
    """The classifier of a folder or a name on the hub, called so and not as its file."""
    found = _of_file(weights_of(name, offline), None, given, recognised)
    title = found.title.replace(found.name, shown_words(name), 1)
    said = {"name": shown_words(name), "source": shown_words(name), "title": title}
    return replace(found, **said)  # type: ignore[type-var]


def _described(path: Path) -> ResidualEntry | None:
    """What is said beside a file, if it is said of this very file."""
    with suppress(KeyError, TypeError, ValueError):  # a JSON file of another kind
        entry = described(path)
        if entry is not None and entry.sha256_prefix == _sha256(path):
            return entry
    return None


def _recognised(read: Translation, name: str, sha256: str) -> Classifier:
    """Of any family; where it fits none, what keeps it from being a residual network is said."""
    if read.trunk:
        return trunk.recognised(read, name, sha256)
    try:
        return residual_classifier.recognised(read, name, sha256)
    except CheckpointError:
        if read.dialect:  # a ResNet's names, and no other family's
            raise
        classifier = torchvision_classifier.recognised(read.state, name, sha256)
        if classifier is None:
            raise
        return classifier


def _sha256(source: Path | bytes) -> str:
    stream = BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

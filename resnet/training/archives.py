"""torchvision's data sets: archives fetched whole and verified, laid out and read as it does.

They are kept where torch keeps downloads, in `datasets`; a folder that torchvision has filled is
read as it is.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torchvision.datasets import CIFAR10, FashionMNIST
from torchvision.datasets.utils import check_integrity

from resnet.fetch.download import PATIENCE, Received, download
from resnet.fetch.one_writer import Busy, writing

_LOOKS = 0.2  # seconds between two looks at what somebody else unpacks
OFFLINE = "the data sets digits and shapes work"
Split = tuple[Tensor, Tensor]  # images (N, C, H, W) uint8 and classes (N,) int64


class DatasetError(ValueError):
    """A data set that does not exist or cannot be read, and what there is."""


@dataclass(frozen=True)
class Archived:
    """One of torchvision's data sets, and the bytes of its archives together."""

    title: str
    kind: type[CIFAR10] | type[FashionMNIST]
    bytes: int


ARCHIVED = {
    "fashion-mnist": Archived("FashionMNIST", FashionMNIST, 30_878_645),
    "cifar10": Archived("CIFAR-10", CIFAR10, 170_498_071),
}


def root() -> Path:
    """The folder that torchvision's data sets are given as their root."""
    return Path(torch.hub.get_dir()).parent / "datasets"


def is_here(name: str) -> bool:
    """Whether all files that torchvision reads are there; each appears only when it is whole."""
    return all(unpacked.exists() for _, _, _, unpacked in _files(name))


def fetch_archive(name: str, patience: float = PATIENCE) -> Iterator[Received]:
    """See that a data set is here; yields progress, over all its archives, only while it downloads.

    An archive that torchvision or an earlier run has left is used if its MD5 is right. Raises
    `DownloadError`, and `DatasetError` where an archive cannot be unpacked.
    """
    total, before = ARCHIVED[name].bytes, 0
    for url, archive, md5, unpacked in _files(name):
        if unpacked.exists():
            continue
        if not check_integrity(archive, md5):
            for got in download(
                url, archive, md5, hashed="md5", instead=OFFLINE, patience=patience
            ):
                yield Received(before + got.done, total)
        before += archive.stat().st_size
        _unpack(archive, unpacked)


def read_archive(name: str) -> tuple[tuple[str, ...], Split, Split]:
    """Class names, the training split and the test split; fetched first if need be.

    Raises `DownloadError` and `DatasetError`.
    """
    for _ in fetch_archive(name):
        pass
    try:
        parts = [
            ARCHIVED[name].kind(root(), train=train, download=False) for train in (True, False)
        ]
    except (RuntimeError, OSError, ValueError) as error:
        raise _failed(
            f"{name} cannot be read", error, "Remove its folder to fetch it again."
        ) from None
    return tuple(parts[0].classes), *map(_tensors, parts)  # type: ignore[return-value]


def _tensors(dataset: Any) -> Split:
    images = torch.as_tensor(dataset.data)  # grey (N, H, W), colour (N, H, W, 3)
    images = images[:, None] if images.ndim == 3 else images.permute(0, 3, 1, 2)
    return images, torch.as_tensor(dataset.targets)


def _files(name: str) -> Iterator[tuple[str, Path, str, Path]]:
    """Each archive's address, its file, its MD5, and what is unpacked from it."""
    if name == "cifar10":
        archive = root() / CIFAR10.filename
        yield CIFAR10.url, archive, CIFAR10.tgz_md5, root() / CIFAR10.base_folder
        return
    for file, md5 in FashionMNIST.resources:
        archive = root() / "FashionMNIST" / "raw" / file
        yield f"{FashionMNIST.mirrors[0]}{file}", archive, md5, archive.with_suffix("")


def _unpack(archive: Path, into: Path) -> None:
    """Beside its place first, so that it is there whole or not at all; one run does it for all."""
    try:
        while not into.exists():
            try:
                with writing(into) as part:
                    part.mkdir()
                    _extract(archive, part / into.name)
                    os.replace(part / into.name, into)
            except Busy:
                time.sleep(_LOOKS)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise _failed(f"{archive.name} cannot be unpacked", error) from None


def _failed(what: str, error: Exception, then: str = "") -> DatasetError:
    """What is said of it; a note has the folder, which is the user's or a server's."""
    cause = getattr(error, "strerror", None) or error
    failed = DatasetError(
        " ".join(filter(None, (f"{what} ({cause}).", then, f"Meanwhile, {OFFLINE}.")))
    )
    failed.add_note(f"It is in {root()}.")
    return failed


def _extract(archive: Path, to: Path) -> None:
    if archive.name.endswith(".tar.gz"):
        with tarfile.open(archive) as packed:
            packed.extractall(to.parent, filter="data")
    else:
        with gzip.open(archive) as packed, to.open("wb") as file:
            shutil.copyfileobj(packed, file)

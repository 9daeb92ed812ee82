"""What `session` on the command line asks: what a session of the app had on its Attention page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from resnet.evidence.session_file import SHORT, File, Kind, SessionError, read_session
from resnet.fetch.bundled import MODEL
from resnet.text.file_names import shown_name
from resnet.training.samples import samples
from resnet.weights.given.owner_says import Given
from resnet.weights.given.said import Said

_MOST = 2 << 30  # bytes of photographs in a session
_USUAL = {"model": MODEL, "method": "gradcam", "precision": "fp32", "sample": "2"}


def asked(path: Path, files: Sequence[Path], out: Path) -> tuple[tuple[Path, ...], dict[str, Any]]:
    """The photograph on show, and the options of `explain`; `files` are told by their SHA-256.

    What the session brings is written into `out`. Raises `SessionError` for a file that it names
    and nobody brings, and `GivenError`.
    """
    session, contents = read_session(path.read_bytes(), _MOST)
    address = session.addresses.get("attention")
    if address is None:
        raise SessionError("This session never opened the Attention page: it asks nothing.")
    here = {sha256(file.read_bytes()).hexdigest(): file for file in files}
    out.mkdir(parents=True, exist_ok=True)
    for file in session.files:
        if file.sha256 in contents:
            here[file.sha256] = out / f"{file.sha256[:SHORT]}-{shown_name(file.name)}"
            here[file.sha256].write_bytes(contents[file.sha256])

    def find(field: str, kind: Kind) -> Path | None:
        return _find(address.get(field, ""), kind, session.files, here)

    said = _USUAL | {name: choice for name, choice in address.items() if choice}
    own, labels = find("checkpoint", "own"), find("labels", "labels")
    options = {
        "model": said["model"] if own is None else str(own),
        "target": said.get("target"),
        "layer": said.get("layer"),
        "method": said["method"],
        "precision": said["precision"],
        "given": Given() if own is None else _said(said, labels).given(),
    }
    family = "file" if own else _family(said["model"])
    return (find("photo", "photos") or _sample(said["sample"], family, out),), options


def _find(link: str, kind: Kind, listed: Sequence[File], here: Mapping[str, Path]) -> Path | None:
    """The file that an address names; None where it names none."""
    if not link:
        return None
    name, _, short = link.rpartition("~")
    found = [file for file in listed if file.kind == kind and file.sha256[:SHORT] == short]
    paths = [here[file.sha256] for file in found if file.sha256 in here]
    if not paths:
        raise SessionError(
            f"This session needs {shown_name(name)}, the file whose SHA-256 begins with "
            f"{shown_name(short)}: name it after the session."
        )
    return paths[0]


def _family(model: str) -> str:
    from resnet.weights.catalogue import catalogue

    entry = catalogue().get(model)
    return entry.family if entry else ""


def _sample(number: str, family: str, out: Path) -> Path:
    path, offered = out / f"sample-{number}.png", samples(family)
    if number not in offered:
        raise SessionError(f"There is no sample {shown_name(number)}.")
    offered[number].image.save(path)
    return path


def _said(fields: Mapping[str, str], labels: Path | None) -> Said:
    """What the address says of a checkpoint."""
    return Said.of(lambda name: fields.get(name, ""), labels, labels.name if labels else "")

"""Safe reading of checkpoints: from untrusted bytes to tensors by name.

No code in a file is ever run: pickles go through PyTorch's weights-only reader or not at all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

import safetensors.torch
import torch
from torch import Tensor

from resnet.model.devices import out_of_memory
from resnet.text.file_names import OF_WEIGHTS, shown_name
from resnet.weights.reading import refusals
from resnet.weights.reading.folders import read_folder
from resnet.weights.reading.infer_spec import CheckpointError
from resnet.weights.reading.rehearsal import (
    Forbidden,
    Reserving,
    first_call,
    rehearse_legacy,
    rehearse_zip,
)
from resnet.weights.reading.translating import Nests, Translation, translated

__all__ = ["CheckpointError", "read_checkpoint", "read_nests", "read_state_dict", "read_tensors"]

_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # how torch.save began before zip files
_LONGEST_HEADER = 100_000_000  # bytes, safetensors' own limit
_DEEPEST = 5  # mappings in mappings, as an optimizer's state beside a state dict


def read_state_dict(source: bytes | Path, name: str | None = None) -> dict[str, Tensor]:
    """The tensors of a checkpoint on the CPU, by torchvision's names.

    `name` tells the format by its suffix; bytes need one. Raises `CheckpointError`, and runs
    nothing, for every file that cannot be used; where memory runs out, MemoryError.
    """
    return read_checkpoint(source, name).state


def read_checkpoint(
    source: bytes | Path, name: str | None = None, part: str | None = None, shapes: bool = False
) -> Translation:
    """The same, with what became of each name. `part` is one of several networks in a file.

    With `shapes` the tensors lie on the meta device, and most of a large file is not read. Raises
    what `read_state_dict` does, and `SeveralNetworks` where `part` has to be said.
    """
    nests, shown, config = read_nests(source, name, shapes)
    return replace(translated(nests, shown, part), config=config)


def read_nests(
    source: bytes | Path, name: str | None = None, shapes: bool = False
) -> tuple[Nests, str, bytes | None]:
    """A file's tensors by its own names, the file's name as messages have it, and a config.json.

    Raises what `read_state_dict` does.
    """
    path = name or (str(source) if isinstance(source, Path) else "")
    shown = shown_name(path)
    if not path.lower().endswith(OF_WEIGHTS):
        raise refusals.of_no_kind(shown)
    with _opened(source, shown) as stream:
        size = _size(stream, shown)
        folder = read_folder(stream, size, shown) if path.lower().endswith(".zip") else None
        if folder:
            path, size, stream = folder.name, len(folder.data), BytesIO(folder.data)
        nests = _nests(_content(stream, size, path, shown, "meta" if shapes else "cpu"), shown)
    plain = {nest: _plain(tensors, shown) for nest, tensors in nests.items()}
    return plain, shown, folder and folder.config


def read_tensors(data: bytes, name: str) -> dict[str, Tensor]:
    """The tensors of a file by their own names, read as carefully. Raises `CheckpointError`."""
    shown = shown_name(name)
    nests = _nests(_content(BytesIO(data), len(data), name, shown, "cpu"), shown)
    return _plain(next(iter(nests.values())), shown)


def _opened(source: bytes | Path, shown: str) -> BinaryIO:
    try:
        return BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise refusals.unopenable(shown, error) from None


def _size(stream: BinaryIO, shown: str) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not size:
        raise refusals.empty(shown)
    return size


def _content(stream: BinaryIO, size: int, path: str, shown: str, device: str) -> Any:
    read = _read_safetensors if path.lower().endswith(".safetensors") else _read_torch
    return read(stream, size, shown, device)


def _read_safetensors(stream: BinaryIO, size: int, shown: str, device: str) -> Any:
    start = stream.read(9)
    stream.seek(0)
    try:
        return _hollow(stream, size) if device == "meta" else safetensors.torch.load(stream.read())
    except Exception as error:
        _check_memory(error)
        raise (refusals.damaged if start[8:] == b"{" else refusals.alien)(shown) from None


def _hollow(stream: BinaryIO, size: int) -> dict[str, Tensor]:
    """The tensors of a safetensors file by its header alone. Raises what comes of a damaged one."""
    length = int.from_bytes(stream.read(8), "little")
    header = json.loads(stream.read(min(length, _LONGEST_HEADER)))
    header.pop("__metadata__", None)
    if 8 + length + max((value["data_offsets"][1] for value in header.values()), default=0) != size:
        raise ValueError("cut off")
    return {
        key: torch.empty(
            value["shape"],
            dtype=torch.float32 if "F" in value["dtype"] else torch.int64,
            device="meta",
        )
        for key, value in header.items()
    }


def _read_torch(stream: BinaryIO, size: int, shown: str, device: str) -> Any:
    start = stream.read(len(_LEGACY))
    stream.seek(0)
    if start.startswith(b"PK"):
        _check_zip(stream, size, shown)
    elif start == _LEGACY:
        _rehearsed(shown, rehearse_legacy, stream.read())
    else:
        first = first_call(stream.read())
        raise refusals.calling(shown, first) if first else refusals.alien(shown)
    stream.seek(0)
    try:
        return torch.load(stream, weights_only=True, map_location=device)
    except Exception as error:
        _check_memory(error)
        called = re.search(r"GLOBAL (\S+)", str(error))
        if called:
            raise refusals.calling(shown, called[1]) from None
        raise refusals.damaged(shown) from None


def _check_memory(error: Exception) -> None:
    """Raise MemoryError where it was that which ended the reading of a file."""
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and out_of_memory(error)):
        raise MemoryError from None


def _check_zip(stream: BinaryIO, size: int, shown: str) -> None:
    try:
        archive = ZipFile(stream)
    except Exception:  # a damaged directory raises more than BadZipFile
        raise refusals.damaged(shown) from None
    with archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        members = {name.partition("/")[2]: size for name, size in sizes.items()}
        if "constants.pkl" in members:
            raise refusals.calling(shown, "torch.jit.ScriptModule")
        if "data.pkl" not in members:
            raise refusals.alien(shown)
        if sum(members.values()) > 2 * size:  # torch.save does not compress: a bomb
            raise refusals.damaged(shown)
        folder = next(name for name in sizes if name.endswith("/data.pkl"))
        _rehearsed(shown, rehearse_zip, archive, folder.removesuffix("data.pkl"))


def _rehearsed(shown: str, rehearse: Callable[..., None], *what: object) -> None:
    """Let a pickle name and call before it is read. Damage is left to the reader to name."""
    try:
        rehearse(*what)
    except Reserving as reserving:
        raise refusals.reserving(shown, reserving.what) from None
    except Forbidden as forbidden:
        raise refusals.calling(shown, forbidden.what) from None
    except Exception:
        raise refusals.damaged(shown) from None


def _nests(content: Any, shown: str) -> dict[str, dict[str, Tensor]]:
    """Every mapping in a file that holds tensors, by its path: "" or "state_dict"."""
    if not isinstance(content, Mapping):
        raise refusals.no_state_dict(shown, content)
    nests = {".".join(path): tensors for path, tensors in _walk(content, (), set())}
    if not nests:
        raise refusals.no_tensors(shown)
    return nests


def _walk(
    content: Mapping[Any, Any], path: tuple[str, ...], seen: set[int]
) -> Iterator[tuple[tuple[str, ...], dict[str, Tensor]]]:
    """Paths and their tensors. A mapping that a file holds twice, or holds itself, is met once."""
    if id(content) in seen or len(path) > _DEEPEST:
        return
    seen.add(id(content))
    named = {key: value for key, value in content.items() if isinstance(key, str)}
    tensors = {key: value for key, value in named.items() if isinstance(value, Tensor)}
    if tensors:
        yield path, tensors
    for key, value in named.items():
        if isinstance(value, Mapping):
            yield from _walk(value, (*path, key), seen)


def _plain(tensors: dict[str, Tensor], shown: str) -> dict[str, Tensor]:
    """The same, if every tensor holds as many numbers as it claims."""
    for key, tensor in tensors.items():
        if not _is_plain(tensor):
            raise refusals.no_plain_tensor(shown, key)
    return tensors


def _is_plain(tensor: Tensor) -> bool:
    if (
        tensor.layout != torch.strided
        or tensor.is_quantized
        or tensor.device.type not in ("cpu", "meta")
    ):
        return False
    return tensor.untyped_storage().nbytes() >= tensor.numel() * tensor.element_size()

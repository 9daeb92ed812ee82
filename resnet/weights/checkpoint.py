"""Safe reading of checkpoints: from untrusted bytes to tensors by name.

No code in a file is ever run: pickles go through PyTorch's weights-only reader or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import safetensors.torch
import torch
from torch import Tensor

from resnet.model.devices import out_of_memory
from resnet.text.file_names import OF_WEIGHTS, shown_name
from resnet.weights import refusals
from resnet.weights.infer_spec import CheckpointError
from resnet.weights.rehearsal import Forbidden, Reserving, first_call, rehearse_legacy, rehearse_zip

__all__ = ["CheckpointError", "read_state_dict"]

_NESTS = ("state_dict", "model_state_dict", "model", "net")
_PREFIXES = re.compile(r"^((module|model|backbone|_orig_mod)\.)+")
_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # how torch.save began before zip files


def read_state_dict(source: bytes | Path, name: str | None = None) -> dict[str, Tensor]:
    """The tensors of a checkpoint on the CPU, by torchvision's names.

    Wrappers ("state_dict", "model" …) are opened, prefixes ("module." …) taken off, `linear` and
    `shortcut` renamed to `fc` and `downsample`. `name` tells the format by its suffix; bytes need
    one. Raises `CheckpointError`, and runs nothing, for every file that cannot be used; where
    memory runs out, MemoryError.
    """
    path = name or (str(source) if isinstance(source, Path) else "")
    shown = shown_name(path)
    if not path.lower().endswith(OF_WEIGHTS):
        raise refusals.of_no_kind(shown)
    data = source if isinstance(source, bytes) else _bytes(source, shown)
    if not data:
        raise refusals.empty(shown)
    read = _read_safetensors if path.lower().endswith(".safetensors") else _read_torch
    return _renamed(_plain(_tensors(read(data, shown), shown), shown), shown)


def _bytes(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refusals.unopenable(shown, error) from None


def _read_safetensors(data: bytes, shown: str) -> Any:
    try:
        return safetensors.torch.load(data)
    except Exception as error:
        _check_memory(error)
        raise (refusals.damaged if data[8:9] == b"{" else refusals.alien)(shown) from None


def _read_torch(data: bytes, shown: str) -> Any:
    if data.startswith(b"PK"):
        _check_zip(data, shown)
    elif data.startswith(_LEGACY):
        _rehearsed(shown, rehearse_legacy, data)
    else:
        first = first_call(data)
        raise refusals.calling(shown, first) if first else refusals.alien(shown)
    try:
        return torch.load(BytesIO(data), weights_only=True, map_location="cpu")
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


def _check_zip(data: bytes, shown: str) -> None:
    try:
        archive = ZipFile(BytesIO(data))
    except Exception:  # a damaged directory raises more than BadZipFile
        raise refusals.damaged(shown) from None
    with archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        members = {name.partition("/")[2]: size for name, size in sizes.items()}
        if "constants.pkl" in members:
            raise refusals.calling(shown, "torch.jit.ScriptModule")
        if "data.pkl" not in members:
            raise refusals.alien(shown)
        if sum(members.values()) > 2 * len(data):  # torch.save does not compress: a bomb
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


def _tensors(content: Any, shown: str, depth: int = 0) -> dict[str, Tensor]:
    """The tensors in a state dict, out of what may be wrapped around it."""
    if depth > len(_NESTS):  # a file may even hold itself
        raise refusals.endless(shown)
    if not isinstance(content, Mapping):
        raise refusals.no_state_dict(shown, content)
    for nest in _NESTS:
        if isinstance(content.get(nest), Mapping):
            return _tensors(content[nest], shown, depth + 1)
    tensors = {k: v for k, v in content.items() if isinstance(k, str) and isinstance(v, Tensor)}
    if not tensors:
        raise refusals.no_tensors(shown)
    return tensors


def _plain(tensors: dict[str, Tensor], shown: str) -> dict[str, Tensor]:
    """The same, if every tensor holds as many numbers as it claims."""
    for key, tensor in tensors.items():
        if not _is_plain(tensor):
            raise refusals.no_plain_tensor(shown, key)
    return tensors


def _is_plain(tensor: Tensor) -> bool:
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        return False
    return tensor.untyped_storage().nbytes() >= tensor.numel() * tensor.element_size()


def _renamed(tensors: dict[str, Tensor], shown: str) -> dict[str, Tensor]:
    renamed = {_torchvision_name(key): tensor for key, tensor in tensors.items()}
    if len(renamed) < len(tensors):
        raise refusals.several_networks(shown)
    return renamed


def _torchvision_name(key: str) -> str:
    key = _PREFIXES.sub("", key)
    return re.sub(r"^linear\.", "fc.", key).replace(".shortcut.", ".downsample.")

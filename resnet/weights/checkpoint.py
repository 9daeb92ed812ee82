"""Safe reading of checkpoints: from untrusted bytes to tensors by name, and into a network.

No code in a file is ever run: pickles go through PyTorch's weights-only reader or not at all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import safetensors.torch
import torch
from torch import Tensor, nn

from resnet.model.module import ResNet, build
from resnet.network.spec import ResNetSpec
from resnet.text.file_names import OF_WEIGHTS, shown_name
from resnet.text.language import mark, tr
from resnet.weights.infer_spec import CheckpointError, Inference, infer_spec
from resnet.weights.rehearsal import Forbidden, Reserving, first_call, rehearse_legacy, rehearse_zip

__all__ = [
    "CheckpointError",
    "Inference",
    "fitting",
    "infer_spec",
    "load_into",
    "read_state_dict",
]

_NESTS = ("state_dict", "model_state_dict", "model", "net")
_PREFIXES = re.compile(r"^((module|model|backbone|_orig_mod)\.)+")
_COUNTER = "num_batches_tracked"  # of every BN; no answer depends on it
_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # how torch.save began before zip files
_CURE = mark("Weights are data: save model.state_dict(), best as .safetensors.")


def read_state_dict(source: bytes | Path, name: str | None = None) -> dict[str, Tensor]:
    """The tensors of a checkpoint on the CPU, by torchvision's names.

    Wrappers ("state_dict", "model" …) are opened, prefixes ("module." …) taken off, `linear` and
    `shortcut` renamed to `fc` and `downsample`. `name` tells the format by its suffix; bytes need
    one. Raises `CheckpointError`, and runs nothing, for every file that cannot be used.
    """
    path = name or (str(source) if isinstance(source, Path) else "")
    shown = shown_name(path)
    if not path.lower().endswith(OF_WEIGHTS):
        raise CheckpointError(
            tr(
                "“{shown}” is of no kind that is read here; checkpoints end in {suffixes}.",
                shown=shown,
                suffixes=", ".join(OF_WEIGHTS),
            )
        )
    data = source if isinstance(source, bytes) else _bytes(source, shown)
    if not data:
        raise CheckpointError(
            tr("“{shown}” is empty (0 bytes). Copy or download it again.", shown=shown)
        )
    read = _read_safetensors if path.lower().endswith(".safetensors") else _read_torch
    return _renamed(_plain(_tensors(read(data, shown), shown), shown), shown)


def load_into(spec: ResNetSpec, state: Mapping[str, Tensor]) -> ResNet:
    """The network of `spec` with copies of these weights, in float32, on the CPU.

    Only the counters of batches may be absent. Raises `CheckpointError` that names the
    first key that does not fit, and why.
    """
    model = build(spec, device="meta")  # takes no memory, whatever the file claims
    counters = {key: torch.tensor(0) for key in model.state_dict() if key.endswith(_COUNTER)}
    weights = fitting(model, counters | dict(state))
    unexpected = next((key for key in state if key not in weights), None)
    if unexpected is not None:
        raise CheckpointError(
            tr(
                "The checkpoint does not fit: {key} is unexpected; {name} has no such weights.",
                key=shown_name(unexpected),
                name=spec.name,
            )
        )
    model.load_state_dict(weights, strict=True, assign=True)
    return model


def fitting(model: nn.Module, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies of all weights that a module has, of its own shapes and types, out of a state dict.

    Raises `CheckpointError` that names the first key that does not fit, and why.
    """
    return {key: _fitting(key, expected, state) for key, expected in model.state_dict().items()}


def _fitting(key: str, expected: Tensor, state: Mapping[str, Tensor]) -> Tensor:
    shape = tuple(expected.shape)
    if key not in state:
        raise CheckpointError(
            tr(
                "The checkpoint does not fit: {key} is missing; its shape would be {shape}.",
                key=key,
                shape=shape,
            )
        )
    got = state[key]
    if tuple(got.shape) != shape:
        raise CheckpointError(
            tr(
                "The checkpoint does not fit: {key} has shape {got}, expected {shape}.",
                key=key,
                got=tuple(got.shape),
                shape=shape,
            )
        )
    decimal = got.is_floating_point() or not (expected.is_floating_point() or got.is_complex())
    copy = got.detach().to(expected.dtype, copy=True) if decimal else None
    if copy is None or not copy.sum().isfinite():
        raise CheckpointError(
            tr(
                "The checkpoint is unusable: {key} must hold finite decimals, and does not.",
                key=key,
            )
        )
    return copy


def _bytes(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(
            tr("“{shown}” cannot be opened: {reason}.", shown=shown, reason=error.strerror)
        ) from None


def _read_safetensors(data: bytes, shown: str) -> Any:
    try:
        return safetensors.torch.load(data)
    except Exception:
        raise (_damaged if data[8:9] == b"{" else _alien)(shown) from None


def _read_torch(data: bytes, shown: str) -> Any:
    if data.startswith(b"PK"):
        _check_zip(data, shown)
    elif data.startswith(_LEGACY):
        _rehearsed(shown, rehearse_legacy, data)
    else:
        first = first_call(data)
        raise _refused(first, shown) if first else _alien(shown)
    try:
        return torch.load(BytesIO(data), weights_only=True, map_location="cpu")
    except Exception as error:
        called = re.search(r"GLOBAL (\S+)", str(error))
        raise (_refused(called[1], shown) if called else _damaged(shown)) from None


def _check_zip(data: bytes, shown: str) -> None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            sizes = {m.filename: m.file_size for m in archive.infolist()}
    except Exception:  # a damaged directory raises more than BadZipFile
        raise _damaged(shown) from None
    members = {name.partition("/")[2]: size for name, size in sizes.items()}
    if "constants.pkl" in members:
        raise _refused("torch.jit.ScriptModule", shown)
    if "data.pkl" not in members:
        raise _alien(shown)
    if sum(members.values()) > 2 * len(data):  # torch.save does not compress: a bomb
        raise _damaged(shown)
    folder = next(name for name in sizes if name.endswith("/data.pkl")).removesuffix("data.pkl")
    with ZipFile(BytesIO(data)) as archive:
        _rehearsed(shown, rehearse_zip, archive, folder)


def _rehearsed(shown: str, rehearse: Callable[..., None], *what: object) -> None:
    """Let a pickle name and call before it is read. Damage is left to the reader to name."""
    try:
        rehearse(*what)
    except Reserving as reserving:
        raise CheckpointError(
            tr(
                "“{shown}” asks for memory that its tensors do not fill ({what}), so it was not "
                "opened. {cure}",
                shown=shown,
                what=shown_name(reserving.what),
                cure=tr(_CURE),
            )
        ) from None
    except Forbidden as forbidden:
        raise _refused(forbidden.what, shown) from None
    except Exception:
        raise _damaged(shown) from None


def _refused(called: str, shown: str) -> CheckpointError:
    root, last = called.split(".")[0], called.rpartition(".")[2]
    called = shown_name(called)
    if last[:1].isupper() and root not in {*sys.stdlib_module_names, "numpy"}:
        return CheckpointError(
            tr(
                "“{shown}” is a whole pickled model ({called}), which is code; it was not opened. "
                "{cure}",
                shown=shown,
                called=called,
                cure=tr(_CURE),
            )
        )
    return CheckpointError(
        tr(
            "“{shown}” would run code when opened (it calls {called}), so it was not. {cure}",
            shown=shown,
            called=called,
            cure=tr(_CURE),
        )
    )


def _alien(shown: str) -> CheckpointError:
    return CheckpointError(
        tr(
            "“{shown}” is not a checkpoint, whatever its name says. Choose a file that "
            "torch.save or safetensors wrote.",
            shown=shown,
        )
    )


def _damaged(shown: str) -> CheckpointError:
    return CheckpointError(
        tr("“{shown}” is damaged or cut off. Copy or download it again.", shown=shown)
    )


def _tensors(content: Any, shown: str, depth: int = 0) -> dict[str, Tensor]:
    """The tensors in a state dict, out of what may be wrapped around it."""
    if depth > len(_NESTS):  # a file may even hold itself
        raise CheckpointError(
            tr(
                "“{shown}” nests one state dict in another without end. {cure}",
                shown=shown,
                cure=tr(_CURE),
            )
        )
    if not isinstance(content, Mapping):
        raise CheckpointError(
            tr(
                "“{shown}” holds a {kind}, no state dict. {cure}",
                shown=shown,
                kind=type(content).__name__,
                cure=tr(_CURE),
            )
        )
    for nest in _NESTS:
        if isinstance(content.get(nest), Mapping):
            return _tensors(content[nest], shown, depth + 1)
    tensors = {k: v for k, v in content.items() if isinstance(k, str) and isinstance(v, Tensor)}
    if not tensors:
        raise CheckpointError(
            tr("“{shown}” holds no tensors under any name. {cure}", shown=shown, cure=tr(_CURE))
        )
    return tensors


def _plain(tensors: dict[str, Tensor], shown: str) -> dict[str, Tensor]:
    """The same, if every tensor holds as many numbers as it claims."""
    for key, tensor in tensors.items():
        if not _is_plain(tensor):
            raise CheckpointError(
                tr(
                    "“{shown}” holds {key} in a form (sparse, quantised, repeated) that is "
                    "not read here. Save it as a plain tensor.",
                    shown=shown,
                    key=shown_name(key),
                )
            )
    return tensors


def _is_plain(tensor: Tensor) -> bool:
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        return False
    return tensor.untyped_storage().nbytes() >= tensor.numel() * tensor.element_size()


def _renamed(tensors: dict[str, Tensor], shown: str) -> dict[str, Tensor]:
    renamed = {_torchvision_name(key): tensor for key, tensor in tensors.items()}
    if len(renamed) < len(tensors):
        raise CheckpointError(
            tr(
                "“{shown}” holds several networks whose weights have the same names. Save "
                "one of them.",
                shown=shown,
            )
        )
    return renamed


def _torchvision_name(key: str) -> str:
    key = _PREFIXES.sub("", key)
    return re.sub(r"^linear\.", "fc.", key).replace(".shortcut.", ".downsample.")

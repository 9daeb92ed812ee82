"""A checkpoint's pickle rehearsed: what it would call and reserve, before anything is.

PyTorch's weights-only reader runs no code of a stranger's, but it calls what it allows with any
arguments: `bytearray(10**9)` is 40 bytes of file and a gigabyte of memory. Here every call is a
sham, and a storage is only its size.
"""

from __future__ import annotations

import pickle
import pickletools
import re
from collections import Counter, OrderedDict
from collections.abc import Mapping
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

MAX_STEPS = 1_000_000  # of a pickle; a ResNet-1202 with its optimizer's state takes 595,000
_RESERVING = {"BYTEARRAY8", "NEXT_BUFFER", "READONLY_BUFFER", "EXT1", "EXT2", "EXT4"}
_MEMO = {"PUT", "BINPUT", "LONG_BINPUT"}  # the list of what is put has so many places
_REAL = {"collections.OrderedDict": OrderedDict, "collections.Counter": Counter}
_CALLABLE = {
    "builtins.complex",
    "builtins.set",
    "_codecs.encode",
    "torch.Size",
    "torch.device",
    "torch.nn.parameter.Parameter",
    "torch.serialization._get_layout",
    "torch._tensor._rebuild_from_type_v2",
    *(
        f"torch._utils._rebuild_{what}"
        for what in (
            "parameter",
            "parameter_with_state",
            "qtensor",
            "sparse_csr_tensor",
            "sparse_tensor",
            "tensor",
            "tensor_v2",
            "tensor_v3",
        )
    ),
}
_ITEMSIZES = {
    **dict.fromkeys(
        ("Bool", "Byte", "Char", "Untyped", "QInt8", "QUInt8", "QUInt4x2", "QUInt2x4"), 1
    ),
    **dict.fromkeys(("Short", "Half", "BFloat16"), 2),
    **dict.fromkeys(("Int", "Float", "QInt32"), 4),
    **dict.fromkeys(("Long", "Double", "ComplexFloat"), 8),
    "ComplexDouble": 16,
}
_LARGE = ("bytearray", "Tensor")  # called with a number, they are of that size
_NAMED = re.compile(  # what a state dict names without a call: kinds of storages and of numbers
    r"torch\.(cuda\.|storage\.)?\w+|builtins\.bytearray|collections\.(OrderedDict|Counter)"
)


class Forbidden(Exception):  # noqa: N818
    """A pickle that names or calls what no state dict needs: `what`."""

    def __init__(self, what: str):
        super().__init__(what)
        self.what = what


class Reserving(Forbidden):
    """A pickle that would take more memory than its tensors fill, by `what`."""


def rehearse_zip(archive: ZipFile, folder: str) -> None:
    """Go through `data.pkl` of an archive that torch.save wrote.

    Raises `Reserving` where it would reserve memory that the file does not fill, `Forbidden` where
    it names what no state dict needs, and else what a damaged pickle raises.
    """
    data = archive.read(f"{folder}data.pkl")
    _Rehearsal(data, {m.filename: m.file_size for m in archive.infolist()}, folder).whole(1)


def rehearse_legacy(data: bytes) -> None:
    """The same for the pickles in a row that torch.save wrote before version 1.6."""
    rehearsal = _Rehearsal(data)
    rehearsal.whole(4)  # magic number, protocol, system, the object; keys and numbers follow
    if sum(rehearsal.reserved.values()) > len(data):
        raise Reserving("storage")


def first_call(data: bytes) -> str | None:
    """What a bare pickle calls first, read without running it; None if it is no pickle."""
    called, strings = [], [""]
    try:
        for opcode, value, _ in islice(pickletools.genops(data), MAX_STEPS):
            if opcode.name == "GLOBAL":
                called.append(str(value).replace(" ", "."))
            elif opcode.name == "STACK_GLOBAL":
                called.append(".".join(strings[-2:]))
            elif isinstance(value, str):
                strings.append(value)
    except Exception:  # genops raises whatever comes to hand
        return None
    return next(iter(called), None)


class _Sham:
    """Stands for anything that a pickle may name; called, it makes another of its kind."""

    def __init__(self, name: str = ""):
        self._name = name

    def __call__(self, *_: object) -> _Sham:
        if self._name in _CALLABLE:
            return _Sham()
        raise (Reserving if self._name.endswith(_LARGE) else Forbidden)(self._name)

    def __setstate__(self, state: object) -> None:
        """Whatever it is told to be, it stays a sham."""


class _Rehearsal(pickle.Unpickler):
    """Reads pickles in which every name is a sham."""

    def __init__(self, data: bytes, sizes: Mapping[str, int] | None = None, folder: str = ""):
        self._file, self._sizes, self._folder = BytesIO(data), sizes, folder
        self.reserved: dict[str, int] = {}
        super().__init__(self._file)

    def whole(self, pickles: int) -> None:
        """Count the steps of each pickle, then take them."""
        left = MAX_STEPS
        for _ in range(pickles):
            start = self._file.tell()
            for opcode, value, _ in pickletools.genops(self._file):
                left -= 1
                far = opcode.name in _MEMO and (value or 0) > MAX_STEPS
                if left < 0 or far or opcode.name in _RESERVING:
                    raise Reserving(opcode.name)
            self._file.seek(start)
            self.load()

    def find_class(self, module: str, name: str) -> Any:
        """A container of values as it is, all else a sham."""
        full = f"{module.replace('__builtin__', 'builtins')}.{name}"
        if full not in _CALLABLE and not _NAMED.fullmatch(full):
            raise Forbidden(full)
        return _REAL.get(full) or _Sham(full)

    def persistent_load(self, pid: Any) -> _Sham:
        """A storage: its kind, its key and how many numbers it claims to hold."""
        _, kind, key, _, count, *_ = pid
        itemsize = _itemsize(kind._name)
        self.reserved[str(key)] = count * itemsize
        if self._sizes is not None and count * itemsize > self._sizes[f"{self._folder}data/{key}"]:
            raise Reserving("storage")
        return _Sham()


def _itemsize(storage: str) -> int:
    """Bytes of one number in a storage class, `torch.FloatStorage`."""
    kind = storage.rpartition(".")[2].removesuffix("Storage")
    if kind not in _ITEMSIZES:
        raise Reserving(storage)
    return _ITEMSIZES[kind]

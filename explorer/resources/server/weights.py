"""What a value weighs: the bytes of memory that are free again when nothing refers to it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np
from PIL import Image

from resnet.network.graph import Graph

_EVERYBODYS = (type, ModuleType, FunctionType, BuiltinFunctionType)
_OF_AN_OPERATION = 450  # bytes: its numbers and path, as they are once all are written


def weight(value: object) -> int:
    """Bytes that a value holds in memory; what it holds twice, or by two views, counts once.

    Pixels, arrays and tensors are told by their storage, everything else by what it is made of. A
    graph is estimated, since it writes its operations when they are asked for.
    """
    found: dict[object, tuple[int, object]] = {}  # holds what was looked at, so that ids stay
    rest = [value]
    while rest:
        one = rest.pop()
        identity, own = _storage(one) or (id(one), sys.getsizeof(one, 0))
        if identity not in found and not isinstance(one, _EVERYBODYS):
            found[identity] = own, one
            rest.extend(_parts(one))
    return sum(own for own, _ in found.values())


def _storage(one: object) -> tuple[object, int] | None:
    """What tells memory that is no Python object from every other, and its bytes."""
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)  # none is before its import's end
    if tensor and isinstance(one, tensor):
        if one.layout != sys.modules["torch"].strided:  # oneDNN's own layout tells no storage
            return id(one), one.numel() * one.element_size()
        storage = one.untyped_storage()
        return ("storage", storage.data_ptr()), storage.nbytes()
    if isinstance(one, np.ndarray):
        whole = one.base if isinstance(one.base, np.ndarray) else one
        return ("storage", whole.ctypes.data), whole.nbytes
    if isinstance(one, Image.Image):
        return id(one), one.width * one.height * len(one.getbands())
    table = getattr(sys.modules.get("pyarrow"), "Table", None)
    if table and isinstance(one, table):
        return id(one), one.nbytes
    if isinstance(one, Graph):
        return id(one), _OF_AN_OPERATION * sum(len(block.first) for block in one.blocks)
    return None


def _parts(one: object) -> Iterable[Any]:
    if isinstance(one, (str, bytes, Image.Image, np.ndarray, Graph)):
        return ()
    if isinstance(one, Mapping):
        return (*one.keys(), *one.values())
    if isinstance(one, (tuple, list, set, frozenset)):
        return one
    return getattr(one, "__dict__", {}).values()

"""An ONNX file piece by piece, so that no weight is held twice.

A protocol buffer is fields one after another, in any order: a key, and of what is no number its
length and its bytes. The graph is such a field, and each of its tensors a field in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import helper

_DELIMITED = 2  # the kind of a field that says its length


def pieces(model: onnx.ModelProto, tensors: Mapping[str, NDArray[Any]]) -> Iterator[bytes]:
    """The bytes of a model whose graph has these tensors besides; `model` loses its graph."""
    graph, heads = model.graph.SerializeToString(), {n: _head(n, a) for n, a in tensors.items()}
    model.ClearField("graph")
    sizes = {name: len(heads[name]) + array.nbytes for name, array in tensors.items()}
    keys = {name: _field(onnx.GraphProto, "initializer", size) for name, size in sizes.items()}
    total = len(graph) + sum(len(keys[name]) + size for name, size in sizes.items())
    yield model.SerializeToString() + _field(onnx.ModelProto, "graph", total) + graph
    for name, array in tensors.items():
        yield keys[name] + heads[name]
        yield array.tobytes()


def _head(name: str, array: NDArray[Any]) -> bytes:
    """A tensor up to its values."""
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    tensor = onnx.TensorProto(name=name, dims=array.shape, data_type=kind)
    return tensor.SerializeToString() + _field(onnx.TensorProto, "raw_data", array.nbytes)


def _field(message: Any, name: str, length: int) -> bytes:
    number = message.DESCRIPTOR.fields_by_name[name].number
    return _varint(number << 3 | _DELIMITED) + _varint(length)


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; all but the last byte have the highest bit."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])

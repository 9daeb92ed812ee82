"""A graph with weights as an ONNX model: a node for each operation, named by its module's path.

Written from the graph itself, so that Netron shows every BN and every sum under the names of the
other views; an exporter would fold BN into its convolution, or trace helpers around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from resnet.export.onnx_file import pieces
from resnet.network.fields.axes import GROUPS
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import Block, Graph, Op

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPSET, IR_VERSION = 17, 8  # of 2022: any runtime since ONNX Runtime 1.12 reads them
INPUT, OUTPUT = "image", "logits"
_END = 2**31 - 1  # of a slice: beyond any side


def onnx_model(
    graph: Graph,
    weights: Mapping[str, NDArray[np.float32]],
    metadata: Mapping[str, str],
    any_size: bool = False,
) -> Iterator[bytes]:
    """The file in pieces: images (batch, C, H, W) to logits (batch, classes), with any batch.

    `weights` are a module's state dict as arrays, `metadata` is kept as the model's metadata. With
    `any_size` height and width are free as well, and no shape inside is stated.
    """
    writer = _Writer(weights, any_size)
    writer.network(graph)
    spec = graph.spec
    sides = ("height", "width") if any_size else spec.input_size
    body = helper.make_graph(
        writer.nodes,
        spec.name,
        [_value(INPUT, (spec.in_channels, *sides))],
        [_value(OUTPUT, (spec.num_classes,))],
        value_info=[] if any_size else writer.shapes,
    )
    model = helper.make_model(
        body,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="ResNet Explorer",
    )
    helper.set_model_props(model, dict(metadata))
    return pieces(model, writer.tensors)


def _value(name: str, shape: tuple[int | str, ...]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])


class _Writer:
    """Writes nodes one after another; a value is named after the node that gives it."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], any_size: bool):
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, NDArray[Any]] = {}
        self.shapes: list[onnx.ValueInfoProto] = []
        self._weights, self._used, self._any_size = weights, set[str](), any_size

    def network(self, graph: Graph) -> None:
        """Every operation, from the image to the logits."""
        x = INPUT
        for stage in graph.stages:
            for op in stage.own_ops:
                x = self._op(op, x)
            for block in stage.blocks:
                x = self._block(block, x)
        self.nodes[-1].output[0] = OUTPUT

    def _block(self, block: Block, x: str) -> str:
        out = activated = ungated = x
        for i, op in enumerate(block.lane("branch")):
            ungated = out if op.path.endswith("se.avgpool") else ungated
            out = self._op(op, ungated, out) if op.kind == "scale" else self._op(op, out)
            if block.plan.activates and i == 1:  # what the first ReLU wrote
                activated = out
        around = x if KINDS[block.plan.shortcut].raw else activated
        for op in block.lane("shortcut"):
            around = self._op(op, around)
        for op in block.lane("main"):
            out = self._op(op, out, around) if op.kind == "add" else self._op(op, out)
        return out

    def _op(self, op: Op, *inputs: str) -> str:
        return getattr(self, f"_{op.kind}")(op, *inputs)

    def _node(
        self, op: Op, kind: str, inputs: tuple[str, ...], name: str = "", **attributes: Any
    ) -> str:
        """One node; a module that is used again, as a block's ReLU, is numbered."""
        path = name or op.path
        value = next(v for v in _numbered(path) if v not in self._used)
        self._used.add(value)
        self.nodes.append(helper.make_node(kind, inputs, [value], name=value, **attributes))
        if kind not in ("Flatten", "Gemm"):
            self.shapes.append(_value(value, op.out_shape))
        return value

    def _inner(self, op: Op, kind: str, inputs: tuple[str, ...], what: str, **given: Any) -> str:
        """A node that an operation needs besides its own."""
        value = f"{op.path}.{what}"
        self.nodes.append(helper.make_node(kind, inputs, [value], name=value, **given))
        return value

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, array: Any) -> str:
        if name not in self._used:
            self._used.add(name)
            self.tensors[name] = np.ascontiguousarray(array)
        return name

    def _conv(self, op: Op, x: str) -> str:
        names = (f"{op.path}.weight", f"{op.path}.bias")  # few have a bias
        tensors = tuple(self._weight(name) for name in names if name in self._weights)
        return self._node(
            op, "Conv", (x, *tensors), pads=[op.padding] * 4, group=op.groups,
            dilations=[op.dilation] * 2, **_window(op),
        )  # fmt: skip

    def _conv1d(self, op: Op, x: str) -> str:
        """Along the channels, which are an axis of space meanwhile."""
        turned = self._inner(op, "Transpose", (x,), "turned", perm=[0, 2, 1, 3])
        weight = self._constant(f"{op.path}.weight", self._weights[f"{op.path}.weight"][..., None])
        pads, kernel = [op.padding, 0] * 2, [op.kernel, 1]
        given = {"pads": pads, "kernel_shape": kernel}
        along = self._inner(op, "Conv", (turned, weight), "along", **given)
        return self._node(op, "Transpose", (along,), perm=[0, 2, 1, 3])

    def _gn(self, op: Op, x: str) -> str:
        """As opset 17 has it: each group is an instance; then γ and β by channel."""
        grouped = self._constant("gn.grouped", np.array([0, GROUPS, -1]))
        whole = self._whole(op, x)
        one = self._constant("gn.one", np.ones(GROUPS, np.float32))
        zero = self._constant("gn.zero", np.zeros(GROUPS, np.float32))
        names = (f"{op.path}.{name}" for name in ("weight", "bias"))
        scale, shift = (self._constant(n, self._weights[n].reshape(-1, 1, 1)) for n in names)
        x = self._inner(op, "Reshape", (x, grouped), "grouped")
        x = self._inner(op, "InstanceNormalization", (x, one, zero), "normal", epsilon=1e-5)
        x = self._inner(op, "Reshape", (x, whole), "back")
        x = self._inner(op, "Mul", (x, scale), "scaled")
        return self._node(op, "Add", (x, shift))

    def _whole(self, op: Op, x: str) -> str:
        """The shape of a value: a constant, unless sides are free."""
        if self._any_size:
            return self._inner(op, "Shape", (x,), "whole")
        return self._constant(f"{op.path}.whole", np.array([0, *op.out_shape]))

    def _bn(self, op: Op, x: str) -> str:
        names = ("weight", "bias", "running_mean", "running_var")
        tensors = tuple(self._weight(f"{op.path}.{name}") for name in names)
        return self._node(op, "BatchNormalization", (x, *tensors), epsilon=1e-5)

    def _relu(self, op: Op, x: str) -> str:
        return self._node(op, "Relu", (x,))

    def _sigmoid(self, op: Op, x: str) -> str:
        return self._node(op, "Sigmoid", (x,))

    def _scale(self, op: Op, x: str, gates: str) -> str:
        return self._node(op, "Mul", (x, gates), f"{op.path}.scale")

    def _add(self, op: Op, out: str, around: str) -> str:
        return self._node(op, "Add", (out, around), f"{op.path}.add")

    def _maxpool(self, op: Op, x: str) -> str:
        return self._node(op, "MaxPool", (x,), pads=[op.padding] * 4, **_window(op))

    def _ceilpool(self, op: Op, x: str) -> str:
        return self._node(op, "MaxPool", (x,), ceil_mode=1, **_window(op))

    def _mean(self, op: Op, x: str) -> str:
        return self._node(op, "AveragePool", (x,), **_window(op))

    def _blur(self, op: Op, x: str) -> str:
        row, channels = np.array([1, 2, 1], np.float32), op.in_shape[0]
        weight = np.tile(np.outer(row, row) / 16, (channels, 1, 1, 1))
        kernel = self._constant(f"blur.{channels}", weight)
        pads = self._constant("blur.pads", np.array([0, 0, 1, 1] * 2))
        x = self._inner(op, "Pad", (x, pads), "mirrored", mode="reflect")
        return self._node(op, "Conv", (x, kernel), group=channels, **_window(op))

    def _zeropad(self, op: Op, x: str) -> str:
        pads = np.array([0, 0, op.padding, op.padding] * 2)
        return self._node(op, "Pad", (x, self._constant(f"{op.path}.pads", pads)))

    def _stillpool(self, op: Op, x: str) -> str:
        pads = self._constant("stillpool.pads", np.array([0, 0, 0, 0, 0, 0, 1, 1]))
        x = self._inner(op, "Pad", (x, pads), "widened")
        return self._node(op, "AveragePool", (x,), **_window(op))

    def _avgpool(self, op: Op, x: str) -> str:
        if op.lane != "shortcut":
            return self._node(op, "GlobalAveragePool", (x,))
        return self._node(op, "AveragePool", (x,), ceil_mode=1, **_window(op))

    def _pad(self, op: Op, x: str) -> str:
        """Option A: every second pixel, then zero channels on both sides."""
        if op.stride > 1:
            x = self._inner(op, "Slice", (x, *self._every_second()), "slice")
        zeros = op.out_shape[0] - op.in_shape[0]
        pads = np.array([0, zeros // 2, 0, 0, 0, zeros - zeros // 2, 0, 0])
        return self._node(op, "Pad", (x, self._constant(f"{op.path}.pads", pads)))

    def _skip(self, op: Op, x: str) -> str:
        return self._node(op, "Slice", (x, *self._every_second()))

    def _every_second(self) -> tuple[str, ...]:
        whole = {"starts": [0, 0], "ends": [_END] * 2, "axes": [2, 3], "steps": [2, 2]}
        return tuple(self._constant(f"slice.{k}", np.array(v)) for k, v in whole.items())

    def _linear(self, op: Op, x: str) -> str:
        flat = self._node(op, "Flatten", (x,), "flatten")
        tensors = (self._weight("fc.weight"), self._weight("fc.bias"))
        return self._node(op, "Gemm", (flat, *tensors), transB=1)


def _window(op: Op) -> dict[str, Any]:
    return {"kernel_shape": [op.kernel] * 2, "strides": [op.stride] * 2}


def _numbered(path: str) -> Iterator[str]:
    yield path
    number = 1
    while True:
        yield f"{path}.{number}"
        number += 1

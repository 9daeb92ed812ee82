"""How much memory inference and training take: sums of parts with their formulas. No torch.

Activations come from the lifetimes of the tensors of our module. Left out: what an allocator loses
to rounding and fragments, workspaces of cuDNN and oneDNN, and the CUDA context.
The loss, and what the backward pass takes for a moment, are left out of training too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from resnet.counts.hardware import FLOAT32, PRECISIONS
from resnet.counts.lifetimes import Tensor, check_followed, tensors
from resnet.network.graph import Graph
from resnet.text.language import mark, tr

_SAVED = mark("{images} × ({width} bytes × {n:,} elements)")
_POOLED = mark("{images} × ({width} bytes × {n:,} elements + 8 × {whole:,} indices of max pooling)")
OPTIMISERS = {"sgd": 0, "momentum": 1, "adam": 2}  # numbers kept for each parameter


class MemoryPart(NamedTuple):
    """Some of the memory: bytes, and how they come about."""

    name: str
    bytes: int
    formula: str


@dataclass(frozen=True)
class Estimate:
    """The parts, which add up."""

    parts: tuple[MemoryPart, ...]

    @property
    def bytes(self) -> int:
        """All of it."""
        return sum(part.bytes for part in self.parts)


@dataclass(frozen=True)
class Peak:
    """The operation during which most is alive, and all that is, for one image."""

    at: str
    alive: tuple[Tensor, ...]
    bytes: int


def peak_memory(graph: Graph, precision: str = "fp32") -> Peak:
    """Where inference needs most: the image and every tensor that is still held there.

    Raises `SpecError` where that is not known to the byte, as do the estimates.
    """
    check_followed(graph)
    width, run = PRECISIONS[precision].bytes, tensors(graph)
    deltas = [0] * (run[-1].last + 2)
    for tensor in run:
        deltas[tensor.first] += tensor.size(width)
        deltas[tensor.last + 1] -= tensor.size(width)
    live = list(accumulate(deltas))
    most = max(live)
    now = live.index(most)
    alive = tuple(tensor for tensor in run if tensor.first <= now <= tensor.last)
    return Peak(alive[-1].name, alive, most)


def inference_memory(graph: Graph, batch: int = 1, precision: str = "fp32") -> Estimate:
    """The module and its input in one precision, under `torch.inference_mode()`."""
    most = peak_memory(graph, precision)
    formula = tr(
        "{images} × {bytes:,} bytes: the image, and what else is alive at {op}",
        images=_images(batch),
        bytes=most.bytes,
        op=most.at,
    )
    return Estimate(
        (
            _weights(graph, precision),
            MemoryPart(tr("Activations, peak"), batch * most.bytes, formula),
        )
    )


def training_memory(
    graph: Graph, batch: int = 1, precision: str = "fp32", optimiser: str = "momentum"
) -> Estimate:
    """One step at the end of its forward pass, when all that the backward pass reads is there.

    In half precision by autocast: parameters, gradients and the optimiser stay in float32, and the
    convolutions and the classifier save copies of their weights.
    """
    check_followed(graph)
    learnable, states = graph.params, OPTIMISERS[optimiser]
    gradients = tr("4 bytes × {n:,} parameters", n=learnable)
    optimiser_state = tr("4 bytes × {kept} × {n:,} parameters", kept=states, n=learnable)
    parts = [
        _weights(graph, "fp32"),
        MemoryPart(tr("Gradients"), FLOAT32 * learnable, gradients),
        MemoryPart(tr("Optimiser"), FLOAT32 * states * learnable, optimiser_state),
        _saved(graph, batch, PRECISIONS[precision].bytes),
        _statistics(graph),
    ]
    if precision != "fp32":
        parts += _copies(graph, batch, PRECISIONS[precision].bytes)
    return Estimate(tuple(parts))


def _weights(graph: Graph, precision: str) -> MemoryPart:
    width, counters = PRECISIONS[precision].bytes, graph.buffers - graph.running
    return MemoryPart(
        tr("Weights and buffers"),
        width * (graph.params + graph.running) + 8 * counters,
        tr(
            "{width} bytes × ({params:,} parameters + {running:,} running statistics) "
            "+ 8 × {counters:,} batch counters",
            width=width,
            params=graph.params,
            running=graph.running,
            counters=counters,
        ),
    )


def _saved(graph: Graph, batch: int, width: int) -> MemoryPart:
    saved = [tensor for tensor in tensors(graph) if tensor.saved]
    whole = sum(tensor.elements for tensor in saved if tensor.integers)
    numbers = sum(tensor.elements for tensor in saved) - whole
    values = {"images": _images(batch), "width": width, "n": numbers, "whole": whole}
    formula = tr(_POOLED if whole else _SAVED, **values)
    return MemoryPart(tr("Activations, saved"), batch * (width * numbers + 8 * whole), formula)


def _statistics(graph: Graph) -> MemoryPart:
    channels = sum(op.out_shape[0] for op in graph.ops if op.kind == "bn")
    formula = tr("4 bytes × 2 × {n:,} channels", n=channels)
    return MemoryPart(tr("BN statistics, saved"), 2 * FLOAT32 * channels, formula)


def _copies(graph: Graph, batch: int, width: int) -> list[MemoryPart]:
    weights = sum(op.macs // _cells(op.out_shape) for op in graph.ops if op.macs)
    image = tensors(graph)[0].elements
    weight_copies = tr("{width} bytes × {n:,} weights", width=width, n=weights)
    image_copies = tr("{images} × 4 bytes × {n:,}, as given", images=_images(batch), n=image)
    return [
        MemoryPart(tr("Weights, copies"), width * weights, weight_copies),
        MemoryPart(tr("Images"), FLOAT32 * batch * image, image_copies),
    ]


def _images(batch: int) -> str:
    return tr("{n:,} image", n=batch) if batch == 1 else tr("{n:,} images", n=batch)


def _cells(shape: tuple[int, ...]) -> int:
    return shape[1] * shape[2] if len(shape) == 3 else 1

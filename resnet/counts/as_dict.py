"""A graph as plain data and as text: what `summary` prints. torch only where torchinfo is asked."""

from __future__ import annotations

from typing import Any

from resnet.counts.conventions import tool_counts
from resnet.network.describing import describe_source
from resnet.network.graph import Graph, Op, Stage


def as_dict(graph: Graph) -> dict[str, Any]:
    """The network as one JSON object. MACs are for one image; shapes are [C, H, W].

    `counting` has the number that each tool gives, in its own unit.
    """
    spec = graph.spec
    return {
        "name": spec.name,
        "source": describe_source(spec),
        "query": spec.to_query(),
        "depth": spec.depth,
        "params": graph.params,
        "buffers": graph.buffers,
        "macs": graph.macs,
        "counting": tool_counts(graph),
        "image_size": spec.image_size,
        "in_channels": spec.in_channels,
        "num_classes": spec.num_classes,
        "stages": [_stage(stage) for stage in graph.stages],
        "ops": [_op(op) for op in graph.ops],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "paper_name": stage.paper_name,
        "blocks": len(stage.blocks),
        "out_shape": list(stage.out_shape),
        "params": stage.params,
        "macs": stage.macs,
        "receptive_field": stage.receptive_field,
        "jump": stage.jump,
        "centre": stage.centre,
    }


def _op(op: Op) -> dict[str, Any]:
    shapes = {"in_shape": list(op.in_shape), "out_shape": list(op.out_shape)}
    return op._asdict() | shapes

"""A graph as plain data has everything that the graph has."""

import json

from resnet import ResNetSpec, trace
from resnet.counts.as_dict import as_dict
from resnet.counts.conventions import tool_counts
from resnet.network.graph import Op

SPEC = ResNetSpec.preset("resnet18", shortcut="A", num_classes=7, in_channels=1, image_size=65)


def test_a_network_is_said_with_its_stages_and_operations():
    graph = trace(SPEC)
    said = as_dict(graph)
    stages, ops = said.pop("stages"), said.pop("ops")
    assert said == {
        "name": "resnet18 · option A",
        "source": "",
        "query": "net=resnet18&shortcut=A&in_channels=1&num_classes=7&image_size=65",
        "depth": 18,
        "params": graph.params,
        "buffers": graph.buffers,
        "macs": graph.macs,
        "counting": tool_counts(graph),
        "image_size": 65,
        "in_channels": 1,
        "num_classes": 7,
    }
    assert [stage["name"] for stage in stages] == [stage.name for stage in graph.stages]
    assert len(ops) == len(graph.ops)


def test_a_stage_is_said_with_where_its_cells_lie():
    layer2 = trace(SPEC).stage("layer2")
    assert as_dict(trace(SPEC))["stages"][2] == {
        "name": "layer2",
        "paper_name": "conv3_x",
        "blocks": 2,
        "out_shape": [128, 9, 9],
        "params": layer2.params,
        "macs": layer2.macs,
        "receptive_field": 99,
        "jump": 8,
        "centre": layer2.centre,
    }


def test_an_operation_is_said_with_all_its_fields():
    graph = trace(SPEC)
    for op, said in zip(graph.ops, as_dict(graph)["ops"], strict=True):
        assert [*said] == [*Op._fields]
        assert Op(**said | {n: tuple(said[n]) for n in ("in_shape", "out_shape")}) == op
    assert json.loads(json.dumps(as_dict(graph)))

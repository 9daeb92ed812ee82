"""ONNX: its logits in onnxruntime, its shapes, names, weights and size."""

import json
import tracemalloc

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings

from resnet import ResNetSpec, build, load_classifier, trace
from resnet.export.formats import ExportError, export, onnx_bytes, onnx_refusal, write_onnx
from resnet.export.onnx_graph import onnx_model
from resnet.network.naming.presets import PRESETS
from tests.onnx_answers import gives_the_same
from tests.strategies import specs

SMALL = trace(ResNetSpec.preset("cifar_resnet20"))


def arrays(model: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


@settings(max_examples=60)
@given(specs())
def test_any_network_gives_its_logits_in_onnxruntime(spec):
    torch.manual_seed(2)
    model = build(spec)
    data = b"".join(onnx_model(trace(spec), arrays(model), {}))
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    gives_the_same(data, model, spec)


@pytest.mark.parametrize("name", ["resnet18", "resnext50_32x4d", "se_resnet50"])
def test_presets_give_their_logits_in_onnxruntime(name):
    spec = ResNetSpec.preset(name, image_size=64)
    torch.manual_seed(3)
    model = build(spec)
    gives_the_same(b"".join(onnx_model(trace(spec), arrays(model), {})), model, spec)


@settings(max_examples=25)
@given(specs())
def test_of_any_size_it_takes_larger_images_too(spec):
    torch.manual_seed(4)
    model = build(spec)
    data = b"".join(onnx_model(trace(spec), arrays(model), {}, any_size=True))
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    height, width = spec.input_size
    for size in (spec.input_size, (height + 3, width + 40)):
        gives_the_same(data, model, spec, size)


def test_of_one_size_it_says_so_and_takes_no_other():
    sides = [onnx.load_from_string(export(SMALL, "onnx", any_size=free)) for free in (False, True)]
    dims = [model.graph.input[0].type.tensor_type.shape.dim for model in sides]
    assert [[d.dim_param or d.dim_value for d in each] for each in dims] == [
        ["batch", 3, 32, 32], ["batch", 3, "height", "width"],
    ]  # fmt: skip


def test_a_file_is_written_whole_with_its_progress_or_not_at_all(tmp_path):
    path = tmp_path / "net.onnx"
    steps = [*write_onnx(SMALL, path)]
    assert path.read_bytes() == export(SMALL, "onnx")
    assert steps == sorted(steps)
    assert steps[-1] == (onnx_bytes(SMALL), onnx_bytes(SMALL))
    path.unlink()
    begun = write_onnx(SMALL, path)
    next(begun)
    begun.close()
    assert [*tmp_path.iterdir()] == []


def test_writing_holds_no_weight_twice():
    wide = trace(ResNetSpec.preset("wrn22_4", layers=(2, 2, 6)))
    weights = {name: tensor.numpy() for name, tensor in build(wide.spec).state_dict().items()}
    largest = max(array.nbytes for array in weights.values())
    tracemalloc.start()
    for _ in onnx_model(wide, weights, {}):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2 * largest < onnx_bytes(wide) / 4


def test_the_shapes_on_the_edges_are_those_that_onnx_infers():
    """Two independent followers of shapes: ONNX's inference, and the graph."""
    graph = trace(ResNetSpec.preset("resnet18", shortcut="D", se_reduction=16, image_size=75))
    model = onnx.load_from_string(export(graph, "onnx"))
    written = {info.name: info for info in model.graph.value_info}
    del model.graph.value_info[:]
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    found = {info.name: info for info in inferred.graph.value_info}
    assert len(written) == len(graph.ops) - 1, "all but the logits, which are an output"
    for name, info in written.items():
        sides = info.type.tensor_type.shape.dim
        assert [d.dim_value for d in sides] == [
            d.dim_value for d in found[name].type.tensor_type.shape.dim
        ]


def test_a_model_keeps_its_bn_and_names_its_nodes_by_module():
    model = onnx.load_from_string(export(SMALL, "onnx"))
    kinds = [node.op_type for node in model.graph.node]
    assert (kinds.count("BatchNormalization"), kinds.count("Conv"), kinds.count("Add")) == (
        19,
        19,
        9,
    )
    names = [node.name for node in model.graph.node]
    assert {"conv1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu", "layer1.0.add"} <= set(
        names
    )
    assert len(names) == len(set(names))
    weights = {tensor.name for tensor in model.graph.initializer}
    module = {name for name in build(SMALL.spec).state_dict() if "num_batches" not in name}
    assert module <= weights


def test_random_weights_are_seeded_and_said_to_be_random():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = export(SMALL, "onnx")
    assert torch.equal(torch.rand(3), expected), "nobody else's random numbers change"
    assert export(SMALL, "onnx") == first
    about = {pair.key: pair.value for pair in onnx.load_from_string(first).metadata_props}
    assert about["weights"] == "random initialisation, seed 0: not trained"
    assert about["query"] == "net=cifar_resnet20"
    torch.manual_seed(0)
    gives_the_same(first, build(SMALL.spec), SMALL.spec)


def test_a_classifier_is_exported_with_all_that_its_answers_need():
    classifier = load_classifier("shapes_resnet20")
    data = export(trace(classifier.spec), "onnx", classifier=classifier)
    gives_the_same(data, classifier.model, classifier.spec)
    about = {pair.key: pair.value for pair in onnx.load_from_string(data).metadata_props}
    assert json.loads(about["labels"]) == list(classifier.labels)
    assert json.loads(about["input"])["mean"] == list(classifier.transform.mean)
    assert about["sha256"] == classifier.sha256


def test_the_size_that_is_promised_is_that_of_the_weights():
    model = onnx.load_from_string(export(SMALL, "onnx"))
    floats = [t for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT]
    assert sum(len(tensor.raw_data) for tensor in floats) == onnx_bytes(SMALL)


def test_what_one_file_cannot_hold_is_refused_with_its_size_and_nothing_is_built(monkeypatch):
    monkeypatch.setattr("resnet.model.module.build", None)
    wide = trace(ResNetSpec(planes=(1024, 2048, 4096, 8192)))
    assert onnx_bytes(wide) > 4 * wide.params > 2**31
    with pytest.raises(ExportError, match=rf"{onnx_bytes(wide) / 1e9:.1f} GB as ONNX.*2 GB"):
        export(wide, "onnx")
    assert not any(onnx_refusal(trace(spec)) for spec in map(ResNetSpec.preset, PRESETS))

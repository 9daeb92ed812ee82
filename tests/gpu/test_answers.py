"""A GPU answers as the CPU does, up to the rounding of its precision."""

import pytest
import torch
from PIL import Image
from torch import Tensor

from resnet import ResNetSpec, load_classifier
from resnet.maps.explain import explain, explain_layers, look
from resnet.model.devices import devices, precisions
from resnet.model.serving import serving
from resnet.residual.flow.anatomy import anatomies
from resnet.residual.flow.recording import record
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, untrained
from tests.benchmarks.ways import TOP, WAYS, tf32
from tests.networks import frozen, lively

# The largest difference, to the largest value, of logits and of the last stage's maps.
# TF32 and fp16 have ten bits after the first, bf16 seven.
CLOSE = {"fp32": 1e-4, "tf32": 2e-2, "fp16": 2e-2, "bf16": 1e-1}
# Of the maps at every stage, in the 2-norm. A ReLU whose input is almost zero may be open on one
# device alone, and a gradient goes another way; random weights have many such, a deep network most.
STAGES_CLOSE = {
    "shapes_resnet20": {"fp32": 1e-3, "tf32": 1e-1},
    "resnet18": {"fp32": 3e-2, "tf32": 2e-1},
    "resnet50": {"fp32": 3e-2, "tf32": 4e-1},
}


def classifier(net: str, device: str) -> ResidualClassifier:
    """Trained, or with random weights and BN that is not the identity."""
    if net == "shapes_resnet20":
        return load_classifier(net, device=device)
    found = untrained(ResNetSpec.preset(net, num_classes=10))
    torch.manual_seed(0)
    lively(found.model).to(device)
    return found


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    return [Image.fromarray(scene(1_700_001 + i, objects=2).image) for i in range(3)]


@pytest.fixture(autouse=True)
def in_float32():
    with tf32(False):
        yield


def difference(one: Tensor, other: Tensor) -> float:
    return float((one.cpu() - other.cpu()).abs().max() / other.abs().max())


@pytest.mark.parametrize("net", STAGES_CLOSE)
@pytest.mark.parametrize("precision", CLOSE)
def test_predictions_and_maps_of_all_classes(photos, net, precision):
    here = look(classifier(net, "cpu"), photos)
    with tf32(precision == "tf32"):
        there = look(classifier(net, "cuda"), photos, precision.replace("tf32", "fp32"))
    for ours, theirs in zip(there, here, strict=True):
        assert difference(ours.logits, theirs.logits) < CLOSE[precision]
        assert difference(ours.maps, theirs.maps) < CLOSE[precision]
        if net == "shapes_resnet20":  # which is sure of what it sees
            assert ours.logits.argmax() == theirs.logits.argmax()


@pytest.mark.parametrize("net", STAGES_CLOSE)
@pytest.mark.parametrize("precision", CLOSE)
def test_one_class(photos, net, precision):
    here = explain(classifier(net, "cpu"), photos, 3)
    with tf32(precision == "tf32"):
        asked = precision.replace("tf32", "fp32")
        there = explain(classifier(net, "cuda"), photos, 3, precision=asked)
    assert there.maps.device.type == "cpu"
    assert difference(there.maps, here.maps) < CLOSE[precision]


@pytest.mark.parametrize("net", STAGES_CLOSE)
@pytest.mark.parametrize("precision", ["fp32", "tf32"])
@pytest.mark.parametrize("method", ["gradcam", "hirescam"])
def test_one_class_at_every_stage(photos, net, precision, method):
    here = explain_layers(classifier(net, "cpu"), photos, 3, method=method)
    with tf32(precision == "tf32"):
        there = explain_layers(classifier(net, "cuda"), photos, 3, method=method)
    assert list(here) == list(there)
    for layer, theirs in here.items():
        apart = (there[layer].maps - theirs.maps).norm() / theirs.maps.norm()
        assert apart < STAGES_CLOSE[net][precision]


def test_a_recording_has_the_same_maps(photos):
    there = record(classifier("shapes_resnet20", "cuda"), photos[0]).explain(3)
    here = record(classifier("shapes_resnet20", "cpu"), photos[0]).explain(3)
    for method, layers in here.items():
        for layer, theirs in layers.items():
            assert difference(there[method][layer].maps, theirs.maps) < 1e-3


def test_an_anatomy_has_the_same_parts():
    model = frozen(block="basic", layers=(1, 2, 1, 1))
    image = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    here, _ = anatomies(model, image, 2)
    there, _ = anatomies(model.cuda(), image.cuda(), 2)
    for name, part in here.items():
        assert difference(there[name].branch, part.branch) < 1e-3


def test_the_serving_form_is_channels_last():
    form = serving(classifier("resnet18", "cuda").model)
    assert form.conv1.weight.is_contiguous(memory_format=torch.channels_last)
    assert form.conv1.weight.device.type == "cuda"


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
@pytest.mark.parametrize("way", [way for way in WAYS if way.endswith(f", {TOP}")])
def test_what_is_timed_computes_the_same_map(way, precision):
    if way.startswith("half weights") and precision == "fp32":
        pytest.skip("a form for half precision alone")
    model = classifier("resnet18", "cpu").model
    model.fc.bias[3] += 1000  # the top class, whatever the rounding
    images = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(3))
    expected = WAYS[TOP](model, images, "fp32")()
    found = WAYS[way](model.cuda(), images.cuda(), precision)()
    assert difference(found, expected) < CLOSE[precision]


def test_the_gpu_comes_first_and_has_every_precision():
    assert devices()[0] == "cuda"
    assert set(precisions("cuda")) == set(CLOSE) - {"tf32"}

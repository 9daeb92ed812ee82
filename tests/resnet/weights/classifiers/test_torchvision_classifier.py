"""Classifiers of other families: their own loading, Captum's map and autograd's, refusals."""

import re
from dataclasses import replace

import pytest
import torch
from PIL import Image
from torch import nn
from torchvision import models

from resnet.fetch.download import DownloadError
from resnet.maps.answers import ExplainError
from resnet.maps.explain import explain
from resnet.maps.explainable import mapless
from resnet.pictures.transform import Transform
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.catalogue import catalogue
from resnet.weights.classifiers.torchvision_builders import (
    empty,
    filled,
    map_layers,
    other_builders,
)
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier
from resnet.weights.loading import find, load_classifier
from tests.other_families import Tokens, cached


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def photo():
    return Image.fromarray(scene(1_700_003, objects=2).image).resize((260, 230))


@pytest.fixture(params=["densenet121", "mobilenet_v3_small"])
def pair(request, monkeypatch, folder):
    theirs, entry = cached(monkeypatch, folder, request.param)
    return theirs, load_classifier(entry.name)


def test_the_weights_are_torchvisions(pair, photo):
    theirs, ours = pair
    x = ours.transform.tensor(ours.transform.view(photo))[None]
    with torch.inference_mode():
        assert torch.allclose(ours.model(x), theirs(x), atol=1e-5)
    assert not ours.model.training
    assert not any(p.requires_grad or p.is_meta for p in ours.model.parameters())
    assert not any(getattr(module, "inplace", False) for module in ours.model.modules())


def test_a_file_with_another_hash_is_not_used(monkeypatch, folder, tmp_path):
    _, entry = cached(monkeypatch, folder, "mobilenet_v3_small")
    asked = []

    def download(url, path, prefix):
        asked.append(url)
        raise DownloadError("no network")
        yield

    monkeypatch.setattr("resnet.weights.loading.download", download)
    path = tmp_path / entry.path.name
    path.write_bytes(entry.path.read_bytes()[:-1])
    monkeypatch.setitem(catalogue(), entry.name, replace(entry, path=path))
    with pytest.raises(DownloadError):
        load_classifier(entry.name)
    assert asked == [entry.url]
    assert not path.exists()


def gradcam(activation, tail, target):
    """The formula of arXiv:1610.02391 by autograd alone, without its ReLU."""
    activation = activation.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(tail(activation)[0, target], activation)
    return (gradient.mean((2, 3), keepdim=True) * activation).sum(1)[0].detach()


def tail_of(model, start):
    """What follows the first children of `features`."""

    def tail(x):
        for child in [*model.features.children()][start:]:
            x = child(x)
        if isinstance(model, models.DenseNet) and start < len(model.features):
            x = nn.functional.relu(x)
        return model.classifier(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))

    return tail


@pytest.mark.parametrize("cut", [5, None])
def test_captums_map_is_the_formulas(pair, photo, cut):
    theirs, ours = pair
    children = [name for name, _ in theirs.features.named_children()]
    start = len(children) if cut is None else cut
    layer = ours.layers[-1].name if cut is None else f"features.{children[cut - 1]}"
    x = ours.transform.tensor(ours.transform.view(photo))[None]
    activation = theirs.features[:start](x)
    if cut is None and isinstance(theirs, models.DenseNet):  # the ReLU before the average
        activation = nn.functional.relu(activation)
    expected = gradcam(activation, tail_of(theirs, start), 7)
    found = explain(ours, [photo], 7, layer)
    assert (found.stage.name, found.targets.tolist()) == (layer, [7])
    assert found.maps[0].shape == expected.shape
    near = {"atol": 1e-5 * float(expected.abs().max()), "rtol": 1e-3}
    assert torch.allclose(found.maps[0], expected, **near)
    assert float(found.maps.abs().max()) > 0


SIDES = {"inception_v3": 139, "maxvit_t": 224}  # the least that they read, where it is not 96
FAMILIES = (
    "alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "efficientnet_v2_s", "googlenet",
    "inception_v3", "maxvit_t", "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small",
    "regnet_x_400mf", "regnet_y_400mf", "shufflenet_v2_x0_5", "squeezenet1_1", "swin_t",
    "swin_v2_t", "vgg11",
)  # fmt: skip


def biased(builder):
    """torchvision's network with random weights and biases that lets signals through."""
    torch.manual_seed(0)
    extras = {"init_weights": False} if builder.startswith(("googlenet", "incep", "vgg")) else {}
    made, entry = models.get_model(builder, weights=None, num_classes=10, **extras), find(builder)
    model, side = filled(empty(builder, 10), made.state_dict()), SIDES.get(builder, 96)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train().momentum = 1  # the statistics become those of the next batch
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.normal_(module.bias)
    with torch.no_grad():
        model(torch.randn(2, 3, side, side))
    layers = map_layers(builder, side)
    see, labels = replace(entry.transform, resize=side, crop=side), tuple(map(str, range(10)))
    return TorchvisionClassifier(entry.name, entry.title, model.eval(), labels, see, "", "", layers)


def family(builder):
    return re.match(r"regnet_[xy]|[a-z]+(_v\d)?", builder)[0]


def test_every_builder_with_a_map_is_of_one_of_these_families():
    known = {family(builder) for builder in FAMILIES}
    assert {family(builder) for builder in other_builders()} - known == {"vit"}


@pytest.mark.parametrize("builder", FAMILIES)
def test_a_last_map_is_said_to_be_complete_where_it_and_the_bias_are_the_logit(builder, photo):
    model = biased(builder)
    said = explain(model, [photo], 7)
    found = float(said.maps.double().sum() + said.biases[0])
    adds_up = found == pytest.approx(float(said.logits[0, 7]), abs=1e-4, rel=1e-5)
    assert model.complete(said.stage.name) == adds_up
    assert float(said.maps.abs().max()) > 1e-6
    assert not model.complete(model.layers[0].name) or len(model.layers) == 1


def test_densenets_map_is_taken_behind_its_last_relu(photo):
    """Before that, the map is another: its sum is not the logit less the bias."""
    model = biased("densenet121")
    last, before = (explain(model, [photo], 7, layer) for layer in ("relu", "features"))
    logit, bias = float(last.logits[0, 7]), float(last.biases[0])
    assert last.stage == model.layers[-1]
    assert float(last.maps.sum()) == pytest.approx(logit - bias, abs=1e-4)
    assert abs(float(before.maps.sum()) - (logit - bias)) > 1e-2
    assert not model.complete("features")


def test_the_model_is_left_as_it_was_found(pair, photo):
    _, ours = pair
    before = {key: tensor.clone() for key, tensor in ours.model.state_dict().items()}
    explain(ours, [photo])
    with pytest.raises(ExplainError):
        explain(ours, [photo], "no such class")
    assert all(torch.equal(before[key], t) for key, t in ours.model.state_dict().items())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in ours.model.modules())
    assert not any(p.grad is not None or p.requires_grad for p in ours.model.parameters())
    assert not ours.model.training


def test_a_layer_that_is_not_there_is_answered_with_those_that_are(pair, photo):
    with pytest.raises(ExplainError, match=r"has no “layer4”\. Choose: features\.[0-9a-z]+, "):
        explain(pair[1], [photo], layer="layer4")


def test_without_a_spatial_map_there_are_predictions_and_a_reason(photo):
    torch.manual_seed(0)
    see = Transform(32, 32, (0.5,) * 3, (0.5,) * 3)
    vit = TorchvisionClassifier("vit_b_16", "ViT", Tokens(), ("cat", "dog"), see, "", "", ())
    said = explain(vit, [photo])
    assert (said.maps.numel(), said.stage) == (0, None)
    assert "works on tokens" in mapless(vit)
    assert sum(p.probability for p in said.top(0)) == pytest.approx(1)
    with pytest.raises(ExplainError, match="works on tokens"):
        explain(vit, [photo], layer="encoder")

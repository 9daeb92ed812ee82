"""Other families of torchvision: their own loading, Captum's map and autograd's, refusals."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from torch import nn
from torchvision import models

from resnet.cli.commands import cli
from resnet.fetch.download import DownloadError
from resnet.maps.answers import ExplainError
from resnet.maps.explain import explain
from resnet.maps.explainable import mapless
from resnet.pictures.placement import place
from resnet.pictures.transform import Transform
from resnet.training.drawn_shapes import scene
from resnet.weights.catalogue import catalogue
from resnet.weights.labels import GivenError
from resnet.weights.loading import find, load_classifier
from resnet.weights.torchvision_builders import map_layers
from resnet.weights.torchvision_classifier import TorchvisionClassifier
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


# What there is


def test_every_classifier_of_torchvision_is_in_the_catalogue():
    known = {name.partition(".")[0] for name in catalogue()}
    assert set(models.list_models(module=models)) <= known


@pytest.mark.parametrize("builder", ["densenet169", "vgg16", "alexnet", "vit_b_16"])
def test_a_builder_alone_means_its_default_weights(builder):
    entry, theirs = find(builder), models.get_model_weights(builder).DEFAULT
    assert entry.name == f"{builder}.{theirs.name}"
    assert (entry.url, entry.labels) == (theirs.url, tuple(theirs.meta["categories"]))
    assert entry.url.endswith(f"-{entry.sha256_prefix}.pth")


@pytest.mark.parametrize(
    ("builder", "name", "shape"),
    [
        ("densenet169", "features.denseblock4", (1664, 7, 7)),
        ("densenet169", "features", (1664, 7, 7)),
        ("vgg16", "features.29", (512, 14, 14)),
        ("vgg16_bn", "features.42", (512, 14, 14)),
        ("alexnet", "features.11", (256, 13, 13)),
        ("squeezenet1_1", "classifier.2", (1000, 13, 13)),
        ("mobilenet_v2", "features.18", (1280, 7, 7)),
        ("shufflenet_v2_x1_0", "conv5.2", (1024, 7, 7)),
        ("googlenet", "inception5b", (1024, 7, 7)),
        ("regnet_y_400mf", "trunk_output.block4", (440, 7, 7)),
        ("convnext_tiny", "features.7", (768, 7, 7)),
        ("maxvit_t", "blocks.3", (512, 7, 7)),
    ],
)
def test_layers_are_named_with_the_shapes_that_torchvision_gives(builder, name, shape):
    layers = {layer.name: layer.out_shape for layer in map_layers(builder, 224)}
    assert layers[name] == shape
    assert [*layers][-1] == name or builder == "densenet169"
    assert all(height == width > 1 for _, height, width in layers.values())


@pytest.mark.parametrize("builder", ["vit_b_16", "swin_t", "swin_v2_b"])
def test_families_of_tokens_have_no_layer_with_a_map(builder):
    assert map_layers(builder, 224) == ()


# Loading


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


# Maps


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
        if isinstance(model, models.DenseNet):
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
    expected = gradcam(activation, tail_of(theirs, start), 7)
    found = explain(ours, [photo], 7, layer)
    assert (found.stage.name, found.targets.tolist()) == (layer, [7])
    assert found.maps[0].shape == expected.shape
    near = {"atol": 1e-5 * float(expected.abs().max()), "rtol": 1e-3}
    assert torch.allclose(found.maps[0], expected, **near)
    assert float(found.maps.abs().max()) > 0


def biased(builder):
    """torchvision's model with random weights and biases that lets signals through."""
    torch.manual_seed(0)
    model = models.get_model(builder, weights=None).requires_grad_(False)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1  # the statistics become those of the next batch
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.bias)
        if getattr(module, "inplace", False):
            module.inplace = False
    model(torch.randn(4, 3, 96, 96))
    model.eval()
    entry = find(builder)
    see, layers = entry.transform, map_layers(builder, entry.transform.crop)
    return TorchvisionClassifier(entry.name, entry.title, model, entry.labels, see, "", "", layers)


@pytest.mark.parametrize(
    "builder", ["efficientnet_b0", "mobilenet_v2", "regnet_y_400mf", "shufflenet_v2_x0_5",
                "squeezenet1_1", "mnasnet0_5"],
)  # fmt: skip
def test_the_last_map_and_the_bias_are_the_logit_where_that_is_said(builder, photo):
    model = biased(builder)
    said = explain(model, [photo], 7)
    found = float(said.maps.double().sum() + said.biases[0])
    assert found == pytest.approx(float(said.logits[0, 7]), abs=1e-4)
    assert abs(float(said.maps.sum())) > 1e-2
    assert model.complete(said.stage.name)
    assert not model.complete(model.layers[0].name)


@pytest.mark.parametrize("builder", ["densenet121", "alexnet", "mobilenet_v3_small"])
def test_other_maps_do_not_add_up_and_nothing_says_so(builder, photo):
    model = biased(builder)
    said = explain(model, [photo], 7)
    assert not model.complete(said.stage.name)
    bias = float([m for m in model.model.modules() if isinstance(m, nn.Linear)][-1].bias[7])
    assert float(said.biases[0]) == bias
    assert abs(float(said.maps.sum()) + bias - float(said.logits[0, 7])) > 1e-2


def test_a_layers_cells_are_stretched_from_edge_to_edge():
    layer = next(layer for layer in map_layers("alexnet", 224) if layer.name == "features.11")
    values = torch.randn(1, 1, 13, 13)
    theirs = nn.functional.interpolate(values, size=(224, 224), mode="bilinear")
    ours = place(values[0, 0], layer.centre, layer.jump, 224)
    assert np.allclose(ours, theirs[0, 0], atol=1e-5)


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
    assert "no convolutional layer" in mapless(vit)
    assert sum(p.probability for p in said.top(0)) == pytest.approx(1)
    with pytest.raises(ExplainError, match="no convolutional layer"):
        explain(vit, [photo], layer="encoder")


# The command line


@pytest.fixture
def explained(monkeypatch, folder, tmp_path, photo):
    """`explain` of a photograph by MobileNet, with more words."""
    cached(monkeypatch, folder, "mobilenet_v3_small")
    photo.save(tmp_path / "photo.png")

    def call(*words: str):
        arguments = [str(tmp_path / "photo.png"), "--model", "mobilenet_v3_small", *words]
        return CliRunner().invoke(cli, ["explain", *arguments, "--out", str(tmp_path / "maps")])

    return call


def test_a_photograph_is_explained_at_a_layer_of_the_family(explained):
    done = explained("--layer", "features.4", "--target", "tabby", "--device", "cpu", "--json")
    (row,) = json.loads(done.output)["photos"]
    assert (row["target"], row["layer"], row["method"]) == ("tabby", "features.4", "gradcam")
    assert len(row["predictions"]) == 5
    assert np.load(row["map_file"]).shape == (14, 14)
    assert Image.open(row["overlay_file"]).size == (448, 448)
    assert "at features.12 (" not in explained().output
    assert "at features.12\n" in explained().output


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["--bundle", "b.zip"], ExplainError, "stages of a residual network"),
        (["--method", "hirescam"], ExplainError, "only gradcam"),
        (["--precision", "bf16"], ExplainError, "fp32"),
        (["--size", "224"], GivenError, "are known"),
        (["--layer", "layer4"], ExplainError, "Choose: features"),
    ],
)
def test_what_only_residual_networks_have_is_refused_in_words(explained, words, error, said):
    done = explained(*words)
    assert isinstance(done.exception, error)
    assert said in str(done.exception)

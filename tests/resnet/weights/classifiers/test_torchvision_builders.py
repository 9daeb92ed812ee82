"""Builders of torchvision: which there are, and their layers with a map."""

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

from resnet.pictures.placement import place
from resnet.weights.catalogue import catalogue
from resnet.weights.classifiers.torchvision_builders import empty, map_layers
from resnet.weights.loading import find


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
        ("densenet169", "relu", (1664, 7, 7)),
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
        ("swin_t", "permute", (768, 7, 7)),
    ],
)
def test_layers_are_named_with_the_shapes_that_torchvision_gives(builder, name, shape):
    layers = {layer.name: layer.out_shape for layer in map_layers(builder, 224)}
    assert layers[name] == shape
    assert [*layers][-1] == name or builder == "densenet169"
    assert all(height == width > 1 for _, height, width in layers.values())


@pytest.mark.parametrize("builder", ["vit_b_16", "vit_h_14"])
def test_families_of_tokens_have_no_layer_with_a_map(builder):
    assert map_layers(builder, 224) == ()


@pytest.mark.parametrize("name", [name for name in catalogue() if name.startswith("vit_")])
def test_every_entry_of_tokens_is_of_the_side_that_its_weights_read(name):
    entry = catalogue()[name]
    side, builder = entry.weights.meta["min_size"][0], name.partition(".")[0]
    patches = (side // int(builder.rpartition("_")[2])) ** 2
    assert entry.transform.crop == side
    positions = empty(builder, side=entry.transform.crop).state_dict()["encoder.pos_embedding"]
    assert positions.shape[1] == 1 + patches


def test_a_layers_cells_are_stretched_from_edge_to_edge():
    layer = next(layer for layer in map_layers("alexnet", 224) if layer.name == "features.11")
    values = torch.randn(1, 1, 13, 13)
    theirs = nn.functional.interpolate(values, size=(224, 224), mode="bilinear")
    ours = place(values[0, 0], layer.centre, layer.jump, 224)
    assert np.allclose(ours, theirs[0, 0], atol=1e-5)

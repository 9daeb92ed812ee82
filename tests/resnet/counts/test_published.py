"""What torchvision publishes, kept in a file: equal to the installed package, read without it."""

import json
from math import prod

import pytest
import torch
import torchinfo
from click.testing import CliRunner
from torchvision import models
from torchvision.models import WeightsEnum, get_model, get_model_weights, list_models

from resnet.cli.commands import cli
from resnet.counts.comparison import network_names, read_side
from resnet.counts.published import FILE, published


def test_the_command_writes_the_file_that_is_kept(tmp_path):
    file = tmp_path / "classifiers.json"
    done = CliRunner().invoke(cli, ["published", "--out", str(file)])
    assert (done.exit_code, done.output.strip()) == (0, str(file))
    kept, said = (json.loads(path.read_text("utf-8")) for path in (FILE, file))
    assert kept["weights"] == said["weights"]
    assert kept["networks"] == said["networks"]
    assert kept.keys() == said.keys()


def test_reading_it_needs_no_torch(fresh_python):
    program = (
        "import sys; from resnet.counts.published import published\n"
        "print(len(published().weights) > 100, 'torch' in sys.modules)"
    )
    assert fresh_python(program) == "True False"


def theirs(weights: WeightsEnum) -> tuple:
    meta, see = weights.meta, weights.transforms()
    accuracy = meta["_metrics"]["ImageNet-1K"]
    return (
        *(accuracy["acc@1"], accuracy["acc@5"], meta["_ops"], meta["num_params"]),
        *(see.crop_size[0], see.resize_size[0], meta["recipe"]),
    )


def test_every_accuracy_is_torchvisions():
    known = {
        (model, weights.name): theirs(weights)
        for model in list_models(module=models)
        for weights in get_model_weights(model)
        if weights.meta["categories"]  # features of VGG-16 alone are also published
    }
    assert {weights[:2]: weights[2:] for weights in published().weights} == known


def test_networks_measured_on_the_meta_device_cost_what_torchvision_says():
    for network in published().networks.values():
        for weights in published().of(network.model):
            assert network.macs / 1e9 == pytest.approx(weights.gmacs, abs=6e-4)
            assert network.params == weights.params


@pytest.mark.parametrize("model", ["densenet121", "densenet161", "densenet169", "densenet201"])
def test_a_dense_net_has_the_depth_of_its_name_and_its_papers_resolutions(model):
    network = published().networks[model]
    assert network.depth == int(model.removeprefix("densenet"))
    assert [stage.out_shape[1:] for stage in network.stages[1:-1]] == [
        (56, 56),
        (28, 28),
        (14, 14),
        (7, 7),
    ]


@pytest.mark.parametrize(("model", "depth"), [("alexnet", 8), ("vgg16", 16), ("vgg19_bn", 19)])
def test_a_chain_has_the_depth_of_its_paper(model, depth):
    assert published().networks[model].depth == depth


@pytest.mark.parametrize("model", ["alexnet", "densenet169", "vgg16_bn"])
def test_activations_and_buffers_are_those_of_torchinfos_layers(model):
    with torch.device("meta"):
        layers = torchinfo.summary(
            get_model(model), (1, 3, 224, 224), device="meta", depth=9, verbose=0
        ).summary_list
    convs = [layer for layer in layers if layer.class_name == "Conv2d"]
    norms = [layer for layer in layers if layer.class_name == "BatchNorm2d"]
    network = published().networks[model]
    assert network.activations == sum(prod(conv.output_size) for conv in convs)
    assert network.buffers == sum(norm.num_params + 1 for norm in norms)


def test_stages_add_up_to_their_network():
    for network in published().networks.values():
        assert sum(stage.params for stage in network.stages) == network.params
        assert sum(stage.macs for stage in network.stages) == network.macs


def test_a_resnets_count_is_what_its_weights_say():
    counted = [
        (read_side(name), weights)
        for name in network_names()
        for weights in read_side(name).weights
    ]
    assert len(counted) > 25
    for network, weights in counted:
        assert network.numbers["params"] == weights.params
        assert network.numbers["macs"] / 1e9 == pytest.approx(weights.gmacs, abs=6e-4)

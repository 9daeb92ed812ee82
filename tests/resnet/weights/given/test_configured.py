"""Networks with another's keys: told by a config.json or a probe, else listed as assumed.

Each is its own library's, narrow, with random weights.
"""

import json
from dataclasses import replace
from zipfile import ZipFile

import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torchvision import models
from transformers import ResNetConfig

from resnet.network.spec import ResNetSpec
from resnet.weights.given.configured import read_config
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.inspecting import inspect
from resnet.weights.loading import load_classifier, load_residual
from resnet.weights.probe import Probe, pattern, settled
from resnet.weights.reading.infer_spec import CheckpointError
from tests.command_line import run
from tests.networks import lively

NARROW = {"layers": (1, 2, 1, 1), "channels": (8, 16, 24, 32), "stem_width": 4, "num_classes": 5}
TIMM = {
    "resnetaa34d": {"antialias": "average"},
    "resnetaa50": {"antialias": "average"},
    "resnetaa50d": {"antialias": "average"},
    "seresnetaa50d": {"antialias": "average"},
    "seresnextaa201d_32x8d": {"antialias": "average"},
    "resnetblur18": {"antialias": "binomial"},
    "resnetblur50": {"antialias": "binomial"},
    "resnetblur50d": {"antialias": "binomial"},
}


def of_timm(name, **changes):
    grouped = {"cardinality": 2} if "201d" in name else {}
    plain = {"stem_width": 8} if not name.endswith("d") and "201d" not in name else {}
    return lively(timm.create_model(name, **NARROW | plain | grouped | changes)).eval()


def saved(model, folder):
    save_file(model.state_dict(), folder / "model.safetensors")
    return folder / "model.safetensors"


def agrees(classifier, model, size=64):
    x = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        ours, theirs = classifier.model(x), model(x)
    return float((ours - theirs).abs().max() / theirs.abs().max()) < 1e-4


@pytest.mark.parametrize("name", TIMM)
def test_anti_aliasing_is_listed_and_settled_by_a_config_or_a_probe(name, tmp_path):
    model = of_timm(name)
    file = saved(model, tmp_path)
    assumed = load_residual(file, given=Given(crop=64))
    axis = next(each for each in assumed.assumed if each.axis == "antialias")
    (value,) = TIMM[name].values()
    assert f"antialias={value}" in [choice.fields for choice in axis.others]
    assert not agrees(assumed, model)
    with torch.no_grad():
        verdict = settled(assumed, Probe(model(pattern(assumed.spec))[0]))
    told = load_residual(file, given=Given(network=verdict.settled))
    assert told.spec.antialias == value
    assert agrees(told, model)
    (tmp_path / "config.json").write_text(json.dumps({"architecture": name}))
    beside = load_residual(file)
    assert agrees(beside, model)
    assert {each.axis for each in beside.assumed} == {"image_size", "normalise"}
    assert beside.known.config == name


def test_dilation_and_v1_are_listed_and_settled(tmp_path):
    dilated = models.resnet50(num_classes=5, replace_stride_with_dilation=[False, True, True])
    v1 = models.resnet50(num_classes=5)
    for stage in (v1.layer2, v1.layer3, v1.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    for model, fields in [
        (dilated, {"strides": (1, 2, 1, 1), "dilations": (1, 1, 2, 4)}),
        (v1, {"stride_on": "1x1"}),
    ]:
        read = load_residual(saved(lively(model).eval(), tmp_path))
        usual, *others = ([c.fields for c in each.choices] for each in read.assumed)
        assert "stride_on=1x1" in usual
        assert any("dilations=1,1,2,4" in fields for each in others for fields in each)
        said = "&".join(
            f"{name}={value if isinstance(value, str) else ','.join(map(str, value))}"
            for name, value in fields.items()
        )
        told = read.as_given(Given(network=said))
        assert replace(read.spec, **fields) == told.spec
        assert agrees(told, model)
        assert not agrees(read, model)


class Pooled(nn.Module):
    """A CIFAR ResNet with a max pool behind its 3×3 stem."""

    def __init__(self, model, pool):
        super().__init__()
        self.model, self.pool = model, pool

    def forward(self, x):
        net = self.model
        x = self.pool(net.relu(net.bn1(net.conv1(x))))
        for name in ("layer1", "layer2", "layer3", "layer4"):
            x = getattr(net, name)(x)
        return net.fc(x.mean((2, 3)))


def test_a_pool_behind_a_3x3_stem_is_listed_and_settled(tmp_path):
    net = models.ResNet(models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=5)
    net.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    model = Pooled(lively(net).eval(), nn.MaxPool2d(3, 2, 1))
    read = load_residual(saved(net, tmp_path))
    pool = next(each for each in read.assumed if each.axis == "pool")
    assert "stem=cifar&pool=max" in [choice.fields for choice in pool.others]
    with torch.no_grad():
        verdict = settled(read, Probe(model(pattern(read.spec))[0]))
    told = read.as_given(Given(network=verdict.settled))
    assert told.spec.stem_pool == "max"
    assert agrees(told, model, 32)
    assert not agrees(read, model, 32)


def test_transformers_say_where_the_stride_is():
    v1 = ResNetConfig(downsample_in_bottleneck=True).to_json_string().encode()
    read = read_config(v1).read_as(ResNetSpec())
    assert read == ResNetSpec(stride_on="1x1")
    first = ResNetConfig(downsample_in_first_stage=True, layer_type="basic").to_json_string()
    assert read_config(first.encode()).read_as(ResNetSpec()).strides == (2, 2, 2, 2)
    with pytest.raises(GivenError, match="activation silu"):
        read_config(ResNetConfig(hidden_act="silu").to_json_string().encode())


def test_a_config_says_input_and_labels_as_well(tmp_path):
    model = of_timm("resnet18", num_classes=2, stem_width=8)
    said = {
        "architecture": "resnet18",
        "label_names": ["n1", "n2"],
        "label_descriptions": {"n1": "tench"},
        "pretrained_cfg": {
            "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "input_size": [3, 96, 96],
            "crop_pct": 0.75, "interpolation": "bicubic",
        },
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(said))
    read = load_classifier(saved(model, tmp_path))
    assert read.labels == ("tench", "n2")
    seen = read.transform
    assert (seen.resize, seen.crop, seen.mean[0], seen.interpolation) == (128, 96, 0.5, "bicubic")
    assert read.assumed == ()
    over = load_classifier(tmp_path / "model.safetensors", given=Given(crop=64))
    assert (over.transform.crop, over.labels) == (64, ("tench", "n2"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"architecture": "resnet18", "label_names": ["a"]}, "config.json.* 1 labels"),
        ({"architecture": "resnet18", "model_args": {"act_layer": "silu"}}, "activation silu"),
        ({"model_type": "resnet", "hidden_act": "gelu"}, "activation gelu"),
        ({"architecture": "resnet18", "pretrained_cfg": {"mean": [0.5]}}, "mean and the deviation"),
    ],
)
def test_a_config_that_does_not_fit_is_refused_by_name(said, words, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(said))
    with pytest.raises(GivenError, match=words):
        load_classifier(saved(of_timm("resnet18", stem_width=8), tmp_path))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"model_type": "bert"}', b"\xff" * 9])
def test_other_json_is_no_config(data, tmp_path):
    assert read_config(data) == Given()
    (tmp_path / "config.json").write_bytes(data)
    assert (
        load_classifier(saved(of_timm("resnet18", stem_width=8), tmp_path)).labels[0] == "class 0"
    )


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({"architecture": "resnet50d", "model_args": {"output_stride": 8}}, "dilations=1,1,2,4"),
        ({"architecture": "legacy_seresnet50"}, "stride_on=1x1"),
        ({"architecture": "resnet50", "model_args": {"layers": [3, 4, 6, 3]}}, ""),
        ({"architecture": "densenet121"}, ""),
        ({"architecture": "resnet33ts"}, ""),
    ],
)
def test_of_a_network_a_config_says_what_its_library_means(config, fields):
    network = read_config(json.dumps(config).encode()).network
    assert fields in network if fields else network == ""


def test_the_command_says_that_a_config_was_used_and_inspect_follows_it(tmp_path):
    file = saved(of_timm("resnetaa50"), tmp_path)
    assert "antialias" in {each.axis for each in inspect(file).assumed}
    (tmp_path / "config.json").write_text('{"architecture": "resnetaa50"}')
    assert inspect(file).spec.antialias == "average"
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "photo.png")
    done = run("explain", tmp_path / "photo.png", "--model", file, "--out", tmp_path, "--size", 64)
    assert "A config.json beside the weights says resnetaa50." in done.stdout


def test_a_config_in_a_zip_is_used(tmp_path):
    model = of_timm("resnetblur18", stem_width=8)
    saved(model, tmp_path)
    with ZipFile(tmp_path / "net.zip", "w") as archive:
        archive.write(tmp_path / "model.safetensors", "net/model.safetensors")
        archive.writestr("net/config.json", '{"architecture": "resnetblur18"}')
    assert agrees(load_residual(tmp_path / "net.zip"), model)
    read = load_classifier("net.zip", data=(tmp_path / "net.zip").read_bytes())
    assert read.spec.antialias == "binomial"


def test_what_is_said_goes_before_a_config(tmp_path):
    file = saved(of_timm("resnetaa50"), tmp_path)
    (tmp_path / "config.json").write_text('{"architecture": "resnetaa50"}')
    assert load_residual(file, given=Given(network="antialias=none")).spec.antialias == "none"
    whole = Given(network="net=resnet50&layers=1,2,1,1&planes=2,4,6,8&stem_width=64")
    with pytest.raises(CheckpointError, match="does not fit"):
        load_residual(file, given=whole)

"""Each axis of a spec is exactly that of the library it is known from: counts and logits."""

import os
import re
from dataclasses import replace
from math import prod

import pytest
import timm
import torch
import torchvision
from pytorchcv.models.preresnet import PreResNet
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.resnet import Bottleneck

from resnet import ResNetSpec, build, trace
from resnet.network.fields.stems import STEMS
from tests.networks import lively

os.environ.setdefault("KERAS_BACKEND", "torch")  # read when keras is imported
keras_resnet = pytest.importorskip("keras.src.applications.resnet")

SMALL = ResNetSpec(
    layers=(1, 2, 1, 2), planes=(16, 32, 48, 64), num_classes=10, image_size=64
)  # narrow, but for the stem
DEEP = {"stem": "deep", "shortcut": "D"}
SE = {"attention": "se", "se_divisor": 8}
TIMM = {  # name, what its builder is told besides, and the same in fields
    "resnet10t": ({}, {"block": "basic", "stem": "tiered", "shortcut": "D"}),
    "resnet26t": ({}, {"stem": "tiered", "shortcut": "D"}),
    "resnet50c": ({}, {"stem": "deep"}),
    "resnet50s": ({}, {"stem": "deep", "stem_width": 128}),
    "resnet50 of output stride 16": ({"output_stride": 16}, {"dilations": (1, 1, 1, 2)}),
    "resnet50 of output stride 8": ({"output_stride": 8}, {"dilations": (1, 1, 2, 4)}),
    "resnet18 of output stride 8": (
        {"output_stride": 8},
        {"block": "basic", "dilations": (1, 1, 2, 4)},
    ),
    "resnet50d of output stride 8": ({"output_stride": 8}, {**DEEP, "dilations": (1, 1, 2, 4)}),
    "resnetaa34d": ({}, {**DEEP, "block": "basic", "antialias": "average"}),
    "resnetaa50": ({}, {"antialias": "average"}),
    "resnetaa50d": ({}, {**DEEP, "antialias": "average"}),
    "resnetaa50d of output stride 8": (
        {"output_stride": 8},
        {**DEEP, "antialias": "average", "dilations": (1, 1, 2, 4)},
    ),
    "resnetblur18": ({}, {"block": "basic", "antialias": "binomial"}),
    "resnetblur50": ({}, {"antialias": "binomial"}),
    "resnetblur50d of output stride 16": (
        {"output_stride": 16},
        {**DEEP, "antialias": "binomial", "dilations": (1, 1, 1, 2)},
    ),
    "seresnet50": ({}, SE),
    "seresnet18": ({}, {**SE, "block": "basic"}),
    "seresnetaa50d": ({}, {**DEEP, **SE, "antialias": "average"}),
    "ecaresnet50d": ({}, {**DEEP, "attention": "eca"}),
    "ecaresnetlight": ({}, {"shortcut": "D", "attention": "eca"}),
    "resnet50_gn": (
        {"channels": (32, 32, 64, 64)},
        {"planes": (32, 32, 64, 64), "norm": "group"},
    ),
    "resnetrs50": ({}, {**DEEP, "pool": "conv", "se_reduction": 4, "se_divisor": 8}),
    "resnetrs50 with a filter": (
        {"aa_layer": "blur"},
        {**DEEP, "pool": "conv", "se_reduction": 4, "se_divisor": 8, "antialias": "binomial"},
    ),
}


def _fields(changes):
    strides = tuple(
        1 if d > 1 else s for s, d in zip((1, 2, 2, 2), changes["dilations"], strict=True)
    )
    return changes | {"strides": strides}


def _equal(spec, theirs, state=None, tolerance=1e-4):
    """Parameters, multiply-adds and logits of one image that is no square."""
    spec = replace(spec, image_size=(64, 96))
    ours = build(spec).eval()
    ours.load_state_dict(theirs.state_dict() if state is None else state, strict=True)
    image = torch.randn(2, 3, 64, 96)
    with torch.inference_mode(), FlopCounterMode(display=False) as flops:
        expected = theirs(image[:1])
    graph = trace(spec)
    assert graph.params == sum(p.numel() for p in theirs.parameters())
    assert 2 * graph.macs == flops.get_total_flops()
    with torch.inference_mode():
        expected, found = theirs(image), ours(image)
    assert (found - expected).abs().max() <= tolerance * expected.abs().max()
    assert expected.std() > 1e-3  # and the image matters
    return spec


@pytest.mark.parametrize("name", TIMM)
def test_timm(name):
    options, changes = TIMM[name]
    if "dilations" in changes:
        changes = _fields(changes)
    torch.manual_seed(0)
    small = {"layers": SMALL.layers, "channels": SMALL.planes, "num_classes": 10}
    theirs = timm.create_model(name.partition(" ")[0], **{**small, **options})
    _equal(replace(SMALL, **changes), lively(theirs))


@pytest.mark.parametrize("dilate", [(False, False, True), (False, True, True)])
def test_torchvision_replaces_strides_with_dilations(dilate):
    theirs = torchvision.models.ResNet(
        Bottleneck, [1, 2, 1, 2], num_classes=10, replace_stride_with_dilation=dilate
    )
    dilations = {1: (1, 1, 1, 2), 2: (1, 1, 2, 4)}[sum(dilate)]
    spec = ResNetSpec(**_fields({"dilations": dilations}), layers=(1, 2, 1, 2), num_classes=10)
    _equal(spec, lively(theirs))


def test_timm_activates_first_in_the_branch():
    theirs = timm.create_model(
        "resnetv2_50d", layers=(1, 2, 1, 2), channels=(96, 128, 192, 256), num_classes=10
    )
    state = {_resnetv2(key): value for key, value in theirs.state_dict().items()}
    state["fc.weight"] = state["fc.weight"].flatten(1)
    _equal(replace(SMALL, planes=(24, 32, 48, 64), preact=True, **DEEP), lively(theirs), state)


def _resnetv2(key):
    if key.startswith("stem.conv"):  # a deep stem is a Sequential here
        return f"conv1.{3 * (int(key[9]) - 1)}.weight"
    for pattern, name in (
        (r"stem\.norm(\d)\.", lambda m: f"conv1.{3 * int(m[1]) - 2}."),
        (r"stages\.(\d)\.blocks\.", lambda m: f"layer{int(m[1]) + 1}."),
        (r"downsample\.conv\.", "downsample.1."),
        (r"\.norm(\d)\.", r".bn\1."),
        (r"head\.fc", "fc"),
    ):
        key = re.sub(pattern, name, key)
    return key


def test_pytorchcv_activates_behind_the_stem_and_in_the_first_block():
    theirs = PreResNet(
        channels=[[16, 16], [32, 32]], init_block_channels=16, bottleneck=False,
        conv1_stride=True, num_classes=10,
    )  # fmt: skip
    theirs.features.final_pool = torch.nn.AdaptiveAvgPool2d(1)
    state = {_preresnet(key): value for key, value in theirs.state_dict().items()}
    spec = ResNetSpec(
        block="basic", layers=(2, 2), planes=(16, 32), stem_width=16, num_classes=10,
        preact=True, first_activation="both",
    )  # fmt: skip
    _equal(spec, lively(theirs), state)


def _preresnet(key):
    for pattern, name in (
        (r"features\.init_block\.conv", "conv1"),
        (r"features\.init_block\.bn", "bn1"),
        (r"features\.stage(\d)\.unit(\d)", lambda m: f"layer{m[1]}.{int(m[2]) - 1}"),
        (r"body\.conv(\d)\.bn", r"bn\1"),
        (r"body\.conv(\d)\.conv", r"conv\1"),
        (r"identity_conv", "downsample.0"),
        (r"features\.post_activ\.bn", "norm"),
        (r"output", "fc"),
    ):
        key = re.sub(pattern, name, key)
    return key


def test_before_the_first_split_the_identity_is_activated_too():
    """He et al. 2016, appendix: the first block begins with its convolution."""
    spec = ResNetSpec(
        block="basic", layers=(2,), planes=(8,), stem="cifar", stem_width=8, num_classes=3,
        preact=True, first_activation="split", image_size=16,
    )  # fmt: skip
    net = lively(build(spec))
    x = torch.randn(1, 3, 16, 16)
    block, activated = net.layer1[0], net.bn1(net.conv1(x)).relu()
    branch = block.conv2(block.bn2(block.conv1(activated)).relu())
    assert torch.allclose(block(net.stem(x)), activated + branch, atol=1e-6)
    assert "layer1.0.bn1.weight" not in net.state_dict()


def test_keras_v2_strides_at_the_end_of_a_stage_and_has_biases():
    theirs = keras_resnet.ResNet(
        _stages(keras_resnet.stack_residual_blocks_v2, (2, 2, 1)), preact=True, use_bias=True,
        weights=None, input_shape=(64, 96, 3), classes=10, classifier_activation=None,
    )  # fmt: skip
    spec = replace(
        SMALL, layers=(2, 3, 2), planes=(24, 32, 48), strides=(2, 2, 1), preact=True,
        pool="zeros", strided_block="last", conv_bias=True,
    )  # fmt: skip
    _equal_to_keras(spec, theirs)


def test_keras_has_biases_and_strides_the_first_1x1():
    theirs = keras_resnet.ResNet(
        _stages(keras_resnet.stack_residual_blocks_v1, (1, 2, 2)), preact=False, use_bias=True,
        weights=None, input_shape=(64, 96, 3), classes=10, classifier_activation=None,
    )  # fmt: skip
    spec = replace(SMALL, layers=(2, 3, 2), planes=(24, 32, 48), stride_on="1x1", conv_bias=True)
    _equal_to_keras(spec, theirs)


def _stages(stack, strides):
    def build_stages(x):
        for i, (planes, blocks, stride) in enumerate(
            zip((24, 32, 48), (2, 3, 2), strides, strict=True)
        ):
            x = stack(x, planes, blocks, stride1=stride, name=f"conv{i + 2}")
        return x

    return build_stages


def _equal_to_keras(spec, theirs):
    rng = torch.Generator().manual_seed(0)
    state = {}
    for layer in theirs.layers:
        for weight in layer.weights:
            shape = tuple(weight.shape)
            scale = 0.3 if len(shape) == 1 else (2 / prod(shape[:-1])) ** 0.5
            value = torch.randn(shape, generator=rng) * scale
            if weight.name in ("gamma", "moving_variance"):
                value = value.abs() + 0.5
            weight.assign(value.numpy())
            order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[len(shape)]
            state[_keras(layer.name, weight.name, spec.preact)] = value.permute(order)
    spec = replace(spec, image_size=(64, 96))
    ours = build(spec).eval()
    missing, unexpected = ours.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(key.endswith("num_batches_tracked") for key in missing)
    image = torch.randn(1, 64, 96, 3, generator=rng)
    expected = torch.as_tensor(theirs.predict(image.numpy(), verbose=0))
    with torch.inference_mode():
        found = ours(image.permute(0, 3, 1, 2))
    assert trace(spec).params == sum(prod(w.shape) for w in theirs.trainable_weights)
    assert (found - expected).abs().max() <= 1e-4 * expected.abs().max()


def _keras(layer, weight, preact):
    if layer == "predictions":
        place = "fc"
    elif layer.startswith("conv1_"):
        place = {"conv1_conv": "conv1", "conv1_bn": "bn1"}[layer]
    elif layer == "post_bn":
        place = "norm"
    else:
        stage, block, part = re.fullmatch(r"conv(\d)_block(\d)_(.*)", layer).groups()
        inside = {"0_conv": "downsample.0", "0_bn": "downsample.1", "preact_bn": "bn1"}.get(part)
        if inside is None:
            number, kind = part.split("_")
            inside = f"conv{number}" if kind == "conv" else f"bn{int(number) + preact}"
        place = f"layer{int(stage) - 1}.{int(block) - 1}.{inside}"
    return f"{place}.{_KERAS[weight]}"


_KERAS = {
    "kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias",
    "moving_mean": "running_mean", "moving_variance": "running_var",
}  # fmt: skip


@pytest.mark.parametrize("stem", STEMS)
def test_convolutions_of_every_stem_but_cifars_halve_the_image(stem):
    stages = trace(ResNetSpec(stem=stem, pool="none")).stages
    assert stages[0].out_shape[1:] == ((224, 224) if stem == "cifar" else (112, 112))

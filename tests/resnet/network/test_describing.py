"""Shapes, costs, convolutions and shortcuts in words."""

import pytest

from resnet import ResNetSpec, trace
from resnet.network.describing import describe_compute, describe_conv, describe_shortcut
from resnet.text.numbers import shape


def test_shapes_and_cost():
    assert shape((256, 56, 56)) == "56×56×256"
    assert shape((1000,)) == "1000"
    assert describe_compute(trace(ResNetSpec())) == "4.09 GMACs (8.18 GFLOPs) at 224×224"


@pytest.mark.parametrize(
    ("net", "option", "sentence"),
    [
        ("resnet50", "B", "1×1 convolution, stride 2: 256 → 512 channels, 56 → 28."),
        (
            "resnet50",
            "D",
            "2×2 average pool, stride 2, then 1×1 convolution: 256 → 512 channels, 56 → 28.",
        ),
        (
            "resnet18",
            "A",
            "Option A, every second pixel and zero channels: 64 → 128 channels, 56 → 28.",
        ),
        ("resnet18", "none", "No shortcut: a plain block, its output is F(x) alone."),
    ],
)
def test_a_shortcut_in_a_sentence(net, option, sentence):
    block = trace(ResNetSpec.preset(net, shortcut=option)).block("layer2.0")
    assert describe_shortcut(block.plan, block.in_shape[1]) == sentence


def test_a_convolution_in_short():
    first, middle, last = trace(ResNetSpec.preset("resnext50_32x4d")).block("layer2.0").plan.convs
    assert [describe_conv(first), describe_conv(middle), describe_conv(last)] == [
        "1×1, 256",
        "3×3, 256, 32 groups, /2",
        "1×1, 512",
    ]

"""Shapes, costs, convolutions and shortcuts in words."""

import pytest

from resnet import ResNetSpec, trace
from resnet.network.describing import (
    describe,
    describe_compute,
    describe_conv,
    describe_costs,
    describe_run,
    describe_shortcut,
    stage_cells,
)
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
    assert describe_shortcut(block.plan, block.in_shape[1:]) == sentence


def test_a_convolution_in_short():
    first, middle, last = trace(ResNetSpec.preset("resnext50_32x4d")).block("layer2.0").plan.convs
    assert [describe_conv(first), describe_conv(middle), describe_conv(last)] == [
        "1×1, 256",
        "3×3, 256, 32 groups, /2",
        "1×1, 512",
    ]


def test_a_run_of_equal_blocks_is_named_by_its_ends():
    blocks = trace(ResNetSpec.preset("cifar_resnet20", layers=(18, 1, 1))).stage("layer1").blocks
    assert describe_run(blocks[1:]) == "layer1.1 to 17, 17 ×"


def test_costs_are_said_of_one_or_of_each():
    assert describe_costs(36_864, 115_605_504) == "36.86 k params, 115.61 MMACs"
    assert describe_costs(36_864, 115_605_504, per_block=True).endswith(" each")


def test_a_stage_in_a_table():
    stages = trace(ResNetSpec.preset("resnet18")).stages
    assert stage_cells(stages[0]) == ("stem", "", "56×56×64", "9,536", "118,013,952", "11 px")
    assert stage_cells(stages[1]) == ("conv2_x", "2", "56×56×64", "147,968", "462,422,016", "43 px")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "4 layers of basic blocks, shortcuts are the identity, zero-padded where"),
        ({"shortcut": "B"}, "shortcuts are the identity, projections where the shape changes"),
        ({"shortcut": "C"}, "every shortcut is a projection"),
        ({"shortcut": "D"}, "shortcuts are the identity, pooled projections where"),
        ({"shortcut": "none"}, "4 layers of plain basic blocks, no shortcuts"),
        ({"block": "bottleneck"}, "5 layers of bottleneck blocks"),
        ({"block": "bottleneck", "shortcut": "none"}, "5 layers of plain bottleneck blocks"),
        ({"layers": (2,)}, "conv2_x 2 blocks to 32×32×16; 10 classes"),
        ({}, "32×32×3 in; stem to 32×32×16; conv2_x 1 block to 32×32×16; 10 classes"),
    ],
)
def test_a_network_in_words(changes, words):
    spec = ResNetSpec.preset("cifar_resnet20", **{"layers": (1,), "planes": (16,)} | changes)
    assert words in describe(trace(spec))


@pytest.mark.parametrize(
    ("shortcut", "block", "sentence"),
    [
        ("B", "layer1.0", "Identity: x is added unchanged."),
        ("C", "layer1.0", "1×1 convolution, stride 1: 16 → 16 channels, 33 → 33."),
        (
            "A",
            "layer2.0",
            "Option A, every second pixel and zero channels: 16 → 32 channels, 33 → 17.",
        ),
    ],
)
def test_a_side_that_is_odd_is_halved_upwards(shortcut, block, sentence):
    spec = ResNetSpec.preset("cifar_resnet20", shortcut=shortcut, image_size=33)
    found = trace(spec).block(block)
    assert describe_shortcut(found.plan, found.in_shape[1:]) == sentence


def test_padding_without_a_stride_reads_every_pixel():
    spec = ResNetSpec.preset("cifar_resnet20", stem_width=8)
    found = trace(spec).block("layer1.0")
    assert "every single pixel" in describe_shortcut(found.plan, (32,))

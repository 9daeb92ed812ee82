"""Numbers and shapes as people write them."""

import pytest

from resnet import ResNetSpec, trace
from resnet.network.describing import describe_compute, describe_conv, describe_shortcut
from resnet.text.numbers import count, decimal, percent, shape, signed, signed_whole


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (25557032, "", "25.56 M"),
        (4089184256, "MACs", "4.09 GMACs"),
        (950, "", "950"),
        (950, " params", "950 params"),
        (1376, " params", "1.38 k params"),
    ],
)
def test_counts(number, unit, words):
    assert count(number, unit) == words


def test_differences_carry_their_sign():
    assert [signed(n, "MACs") for n in (231_211_008, -56, 0)] == [
        "+231.21 MMACs",
        "−56 MACs",
        "±0 MACs",
    ]
    assert [signed_whole(n) for n in (231_211_008, -1152, 0)] == ["+231,211,008", "−1,152", "±0"]


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


def test_decimals_and_shares_have_true_minus_signs_and_no_signed_zero():
    assert [decimal(n) for n in (-1.254, 0.5, -0.001)] == ["−1.25", "0.50", "0.00"]
    assert [decimal(n, 1, sign=True) for n in (-1.26, 0.5, 0.04)] == ["−1.3", "+0.5", "0.0"]
    assert [percent(n) for n in (0.254, -0.0001)] == ["25.4%", "0.0%"]
    assert percent(0.254, sign=True) == "+25.4%"

"""Widths of a network."""

from resnet import ResNetSpec
from resnet.network.variants import width_of, with_width


def test_a_width_is_counted_in_those_of_the_paper():
    assert width_of(ResNetSpec.preset("resnet50")) == 1
    assert width_of(ResNetSpec.preset("wrn28_10")) == 10
    half = with_width(ResNetSpec.preset("resnet18"), 0.5)
    assert (half.planes, half.stem_width) == ((32, 64, 128, 256), 32)
    assert with_width(half, 1) == ResNetSpec.preset("resnet18")


def test_a_stem_of_its_own_width_keeps_it():
    assert with_width(ResNetSpec.preset("wrn28_10"), 4).stem_width == 16
    assert with_width(ResNetSpec.preset("wrn28_10"), 4).planes == (64, 128, 256)

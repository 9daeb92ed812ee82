"""A network changed in one respect."""

from resnet import ResNetSpec
from resnet.network.variants import width_of, with_depth, with_layers, with_width


def test_a_width_is_counted_in_those_of_the_paper():
    assert width_of(ResNetSpec.preset("resnet50")) == 1
    assert width_of(ResNetSpec.preset("wrn28_10")) == 10
    half = with_width(ResNetSpec.preset("resnet18"), 0.5)
    assert (half.planes, half.stem_width) == ((32, 64, 128, 256), 32)
    assert with_width(half, 1) == ResNetSpec.preset("resnet18")


def test_a_stem_of_its_own_width_keeps_it():
    assert with_width(ResNetSpec.preset("wrn28_10"), 4).stem_width == 16
    assert with_width(ResNetSpec.preset("wrn28_10"), 4).planes == (64, 128, 256)


def test_no_stage_is_narrower_than_one_plane():
    assert with_width(ResNetSpec.preset("resnet18"), 0.001).planes == (1, 1, 1, 1)


def test_further_stages_double_on_and_fewer_drop_the_last():
    spec = ResNetSpec(layers=(2,), planes=(24,))
    assert with_layers(spec, (1,) * 6).planes == (24, 48, 96, 192, 384, 768)
    assert with_layers(ResNetSpec(), (3, 4)).planes == (64, 128)
    dilated = with_layers(ResNetSpec(strides=(1, 2, 1, 1), dilations=(1, 1, 2, 4)), (1,) * 5)
    assert (dilated.strides, dilated.dilations) == ((1, 2, 1, 1, 2), (1, 1, 2, 4, 4))


def test_a_change_of_depth_keeps_what_was_varied_within_the_family_alone():
    varied = ResNetSpec(shortcut="D", num_classes=10)
    assert with_depth(varied, 101, "imagenet").shortcut == "D"
    assert with_depth(varied, 18, "imagenet").block == "basic"
    assert with_depth(varied, 20, "cifar") == ResNetSpec.preset("cifar_resnet20")

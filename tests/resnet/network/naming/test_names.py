"""Every network has a name that tells it apart, by the field's letters where there are some."""

from dataclasses import replace

import pytest
from hypothesis import given

from resnet import ResNetSpec
from resnet.network.fields.rules import CHOICES, SpecError
from resnet.network.naming import letters
from resnet.network.naming.names import file_stem
from resnet.network.naming.presets import PRESETS, RESNET50
from resnet.network.naming.query import OF_USE
from tests.strategies import specs

NAMES = {
    "resnet50 · option A": {"shortcut": "A"},
    "resnet50 · option D": {"shortcut": "D"},
    "resnet50 · v1": {"stride_on": "1x1"},
    "resnet50 · half width": {"stem_width": 32, "planes": (32, 64, 128, 256)},
    "resnet50 · 0.375× width": {"stem_width": 24, "planes": (24, 48, 96, 192)},
    "resnet50 · stem 32 wide": {"stem_width": 32, "planes": (64, 128, 256, 512)},
    "resnet50 · stem 64, planes 64-96-128-160": {"planes": (64, 96, 128, 160)},
    "resnet50 · output stride 8": {"strides": (1, 2, 1, 1), "dilations": (1, 1, 2, 4)},
    "resnet50 · output stride 16": {"strides": (1, 2, 2, 1), "dilations": (1, 1, 1, 2)},
    "resnet50 · strides 1-2-2-2, dilation 1-1-1-2": {"dilations": (1, 1, 1, 2)},
    "resnet50 · cifar stem · SE 1/4": {"stem": "cifar", "se_reduction": 4, "se_divisor": 8},
    "resnet50 · SE 1/12 in 8s": {"se_reduction": 12, "se_divisor": 8},
    "resnet50d": {"stem": "deep", "shortcut": "D"},
    "resnet50c": {"stem": "deep"},
    "seresnext50d_32x4d": {
        "stem": "deep", "shortcut": "D", "se_reduction": 16, "groups": 32, "width_per_group": 4,
    },
    "ecaresnetblur50": {"attention": "eca", "antialias": "binomial"},
    "resnet47_bottleneck_2-4-6-3": {"layers": (2, 4, 6, 3)},
    "resnet41_bottleneck_3-4-6 · biases": {"layers": (3, 4, 6), "conv_bias": True},
    "plain34": {"block": "basic", "shortcut": "none"},
    "resnet34 · pre-activation · activated first in split": {
        "block": "basic", "preact": True, "first_activation": "split",
    },
}  # fmt: skip
CIFAR = {
    "cifar_resnet38": {"layers": (6, 6, 6)},
    "cifar_plain20": {"shortcut": "none"},
    "wrn22_6": {"layers": (3, 3, 3), "planes": (96, 192, 384), "shortcut": "B", "preact": True},
    "preact_resnet164 · v1.5": {**PRESETS["preact_resnet164"], "stride_on": "3x3"},
}

LETTERED = ("seresnext50d_32x4d", "ecaresnetblur101", "resnext26_32x4d", "resnetaa18d", "wrn22_2")


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_named_for_the_nearest_and_its_difference(name):
    assert ResNetSpec(**NAMES[name]).name == name


@pytest.mark.parametrize("name", CIFAR)
def test_so_is_one_for_cifar(name):
    assert ResNetSpec.preset("cifar_resnet20", **CIFAR[name]).name == name


def test_every_value_of_a_field_has_words():
    for field, values in CHOICES.items():
        for value in filter(None, values):
            preact = field == "first_activation"
            assert ResNetSpec(**{"preact": preact, field: value}).name


@given(specs(), specs())
def test_no_two_networks_have_the_same_name(one, other):
    """Nor has a network and what it is with any one field of another, where there is such a one."""
    for name in {*RESNET50} - {*OF_USE}:
        try:
            near = replace(one, **{name: getattr(other, name)})
        except ValueError:
            continue
        alike = replace(near, **{field: getattr(one, field) for field in OF_USE})
        assert (alike.name == one.name) is (alike == one)


@given(specs())
def test_input_classes_and_initialisation_are_no_part_of_a_name(spec):
    square = replace(spec, image_size=128, num_classes=7, zero_init_residual=False)
    assert square.name == replace(square, image_size=256, num_classes=9).name


def test_a_file_is_named_for_its_network():
    assert file_stem(ResNetSpec(shortcut="A").name) == "resnet50-option-A"
    assert file_stem("resnet50 · 0.75× width · SE 1/4") == "resnet50-0.75-width-SE-1-4"
    assert file_stem("resnext50_32x4d") == "resnext50_32x4d"


def test_letters_are_read_as_they_are_written():
    for name in ("resnet50", "seresnextaa101d_32x8d", "ecaresnetblur26t", "resnet50_gn"):
        assert letters.nearest(RESNET50 | letters.read(name)) == name
    for name in ("resnet51", "resnet50x", "resnext", ""):
        with pytest.raises(KeyError):
            letters.read(name)


@given(specs())
def test_a_name_that_says_no_difference_is_read_back(spec):
    """And of any other, what stands before the differences."""
    plain, *differences = spec.name.split(" · ")
    read = ResNetSpec.preset(plain)
    assert read.name == plain
    assert (read.layers, read.block) == (spec.layers, spec.block)
    if not differences:
        assert replace(spec, **{field: getattr(read, field) for field in OF_USE}) == read


@pytest.mark.parametrize("name", [*PRESETS, *NAMES, *CIFAR, *LETTERED])
def test_every_plain_name_that_is_shown_is_read(name):
    plain = name.split(" · ")[0]
    assert ResNetSpec.preset(plain).name == plain
    assert ResNetSpec.from_query(f"net={plain}").name == plain


@pytest.mark.parametrize(
    "name",
    [
        "", "resnet", "plain", "resnet51", "resnet050", "resnext50", "resnet50_1x64d",
        "resnet50 · v1", "resnet99_basic_3-4-6-3", "resnet34_basic_3-4-6-3", "resnet16_basic_3-4-",
        "cifar_resnet21", "cifar_resnet2", "wrn28_0", "wrn99999_999", "preact_resnet٢٠",
        "plainplain34",
        "resnet99_basic_" + "-".join(["9"] * 99), "cifar_resnet" + "9" * 5000,
    ],
)  # fmt: skip
def test_any_other_is_refused_in_a_sentence(name):
    with pytest.raises(SpecError):
        ResNetSpec.preset(name)

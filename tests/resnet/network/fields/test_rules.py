"""What cannot be is refused in words, and at its limits."""

from dataclasses import replace

import pytest

from resnet import ResNetSpec, SpecError


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"block": "fancy"}, "basic or bottleneck"),
        ({"layers": ()}, "1 to 6 stages"),
        ({"layers": (1,) * 7}, "1 to 6 stages"),
        ({"layers": (3, 0, 6, 3)}, "at least one block"),
        ({"layers": (3, "4", 6, 3)}, "whole numbers"),
        ({"layers": (1, 1)}, "one width for each stage"),
        ({"layers": (900, 900, 900, 900)}, "too many"),
        ({"planes": (64, 128, 256, 0)}, "Stage widths"),
        ({"image_size": 4}, "8 to 4096"),
        ({"num_classes": 0}, "num_classes"),
        (
            {
                "layers": (1, 1),
                "planes": (32, 32),
                "block": "basic",
                "norm": "group",
                "image_size": 8,
            },
            "one value",
        ),  # as PyTorch refuses it
        ({"groups": 2.0}, "whole number"),
        ({"preact": 1}, "true or false"),
        ({"block": "basic", "groups": 32}, "bottleneck"),
        ({"block": "basic", "stride_on": "1x1"}, "no 1×1"),
        ({"preact": True, "zero_init_residual": True}, "no last γ"),
        ({"shortcut": "A", "planes": (64, 128, 64, 512)}, "cannot narrow"),
        ({"width_per_group": 1, "planes": (8, 16, 32, 64)}, "no channel"),
    ],
)
def test_what_cannot_be_is_refused_in_words(changes, words):
    with pytest.raises(SpecError, match=words):
        replace(ResNetSpec(), **changes)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("groups", 1, 1024),
        ("width_per_group", 1, 4096),
        ("stem_width", 1, 4096),
        ("se_reduction", 0, 1024),
        ("expansion", 0, 64),
        ("in_channels", 1, 1024),
        ("num_classes", 1, 100_000),
        ("image_size", 8, 4096),
    ],
)
def test_a_number_may_be_at_its_limits_and_no_further(name, low, high):
    said = f"{name} is .*; it must be a whole number from {low} to {high}"
    for value in (low, high):
        assert getattr(replace(ResNetSpec(planes=(64,) * 4), **{name: value}), name) == value
    for value in (low - 1, high + 1, float(high), True, str(low)):
        with pytest.raises(SpecError, match=said):
            replace(ResNetSpec(), **{name: value})


@pytest.mark.parametrize(("name", "low", "high"), [("strides", 1, 2), ("dilations", 1, 64)])
def test_each_number_of_a_stage_may_be_at_its_limits_and_no_further(name, low, high):
    for value in (low, high):
        stages = (1, value, value, 1)
        assert getattr(ResNetSpec(**{name: stages}), f"stage_{name}") == stages
    for value in (low - 1, high + 1):
        with pytest.raises(SpecError, match=f"{name} is .*{low} to {high}"):
            ResNetSpec(**{name: (1, value, 1, 1)})


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("block", "basic or bottleneck"),
        ("stem", "imagenet, cifar, deep, tiered or strided"),
        ("shortcut", "A, B, C, D or none"),
        ("stride_on", "3x3 or 1x1"),
    ],
)
def test_a_choice_is_one_of_those_that_are_named(name, choices):
    with pytest.raises(SpecError, match=f"{name} is 'fancy'; it can be {choices}"):
        replace(ResNetSpec(), **{name: "fancy"})


@pytest.mark.parametrize("name", ["preact", "zero_init_residual"])
def test_a_switch_is_no_number(name):
    with pytest.raises(SpecError, match=f"{name} is 0; it is either true or false"):
        replace(ResNetSpec(), **{name: 0})


def allowed(**changes) -> bool:
    try:
        ResNetSpec(**changes)
    except SpecError:
        return False
    return True


@pytest.mark.parametrize(
    ("last", "beyond"),
    [
        ({"layers": (1,) * 6}, {"layers": (1,) * 7}),
        ({"layers": (1999, 1)}, {"layers": (2000, 1)}),
        ({"layers": (1, 1)}, {"layers": (1, 0)}),
        ({"layers": (1,), "planes": (1,)}, {"layers": (1,), "planes": (0,)}),
        ({"layers": (1,), "planes": (16384,)}, {"layers": (1,), "planes": (16385,)}),
        (
            {"layers": (1,), "planes": (8,), "width_per_group": 8},
            {"layers": (1,), "planes": (9,), "width_per_group": 7},
        ),
        ({"stem": "deep", "stem_width": 2}, {"stem": "deep", "stem_width": 1}),
        (  # 16 channels from the stem, then 4 × planes
            {"layers": (1, 1), "stem_width": 16, "planes": (4, 4), "shortcut": "A"},
            {"layers": (1, 1), "stem_width": 16, "planes": (4, 3), "shortcut": "A"},
        ),
        (
            {"layers": (1,), "stem_width": 16, "planes": (4,), "shortcut": "A"},
            {"layers": (1,), "stem_width": 17, "planes": (4,), "shortcut": "A"},
        ),
        (
            {"block": "basic", "layers": (1,), "planes": (64,), "shortcut": "A"},
            {"block": "basic", "layers": (1,), "planes": (63,), "shortcut": "A"},
        ),
        ({"block": "basic"}, {"block": "basic", "groups": 2}),
        ({"block": "basic", "width_per_group": 64}, {"block": "basic", "width_per_group": 65}),
        ({"preact": True}, {"preact": True, "zero_init_residual": True}),
    ],
)
def test_the_last_that_can_be_is_allowed_and_the_first_that_cannot_refused(last, beyond):
    assert allowed(**last)
    assert not allowed(**beyond)


def test_as_many_stages_and_blocks_as_the_message_says():
    with pytest.raises(SpecError, match="has 1 to 6 stages; layers lists 7"):
        ResNetSpec(layers=(1,) * 7)
    with pytest.raises(SpecError, match="2001 blocks are too many to draw; at most 2000"):
        ResNetSpec(layers=(2000, 1))

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

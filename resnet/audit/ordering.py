"""Which images come first, and which are left out: by any column of an audit's rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet.text.language import mark

# What images are ordered by, in words, and whether the greatest comes first.
ORDERS: Mapping[str, tuple[str, bool]] = {
    "loss": (mark("worst first: loss"), True),
    "margin": (mark("margin"), False),
    "probability": (mark("probability"), False),
    "entropy": (mark("entropy"), True),
    "border": (mark("evidence at the border"), True),
    "corners": (mark("evidence in the corners"), True),
    "centre": (mark("evidence in the centre"), False),
    "box": (mark("evidence in the box"), False),
    "half_area": (mark("area of half the evidence"), False),
    "gap": (mark("gap between map and logit"), True),
}
RIGHT = {
    "right": mark("right answers"),
    "wrong": mark("mistakes"),
    "unknown": mark("truth not known"),
}


def ordered(values: NDArray[Any], greatest_first: bool) -> NDArray[np.intp]:
    """The places of numbers (N,) in their order; NaN comes last, and equals stay as they were."""
    signed = -values if greatest_first else values
    return np.argsort(signed, kind="stable")  # which puts NaN at the end


def verdicts(truths: NDArray[np.integer], predicted: NDArray[np.integer]) -> NDArray[np.str_]:
    """Of each image (N,) one of `RIGHT`; -1 is what is not known."""
    known = (truths >= 0) & (predicted >= 0)
    return np.where(known, np.where(truths == predicted, "right", "wrong"), "unknown")

"""What is measured of an image, in words, and how its answer is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet.text.language import mark


@dataclass(frozen=True)
class Column:
    """What a measure is called, which end of it is looked at first, and whether it is a share."""

    title: str
    greatest_first: bool = False
    share: bool = False


# Whatever rows are ordered and filtered by.
COLUMNS: Mapping[str, Column] = {
    "loss": Column(mark("loss"), greatest_first=True),
    "margin": Column(mark("margin")),
    "probability": Column(mark("probability"), share=True),
    "entropy": Column(mark("entropy"), greatest_first=True),
    "logit": Column(mark("logit")),
    "border": Column(mark("evidence at the border"), greatest_first=True, share=True),
    "corners": Column(mark("evidence in the corners"), greatest_first=True, share=True),
    "centre": Column(mark("evidence in the centre"), share=True),
    "box": Column(mark("evidence in the box"), share=True),
    "half_area": Column(mark("area of half the evidence"), share=True),
    "map_x": Column(mark("middle of the evidence, from the left"), share=True),
    "map_y": Column(mark("middle of the evidence, from the top"), share=True),
    "gap": Column(mark("gap between map and logit"), greatest_first=True),
    "number": Column(mark("place in the list")),
}
VERDICTS: Mapping[str, str] = {
    "right": mark("right answers"),
    "wrong": mark("mistakes"),
    "unknown": mark("truth not known"),
}


def ordered(values: NDArray[Any], greatest_first: bool) -> NDArray[np.intp]:
    """The places of numbers (N,) in their order; NaN comes last, and equals stay as they were."""
    signed = -values if greatest_first else values
    return np.argsort(signed, kind="stable")  # which puts NaN at the end


def verdicts(truths: NDArray[np.integer], predicted: NDArray[np.integer]) -> NDArray[np.str_]:
    """Of each image (N,) one of `VERDICTS`; -1 is what is not known."""
    known = (truths >= 0) & (predicted >= 0)
    return np.where(known, np.where(truths == predicted, "right", "wrong"), "unknown")

"""The terms of a block's sum, as the browser takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.figures.heat import packed
from resnet.text.language import mark

# What the script says; it fills the fields.
WORDS = {
    "picture": mark("The picture as the network sees it"),
    "maps": mark("maps of one cell"),
    "how": mark(
        "Pointer, touch or arrow keys choose the cell; Home: the largest |{product}|. Each number "
        "is rounded by itself."
    ),
    "where": mark("{lens}, row {row}, column {column} of {side}×{side}, counted from 0"),
    "units": mark("{where}; in units of {unit}"),
    "said": mark("Row {row}, column {column}: {numbers}"),
    "between": mark(", "),
}


class Term(NamedTuple):
    """One map (h, w) of the sum: what stands before it, what it is called, and of what it is."""

    before: str
    symbol: str
    note: str
    values: NDArray[np.float32]


class Steps(NamedTuple):
    """How cells of x, of y and pixels of the view lie on one another.

    Cell i of y is made around cell `stride`·i of x, of which the shortcut takes `reach` × `reach`;
    its centre is on pixel `centre` + `jump`·i of the view.
    """

    stride: int
    reach: int
    jump: int
    centre: float


def encoded_terms(terms: Sequence[Term]) -> list[dict[str, Any]]:
    """Each term with its side and its values: float32, little-endian, row by row, in base64."""
    return [
        {
            "before": term.before,
            "symbol": term.symbol,
            "note": term.note,
            "side": term.values.shape[-1],
            "values": packed(term.values),
        }
        for term in terms
    ]

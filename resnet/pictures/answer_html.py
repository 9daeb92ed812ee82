"""One answer of a network as HTML: the photograph under its map, and the best classes in bars."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet.pictures.encoding import png
from resnet.pictures.overlay import blend, photo_and_heat
from resnet.pictures.placement import Cells

SIDE = 224  # pixels of a picture


class Row(NamedTuple):
    """A class among the best: its label, probability in 0..1 and logit."""

    label: str
    probability: float
    logit: float


def overlaid(view: Image.Image, values: NDArray[np.float32], cells: Cells | None) -> Image.Image:
    """What the network saw under its map (h, w), `SIDE` pixels wide; alone where there is none."""
    if cells is None:
        return view.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return blend(*photo_and_heat(view, values, cells, SIDE))


def answer_html(picture: Image.Image, caption: str, rows: Sequence[Row]) -> str:
    """A picture with its caption, and beside it a bar for each class; no script, no style sheet."""
    source, alt = b64encode(png(picture)).decode(), escape(caption)
    return (
        '<div style="display:inline-flex;gap:1em;margin:0 1em 1em 0;align-items:start">'
        f'<figure style="margin:0;width:{SIDE}px"><img alt="{alt}" width="{SIDE}" '
        f'src="data:image/png;base64,{source}"><figcaption>{alt}</figcaption></figure>'
        f"<table>{''.join(map(_bar, rows))}</table></div>"
    )


def _bar(row: Row) -> str:
    bar = f"height:.7em;background:#2f7fc1;width:{100 * row.probability:.1f}px"
    return (
        f'<tr><td style="text-align:left">{escape(row.label)}</td><td>{row.probability:.1%}</td>'
        f'<td style="text-align:left;min-width:100px"><div style="{bar}"></div></td>'
        f"<td>{row.logit:.2f}</td></tr>"
    )

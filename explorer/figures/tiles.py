"""Maps side by side, as the browser reads them: over what each lies, and where its cells look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from explorer.figures.data_urls import data_url
from explorer.figures.heat import Heat
from resnet.pictures.overlay import Style, colour_bar
from resnet.pictures.placement import Cells
from resnet.text.language import mark, tr

# What the script says; it fills the fields.
WORDS = {
    "how": mark(
        "Pointer, touch or arrow keys choose a cell. The frame is what it sees, where that is "
        "known. A click keeps it, Escape lets it go."
    ),
    "map": mark("map of cells"),
    "keys": mark("Arrow keys choose a cell."),
    "reading": mark("cell {row}, {column}: {value} logits"),
    "said": mark("{title}, row {row}, column {column} of {cells}×{cells}: {value} logits. {sees}"),
    "sees": mark("It sees {field}×{field} px, {seen}."),
    "unknown": mark("What it sees is not known here."),
    "whole": mark("the whole picture and beyond"),
    "within": mark("all inside the picture"),
    "part": mark("{width}×{height} of them in the picture"),
}


class ColourScale(NamedTuple):
    """The colours from the least to the greatest value shown, and both values in words."""

    bar: str
    low: str
    high: str
    unit: str


def colour_scale(full: float | str, style: Style) -> ColourScale:
    """The scale of maps drawn in these colours, `full` in full colour."""
    value = full if isinstance(full, str) else f"{full:.3g}"
    low = "0" if style.range[0] == 0 else f"−{value}"
    high = "0" if style.range[1] == 0 else f"+{value}"
    return ColourScale(data_url(colour_bar(style)), low, high, tr("logits a cell"))


@dataclass(frozen=True)
class Tile:
    """One map over the view; its values are in logits."""

    title: str
    note: str
    heat: Heat
    cells: Cells
    field: int  # pixels on each side of what a cell sees; 0 where that is not known
    size: int  # pixels on each side of the view
    none: str  # said where no value is above 0

    def encoded(self) -> dict[str, Any]:
        """What another class changes, as JSON can hold it."""
        values = self.heat.values
        return self.heat.changing() | {
            "title": self.title,
            "note": self.note,
            "none": self.none if values.max() <= 0 else "",
            "cells": values.shape[-1],
            "jump": self.cells.jump,
            "centre": self.cells.centre,
            "field": self.field,
            "size": self.size,
        }

"""How maps are drawn, as the page's choices ask for it."""

from __future__ import annotations

from explorer.state.choices.attention_choices import ATTENTION
from resnet.pictures.colours import COLOURS, SIGNED
from resnet.pictures.overlay import SIGNS, Style

PERCENTS = tuple(str(percent) for percent in range(101))
THRESHOLDS = tuple(str(percent) for percent in range(0, 100, 10))


def style() -> Style:
    """What the page's choices ask for."""
    asked = ATTENTION.asked
    palette = asked("colours", COLOURS)
    signs = asked("signs", SIGNS) if palette == SIGNED else "positive"
    return Style(signs, palette, int(asked("threshold", THRESHOLDS)) / 100)


def opacity() -> float:
    """The share of a map's own colour over a photograph."""
    return int(ATTENTION.asked("opacity", PERCENTS)) / 100

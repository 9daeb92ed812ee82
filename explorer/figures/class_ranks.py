"""The most probable classes as bars, one under another. HTML, so that any label has its room."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from resnet.text.language import tr
from resnet.text.numbers import decimal

if TYPE_CHECKING:
    from resnet.maps.ranking import Standing

_CLASS = "class."  # what the picture calls a class, before its index


def rank_bars(standings: Sequence[Standing], bold: int | None = None) -> str:
    """Probability of each class, most probable first, for `components.picture`.

    Each is a button that carries the name of its class; but where the class on show is given as
    `bold`, there is nothing to choose.
    """
    rows = "".join(_row(standing, bold) for standing in standings)
    label = tr("Probability of each class")
    return f'<div class="ranks" data-across="1" role="group" aria-label="{label}">{rows}</div>'


def button_name(index: int) -> str:
    """What the picture calls a class."""
    return f"{_CLASS}{index}"


def index_of(name: str) -> str:
    """The index, in digits, of the class that the picture calls so."""
    return name.removeprefix(_CLASS)


def _row(standing: Standing, bold: int | None) -> str:
    title = f"{standing.rank}. {standing.label}"
    share = f"{standing.probability:.1%}"
    numbers = f"{share} · logit {decimal(standing.logit)} · {decimal(standing.margin, sign=True)}"
    label = escape(f"{title}, {numbers}")
    button = f'role="button" tabindex="-1" aria-label="{label}"' if bold is None else ""
    kind = "block open" if standing.index == bold else "block"
    return (
        f'<div class="{kind}" data-name="{button_name(standing.index)}" data-count="1" {button}>'
        f'<span class="name">{escape(title)}</span><span class="numbers">{numbers}</span>'
        f'<span class="track"><i style="width:{100 * standing.probability:.2f}%"></i></span></div>'
    )

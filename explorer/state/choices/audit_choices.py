"""The Audit page's choices: which audit, which of its rows, in which order, and what of them."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.state.choices.numbers import number, whole
from explorer.state.choices.page_choices import Page
from resnet.audit.reading.columns import COLUMNS
from resnet.audit.reading.wanted import KINDS, Wanted

AUDIT = Page(
    "audit",
    {
        "audit": "",
        "other": "",
        "fate": "broken",
        "panel": "",
        "verdict": "all",
        "truth": "",
        "predicted": "",
        "path": "",
        "column": "margin",
        "low": "",
        "high": "",
        "order": "loss",
        "falling": "1",
        "sheet": "0",
        "heats": "",
        "class": "",
        "colour": "verdict",
        "source": "",
        "model": "",
        "out": "",
    },
    forgets={
        "audit": ("other", "truth", "predicted", "path", "low", "high", "sheet", "class"),
        **dict.fromkeys(
            ("verdict", "truth", "predicted", "path", "low", "high", "order", "falling"),
            ("sheet",),
        ),
        "column": ("low", "high", "sheet"),
    },
)


def wanted(labels: Sequence[str]) -> Wanted:
    """The rows that are asked for, of a model with these classes."""
    return Wanted(
        truth=_class("truth", labels),
        predicted=_class("predicted", labels),
        verdict=AUDIT.asked("verdict", KINDS),
        path=AUDIT.asked("path"),
        column=AUDIT.asked("column", COLUMNS),
        low=number(AUDIT.asked("low")),
        high=number(AUDIT.asked("high")),
        order=AUDIT.asked("order", COLUMNS),
        falling=AUDIT.asked("falling") == "1",
    )


def ask_for_pair(truth: str, predicted: str) -> None:
    """Look at the images of one class that were taken for another, or for itself."""
    for field, value in (("truth", truth), ("predicted", predicted), ("verdict", "all")):
        AUDIT.ask(field, value)
    AUDIT.ask("panel", "gallery")


def _class(field: str, labels: Sequence[str]) -> int | None:
    asked = whole(AUDIT.asked(field))
    return asked if asked is not None and asked < len(labels) else None

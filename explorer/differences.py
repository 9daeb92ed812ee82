"""Tables of a comparison: what differs in the specs, what follows, and stage by stage."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer import controls
from explorer.state import compare
from resnet.comparison import (
    Change,
    Part,
    Side,
    changes,
    fields_that_differ,
    parts_together,
    published_changes,
)
from resnet.words import shape, signed, signed_whole

_UNKNOWN = "–"
_NAMES = {
    "params": "parameters",
    "buffers": "buffers",
    "macs": "multiply-adds",
    "depth": "depth, layers",
    "receptive_field": "receptive field, px",
    "activations": "activations",
    "blocks": "blocks",
}
_HEADLINE: dict[str, tuple[str, Callable[[float], str]]] = {
    "params": ("Parameters", signed),
    "macs": ("Compute", lambda number: signed(number, "MACs")),
    "depth": ("Depth", lambda number: f"{signed_whole(number)} layers"),
    "receptive_field": ("Receptive field", lambda number: f"{signed_whole(number)} px"),
}


def headline(left: Side, right: Side) -> None:
    """The differences that are asked for first, right less left."""
    with st.container(horizontal=True, key="numbers"):
        for change in changes(left.numbers, right.numbers):
            if change.name in _HEADLINE and change.difference is not None:
                label, said = _HEADLINE[change.name]
                help_ = f"{_whole(change.right)} − {_whole(change.left)} = {_exact(change)}"
                st.metric(label, said(change.difference), help=help_)
    st.caption("Right less left. Multiply-adds of convolutions and linear layers for one image.")


def tables(left: Side, right: Side) -> None:
    """What differs, then what follows from it."""
    differing = [*fields_that_differ(left, right)]
    if differing:
        st.markdown("**What differs**")
        rows = [{"field": name, left.title: a, right.title: b} for name, a, b in differing]
        _table(rows, "fields that differ")
    st.markdown("**What follows**")
    rows = [_row(change, left, right) for change in changes(left.numbers, right.numbers)]
    tops = [_accuracy_row(change, left, right) for change in published_changes(left, right)]
    _table(rows + tops, "consequences")
    st.caption(
        "Receptive field: of the last stage, padding included. Activations: elements that all "
        "convolutions put out. Top-1: accuracy by torchvision, ImageNet-1k validation, one centre "
        f"crop. “{_UNKNOWN}”: not known here."
    )


def stages(left: Side, right: Side) -> None:
    """Both networks, stage by stage, in the quantity that is asked for."""
    options = [name for name in _NAMES if name != "depth"]
    by = controls.segments(compare.PAGE, "by", "Stage by stage", options, words=_NAMES)
    _table([_stage_row(by, *parts, left, right) for parts in parts_together(left, right)], "stages")


def _table(rows: list[dict[str, str]], alt: str) -> None:
    with st.container(key=f"table_{alt.replace(' ', '_')}"):
        st.table(rows, hide_index=True, border="horizontal", alt=alt)


def _row(change: Change, left: Side, right: Side) -> dict[str, str]:
    return {
        "for one image": _NAMES[change.name],
        left.title: _whole(change.left),
        right.title: _whole(change.right),
        "difference": _exact(change),
        "ratio": _UNKNOWN if change.ratio is None else f"× {change.ratio:.4g}",
    }


def _accuracy_row(change: Change, left: Side, right: Side) -> dict[str, str]:
    return {
        "for one image": f"top-1, {change.name} weights",
        left.title: _percent(change.left),
        right.title: _percent(change.right),
        "difference": _UNKNOWN
        if change.difference is None
        else f"{change.difference:+.2f}".replace("-", "−"),
        "ratio": "",
    }


def _stage_row(
    by: str, ours: Part | None, theirs: Part | None, left: Side, right: Side
) -> dict[str, str]:
    numbers = [part.numbers.get(by) if part else None for part in (ours, theirs)]
    row = _row(Change(by, *numbers), left, right)
    names = " | ".join(dict.fromkeys(part.name for part in (ours, theirs) if part))
    outputs = {
        f"output, {side}": shape(part.out_shape) if part else _UNKNOWN
        for side, part in zip(compare.SIDES, (ours, theirs), strict=True)
    }
    return {"stage": names} | outputs | {key: row[key] for key in [*row][1:]}


def _whole(number: float | None) -> str:
    return _UNKNOWN if number is None else f"{number:,}"


def _percent(number: float | None) -> str:
    return _UNKNOWN if number is None else f"{number:.2f} %"


def _exact(change: Change) -> str:
    return _UNKNOWN if change.difference is None else signed_whole(change.difference)

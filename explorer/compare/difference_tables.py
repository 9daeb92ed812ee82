"""Tables of a comparison: what differs in the specs, what follows, and stage by stage."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.state.choices.compare_choices import PAGE, SIDES
from explorer.widgets import controls
from resnet.counts.comparison import (
    Change,
    Side,
    SideStage,
    changes,
    fields_that_differ,
    parts_together,
    published_changes,
)
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import shape, signed, signed_whole

_UNKNOWN = "–"
_NAMES = {
    "params": mark("parameters"),
    "buffers": mark("buffers"),
    "macs": mark("multiply-adds"),
    "depth": mark("depth, layers"),
    "receptive_field": mark("receptive field, px"),
    "activations": mark("activations"),
    "blocks": mark("blocks"),
}
_OUTPUTS = {"left": mark("output, above"), "right": mark("output, below")}
_HEADLINE: dict[str, tuple[str, Callable[[float], str]]] = {
    "params": (mark("Parameters"), signed),
    "macs": (mark("Compute"), lambda number: signed(number, "MACs")),
    "depth": (mark("Depth"), lambda number: tr("{n} layers", n=signed_whole(number))),
    "receptive_field": (
        mark("Receptive field"),
        lambda number: tr("{n} px", n=signed_whole(number)),
    ),
}


def headline(left: Side, right: Side) -> None:
    """The differences that are asked for first, right less left."""
    with st.container(horizontal=True, key="numbers"):
        for change in changes(left.numbers, right.numbers):
            if change.name in _HEADLINE and change.difference is not None:
                label, write = _HEADLINE[change.name]
                help_ = f"{_whole(change.right)} − {_whole(change.left)} = {_exact(change)}"
                st.metric(tr(label), write(change.difference), help=help_)
    st.caption(
        tr("Below less above. Multiply-adds of convolutions and linear layers for one image.")
    )


def tables(left: Side, right: Side) -> None:
    """What differs, then what follows from it."""
    differing = [*fields_that_differ(left, right)]
    if differing:
        st.markdown(tr("**What differs**"))
        rows = [{tr("field"): name, left.title: a, right.title: b} for name, a, b in differing]
        _table(rows, "fields", tr("fields that differ"))
    st.markdown(tr("**What follows**"))
    rows = [_row(change, left, right) for change in changes(left.numbers, right.numbers)]
    tops = [_accuracy_row(change, left, right) for change in published_changes(left, right)]
    _table(rows + tops, "consequences", tr("consequences"))
    st.caption(
        tr(
            "Receptive field: of the last stage, padding included. Activations: elements that all "
            "convolutions put out. Top-1: accuracy by torchvision, ImageNet-1k validation, one "
            "centre crop. “{sign}”: not known here.",
            sign=_UNKNOWN,
        )
    )


def stage_table(left: Side, right: Side) -> None:
    """Both networks, stage by stage, in the quantity that is asked for."""
    options = [name for name in _NAMES if name != "depth"]
    by = controls.segments(PAGE, "by", tr("Stage by stage"), options, words=translated(_NAMES))
    rows = [_stage_row(by, *parts, left, right) for parts in parts_together(left, right)]
    _table(rows, "stages", tr("stages"))


def _table(rows: list[dict[str, str]], name: str, alt: str) -> None:
    with st.container(key=f"table_{name}"):
        st.table(rows, hide_index=True, border="horizontal", alt=alt)


def _row(change: Change, left: Side, right: Side) -> dict[str, str]:
    return {
        tr("for one image"): tr(_NAMES[change.name]),
        left.title: _whole(change.left),
        right.title: _whole(change.right),
        tr("difference"): _exact(change),
        tr("ratio"): _UNKNOWN if change.ratio is None else f"× {change.ratio:.4g}",
    }


def _accuracy_row(change: Change, left: Side, right: Side) -> dict[str, str]:
    return {
        tr("for one image"): tr("top-1, {version} weights", version=change.name),
        left.title: _percent(change.left),
        right.title: _percent(change.right),
        tr("difference"): _UNKNOWN
        if change.difference is None
        else f"{change.difference:+.2f}".replace("-", "−"),
        tr("ratio"): "",
    }


def _stage_row(
    by: str, ours: SideStage | None, theirs: SideStage | None, left: Side, right: Side
) -> dict[str, str]:
    numbers = [part.numbers.get(by) if part else None for part in (ours, theirs)]
    row = _row(Change(by, *numbers), left, right)
    names = " | ".join(dict.fromkeys(part.name for part in (ours, theirs) if part))
    outputs = {
        tr(_OUTPUTS[side]): shape(part.out_shape) if part else _UNKNOWN
        for side, part in zip(SIDES, (ours, theirs), strict=True)
    }
    return {tr("stage"): names} | outputs | {key: row[key] for key in [*row][1:]}


def _whole(number: float | None) -> str:
    return _UNKNOWN if number is None else f"{number:,}"


def _percent(number: float | None) -> str:
    return _UNKNOWN if number is None else f"{number:.2f} %"


def _exact(change: Change) -> str:
    return _UNKNOWN if change.difference is None else signed_whole(change.difference)

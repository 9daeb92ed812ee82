"""The controls that order the photographs and leave some out."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.attention.workbench.bench import Bench
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.choices.numbers import number
from explorer.state.in_hand import fill, when_moved
from explorer.widgets import controls
from resnet.audit.reading.columns import COLUMNS, VERDICTS
from resnet.text.language import tr, translated

_FILTERS = ("only", "true_class", "said_class", "least", "most")
_CLASSES = {"true_class": "truths", "said_class": "predicted"}


def choose(bench: Bench) -> None:
    """Order and verdict; what else filters in a popover, and a way out of it."""
    orders = {name: tr(COLUMNS[name].title) if name else tr("as given") for name in bench.orders}
    with st.container(width=170):
        controls.select(ATTENTION, "order", tr("Order by"), tuple(orders), orders)
    with st.container(width=110):
        only = {"": tr("all")} | translated(VERDICTS)
        controls.select(ATTENTION, "only", tr("Show"), tuple(only), only)
    filters = [field for field in _FILTERS if ATTENTION.asked(field)]
    more = st.popover(tr("Filters and maps"), on_change="rerun", key="bench_more")
    if more.open:
        with more:
            _more(bench)
    if filters:
        st.button(tr("Show all"), icon=":material/close:", on_click=_forget)


def _more(bench: Bench) -> None:
    if bench.labels:
        _class(bench, "true_class", tr("It is"))
        _class(bench, "said_class", tr("Taken for"))
    _bounds(bench)
    controls.toggle(ATTENTION, "reverse", tr("The other way round"))
    if bench.has_maps:
        controls.toggle(ATTENTION, "heats", tr("Maps over the photographs"))
        _region()


def _forget() -> None:
    for field in _FILTERS:
        ATTENTION.ask(field, "")


def _class(bench: Bench, field: str, title: str) -> None:
    """One of the classes that occur, or any."""
    occur = np.unique(getattr(bench, _CLASSES[field]))
    options = {"": tr("any class")} | {str(i): bench.label(i) for i in occur.tolist() if i >= 0}
    controls.select(ATTENTION, field, title, tuple(options), options, "")


def _region() -> None:
    """The box in which evidence is summed, in percents of what the model saw."""
    controls.text(
        ATTENTION, "region", tr("Box: left, top, right, bottom in %"), tr("25, 25, 75, 75")
    )


def _bounds(bench: Bench) -> None:
    """The least and the greatest value of the column of the order that is let through."""
    if not bench.order:
        st.caption(tr("Bounds are of the column that photographs are ordered by."))
        return
    values = bench.columns[bench.order][bench.within]
    low, high = (float(f(values)) if len(values) else 0.0 for f in (np.nanmin, np.nanmax))
    if not low < high:
        return
    key = ATTENTION.key("bounds")
    asked = (number(ATTENTION.asked(field)) for field in ("least", "most"))
    at = tuple(
        min(high, max(low, usual if bound is None else bound))
        for bound, usual in zip(asked, (low, high), strict=True)
    )
    fill(key, at)

    def keep() -> None:
        least, most = st.session_state[key]
        ATTENTION.ask("least", f"{least:.6g}" if least > low else "")
        ATTENTION.ask("most", f"{most:.6g}" if most < high else "")

    st.slider(tr(COLUMNS[bench.order].title), low, high, key=key, on_change=when_moved(key, keep))

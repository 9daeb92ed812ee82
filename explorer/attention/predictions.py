"""What the model says of one photograph: its most probable classes, and any other by search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.figures.class_ranks import button_name, index_of, rank_bars
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.picking import RANKS
from explorer.widgets import components, controls
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.maps.ranking import Standing

_MOST = tuple(str(number) for number in range(1, 11))


def show(answer: ShownAnswer) -> None:
    """Draw the bars, the search over all labels, and the table."""
    from resnet.maps.ranking import best, standings

    labels, logits, target = answer.classifier.labels, answer.seen.look.logits, answer.target
    title, many = st.columns([3, 2], vertical_alignment="center")
    title.markdown(tr("**Most probable classes**"))
    with many:
        number = int(_number(len(labels)))
    first = best(logits, number)
    shown = standings(logits, labels, first if target in first else (*first, target))
    _bars(shown, target)
    _search(labels, target)
    table = st.expander(tr("The same as a table"), on_change="rerun", key="predictions_table")
    if table.open:
        every = standings(logits, labels, best(logits, len(labels)))
        table.dataframe([_row(p) for p in every], hide_index=True, column_config=_columns())


def _number(classes: int) -> str:
    options = _MOST[:classes]
    usual = ATTENTION.usual["top"]
    chosen = ATTENTION.asked("top", options, usual if usual in options else options[-1])
    st.session_state[ATTENTION.key("top")] = chosen
    words = {number: tr("top {n}", n=number) for number in options}

    st.selectbox(
        tr("How many"),
        options,
        key=ATTENTION.key("top"),
        format_func=words.__getitem__,
        label_visibility="collapsed",
        on_change=controls.record(ATTENTION, "top"),
    )
    return chosen


def _bars(shown: tuple[Standing, ...], target: int) -> None:
    components.picture(rank_bars(shown), RANKS, button_name(target), _picked)
    st.caption(
        tr(
            "Probability (softmax over all classes), logit, and margin: the logit less the "
            "greatest logit of any other class."
        )
    )


def _picked(what: str) -> None:
    ATTENTION.ask("target", index_of(what))


def _search(labels: tuple[str, ...], target: int) -> None:
    st.session_state[ATTENTION.key("target")] = target
    st.selectbox(
        tr("Class whose evidence is shown"),
        range(len(labels)),
        format_func=lambda i: labels[i],
        key=ATTENTION.key("target"),
        help=tr("Type to search all {n:,} labels.", n=len(labels)),
        on_change=controls.record(ATTENTION, "target"),
    )


def _row(standing: Standing) -> dict[str, Any]:
    return {
        tr("rank"): standing.rank,
        tr("class"): standing.label,
        tr("index"): standing.index,
        tr("probability"): standing.probability,
        tr("logit"): standing.logit,
        tr("margin"): standing.margin,
    }


def _columns() -> dict[str, Any]:
    formats = {tr("probability"): "percent", tr("logit"): "%.3f", tr("margin"): "%+.3f"}
    return {name: st.column_config.NumberColumn(format=form) for name, form in formats.items()}

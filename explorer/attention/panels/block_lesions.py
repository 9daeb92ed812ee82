"""Lesions: blocks switched off, and what the answer is then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.figures.block_terms import Steps, Term
from explorer.figures.class_ranks import rank_bars
from explorer.resources import kept_answers
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.picking import DEPTH
from explorer.widgets import components, controls
from explorer.widgets.changed_metric import changed_metric
from explorer.widgets.escaping import plain
from resnet.drawing.charts.block_bars import Row, bar_class, draw_block_bars
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import decimal, percent

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.maps.answers import Look
    from resnet.maps.ranking import Standing

_FALLS = {"logit": mark("Logit"), "probability": mark("Probability"), "margin": mark("Margin")}
_NOTES = {
    "logit": mark("of the class"),
    "probability": mark("softmax of the class"),
    "margin": mark("logit less the best other"),
}


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    from resnet.maps.answers import ExplainError
    from resnet.residual.lesion_sweep import check_has_shortcuts

    st.markdown(
        tr(
            "**Lesions**: what is left of {label} when blocks are switched off, F(x) := 0, "
            "and only their shortcuts stay",
            label=plain(answer.label),
        )
    )
    try:
        check_has_shortcuts(answer.residual.model)
    except ExplainError as error:
        st.info(plain(error))
        return
    names = [block.name for block in answer.graph.blocks]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        off = controls.several(
            ATTENTION, "off", tr("Switched off"), names, tr("no block: click one")
        )
        of = controls.segments(
            ATTENTION, "drop", tr("Bars: what is lost of"), [*_FALLS], words=translated(_FALLS)
        )
    chart = st.container()  # filled last, since a sweep may take long
    _compared(answer, frozenset(off))
    with chart:
        _swept(answer, off, of)


def _compared(answer: ShownAnswer, off: frozenset[str]) -> None:
    """Top-5, standing and map before and after."""
    if not off:
        return
    model, photo = answer.model, answer.seen.photo
    outcome = kept_answers.lesioned(model, photo, off)
    before, after = kept_answers.lesioned(model, photo, frozenset()).result, outcome.result
    _standings(*(_standing(answer, look.logits) for look in (before, after)))
    which = next(iter(off)) if len(off) == 1 else tr("{n} blocks", n=len(off))
    titles = {"before": tr("All blocks on"), "after": tr("Without {which}", which=which)}
    columns = st.columns(2, gap="large")
    for column, (key, title), look in zip(columns, titles.items(), (before, after), strict=True):
        with column:
            st.markdown(f"**{title}**")
            _top(answer, key, look)
    _maps(answer, before, after)
    st.caption(
        tr(
            "Maps of {label} at {last}, in logits; what is lost adds up to the logit's "
            "drop. Forward in fp32 {seconds:.2f} s on {device}. {note}",
            label=plain(answer.label),
            last=answer.last,
            seconds=after.seconds,
            device=outcome.device,
            note=outcome.note,
        )
    )


def _standing(answer: ShownAnswer, logits: Tensor) -> Standing:
    from resnet.maps.ranking import standing

    return standing(logits, answer.classifier.labels, answer.target)


def _standings(before: Standing, after: Standing) -> None:
    from resnet.residual.lesion_sweep import fall

    with st.container(horizontal=True, key="standings"):
        for name, word in _FALLS.items():
            was, now = (_write(getattr(one, name), name) for one in (before, after))
            change = _write(-fall(before, after, name), name, sign=True)
            note = tr(_NOTES[name]).capitalize()
            hint = tr("{note}; {was} with all blocks on.", note=note, was=was)
            changed_metric(tr(word), now, change, hint)


def _write(value: float, of: str, sign: bool = False) -> str:
    return percent(value, sign) if of == "probability" else decimal(value, sign=sign)


def _top(answer: ShownAnswer, key: str, look: Look) -> None:
    from resnet.maps.ranking import best, standings

    best_five = standings(look.logits, answer.classifier.labels, best(look.logits, 5))
    components.picture(rank_bars(best_five, bold=answer.target), f"lesion_{key}")


def _maps(answer: ShownAnswer, before: Look, after: Look) -> None:
    stage = answer.graph.stage(answer.last)
    maps = [look.maps[answer.target] for look in (before, after)]
    note = f"{stage.out_shape[1]}×{stage.out_shape[2]}"
    terms = [
        Term("", tr("before"), note, maps[0].numpy()),
        Term("−", tr("after"), note, maps[1].numpy()),
        Term("=", tr("lost"), note, (maps[0] - maps[1]).numpy()),
    ]
    steps = Steps(1, 1, stage.jump, stage.centre)
    components.values(terms, tr("Logits for {label}", label=answer.label), before.view, steps)


def _swept(answer: ShownAnswer, off: tuple[str, ...], of: str) -> None:
    """The bars of every block known; the others are computed unless that was stopped."""
    model, photo = answer.model, answer.seen.photo
    blocks, stopped = len(answer.graph.blocks), ATTENTION.asked("sweep") == "stopped"
    place = st.empty()
    if len(kept_answers.swept(model, photo)) < blocks and not stopped:
        with place.container():
            bar = st.progress(0.0, tr("Switching off one block after another …"))
            st.button(tr("Stop"), on_click=ATTENTION.ask, args=("sweep", "stopped"))
            for done in kept_answers.sweep(model, photo):
                bar.progress(
                    done / blocks,
                    tr("{done} of {blocks} blocks switched off in turn", done=done, blocks=blocks),
                )
        place.empty()
    lesions = dict(kept_answers.swept(model, photo))
    components.picture(_chart(answer, lesions, off, of), key=DEPTH, on_pick=_picked)
    if stopped and len(lesions) < blocks:
        with place.container(horizontal=True, vertical_alignment="center"):
            st.caption(tr("Stopped at {n} of {blocks} blocks.", n=len(lesions), blocks=blocks))
            st.button(tr("Go on"), on_click=ATTENTION.ask, args=("sweep", ""))
    st.caption(
        tr(
            "A bar: how much is lost when that block alone is off (fp32); below zero, the "
            "class gains. :orange[**Orange**]: the shortcut changes the shape; its "
            "projection or padding is kept, only the branch is off. Click a bar, or arrow "
            "keys and Enter, to switch its block."
        )
    )


def _picked(name: str) -> None:
    ATTENTION.flip("off", name)


def _chart(answer: ShownAnswer, lesions: dict[str, Tensor], off: tuple[str, ...], of: str) -> str:
    from resnet.residual.lesion_sweep import fall

    whole = kept_answers.lesioned(answer.model, answer.seen.photo, frozenset()).result
    before = _standing(answer, whole.logits)
    falls = {name: fall(before, _standing(answer, logits), of) for name, logits in lesions.items()}
    blocks = answer.graph.blocks
    segments = {b.name: ((falls[b.name], bar_class(b)),) for b in blocks if b.name in falls}
    tips = {
        b.name: tr(
            "{block}: {what} {change}",
            block=b.name,
            what=tr(_FALLS[of]).lower(),
            change=_write(-falls[b.name], of, sign=True),
        )
        if b.name in falls
        else tr("{name}: not computed yet", name=b.name)
        for b in blocks
    }
    row = Row(
        tr("{what} lost", what=tr(_FALLS[of])),
        (tr(_NOTES[of]), tr("that block alone off")),
        segments,
        of == "probability",
    )
    return draw_block_bars(answer.graph, (row,), tips, tr("What is lost with each block"), off)

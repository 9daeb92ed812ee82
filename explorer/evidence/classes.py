"""Two classes: the map of each, and their difference, which sums to the margin between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer import components, controls, state
from explorer.figures.tiles import scale
from explorer.messages import plain
from explorer.subject import AnySubject, style
from resnet.colours import SIGNED
from resnet.margin import Margin, margin
from resnet.overlay import strength
from resnet.words import decimal

if TYPE_CHECKING:
    from resnet.ranking import Standing


def panel(subject: AnySubject) -> None:
    """Draw the panel."""
    from resnet.ranking import standings

    labels, logits = subject.classifier.labels, subject.seen.look.logits
    if len(labels) < 2:
        st.info("This model knows one class; two are needed.")
        return
    other = _choose(subject)
    one, two = standings(logits, labels, (subject.target, other))
    _maps(subject, one, two, subject.layer())


def _choose(subject: AnySubject) -> int:
    """Class B: the best of the others unless another was asked for; returns its index."""
    from resnet.ranking import best

    labels, logits = subject.classifier.labels, subject.seen.look.logits
    usual = next(i for i in best(logits, 2) if i != subject.target)
    others = [str(i) for i in range(len(labels)) if i != subject.target]
    other = int(state.ATTENTION.asked("other", others, str(usual)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["attention_other"] = other
        st.selectbox(
            f"Class B, beside A: {plain(subject.label)}",
            [int(i) for i in others],
            format_func=lambda i: labels[i],
            key="attention_other",
            help=f"Type to search all {len(labels):,} labels.",
            on_change=controls.record(state.ATTENTION, "other"),
            width=360,
        )
        st.button("Swap A and B", on_click=_swap, args=(subject.target, other))
    return other


def _swap(target: int, other: int) -> None:
    state.ATTENTION.ask("target", str(other))
    state.ATTENTION.ask("other", str(target))


def _maps(subject: AnySubject, one: Standing, two: Standing, layer: str) -> None:
    method = subject.method()
    a, b = (subject.evidence(i, layer, method).values for i in (one.index, two.index))
    maps = {f"A: {one.label}": a, f"B: {two.label}": b, "A − B": a - b}
    full = strength([*maps.values()])
    notes = (_note(one), _note(two), "Orange speaks for A, blue for B.")
    drawn = style()._replace(signs="both", palette=SIGNED)
    nones = ("No positive evidence.", "No positive evidence.", "Nothing speaks for A over B.")
    tiles = [
        subject.tile(title, note, layer, values, full, none, drawn)
        for (title, values), note, none in zip(maps.items(), notes, nones, strict=True)
    ]
    components.maps(tiles, scale(full, *drawn), key="classes")
    at = "" if subject.complete(layer) else f", {subject.methods[method]}"
    st.caption(
        f"At {layer}{at}; one scale for all three, in signed colours, "
        "since a difference has two signs."
    )
    found = margin(
        (a, b), (one.logit, two.logit), (subject.bias(one.index), subject.bias(two.index))
    )
    st.markdown(_identity(found, subject, layer))


def _note(standing: Standing) -> str:
    return f"{standing.probability:.1%}, logit {decimal(standing.logit)}, rank {standing.rank}."


def _identity(found: Margin, subject: AnySubject, layer: str) -> str:
    """The sum of the difference, and what it is the sum of."""
    total = f"**The difference sums to {decimal(found.total, 3)}.**"
    if not subject.complete(subject.last):
        logits = f"The logit margin is {decimal(found.logits, 3)}"
        return f"{total} {logits}; in this family the two need not agree at any layer."
    said = (
        f"{total} Logit margin {decimal(found.logits, 3)} less bias difference "
        f"{decimal(found.biases, 3)} is {decimal(found.expected, 3)}."
    )
    if subject.complete(layer):
        return said
    return f"{said} The two agree only at {subject.last}, whose map is all but the bias."

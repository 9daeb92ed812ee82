"""Two classes: the map of each, and their difference, which sums to the margin between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import NO_POSITIVE, ShownAnswer
from explorer.attention.answer.style import style
from explorer.figures.tiles import colour_scale
from explorer.state.choices.attention_choices import ATTENTION
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from resnet.maps.margin import Margin, margin
from resnet.pictures.colours import SIGNED
from resnet.pictures.overlay import strength
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal

if TYPE_CHECKING:
    from resnet.maps.ranking import Standing


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    from resnet.maps.ranking import standings

    labels, logits = answer.classifier.labels, answer.seen.look.logits
    if len(labels) < 2:
        st.info(tr("This model knows one class; two are needed."))
        return
    other = _choose(answer)
    one, two = standings(logits, labels, (answer.target, other))
    _maps(answer, one, two, answer.layer())


def _choose(answer: ShownAnswer) -> int:
    """Class B: the best of the others unless another was asked for; returns its index."""
    from resnet.maps.ranking import best

    labels, logits = answer.classifier.labels, answer.seen.look.logits
    usual = next(i for i in best(logits, 2) if i != answer.target)
    others = [str(i) for i in range(len(labels)) if i != answer.target]
    other = int(ATTENTION.asked("other", others, str(usual)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state[ATTENTION.key("other")] = other
        st.selectbox(
            tr("Class B, beside A: {label}", label=plain(answer.label)),
            [int(i) for i in others],
            format_func=lambda i: labels[i],
            key=ATTENTION.key("other"),
            help=tr("Type to search all {n:,} labels.", n=len(labels)),
            on_change=controls.record(ATTENTION, "other"),
            width=360,
        )
        st.button(tr("Swap A and B"), on_click=_swap, args=(answer.target, other))
    return other


def _swap(target: int, other: int) -> None:
    ATTENTION.ask("target", str(other))
    ATTENTION.ask("other", str(target))


def _maps(answer: ShownAnswer, one: Standing, two: Standing, layer: str) -> None:
    method = answer.method()
    a, b = (answer.evidence(i, layer, method).values for i in (one.index, two.index))
    maps = {f"A: {one.label}": a, f"B: {two.label}": b, "A − B": a - b}
    full = strength([*maps.values()])
    notes = (_note(one), _note(two), tr("Orange speaks for A, blue for B."))
    drawn = style()._replace(signs="both", palette=SIGNED)
    nones = (NO_POSITIVE, NO_POSITIVE, mark("Nothing speaks for A over B."))
    tiles = [
        answer.tile(title, note, layer, values, full, none, drawn)
        for (title, values), note, none in zip(maps.items(), notes, nones, strict=True)
    ]
    components.maps(tiles, colour_scale(full, drawn), key="classes")
    at = (
        layer
        if answer.classifier.complete(layer)
        else tr("{layer}, {method}", layer=layer, method=answer.methods[method])
    )
    st.caption(
        tr(
            "At {at}; one scale for all three, in signed colours, since a "
            "difference has two signs.",
            at=at,
        )
    )
    difference = margin(
        (a, b), (one.logit, two.logit), (answer.bias(one.index), answer.bias(two.index))
    )
    st.markdown(_identity(difference, answer, layer))


def _note(standing: Standing) -> str:
    return tr(
        "{probability:.1%}, logit {logit}, rank {rank}.",
        probability=standing.probability,
        logit=decimal(standing.logit),
        rank=standing.rank,
    )


def _identity(difference: Margin, answer: ShownAnswer, layer: str) -> str:
    """The sum of the difference, and what it is the sum of."""
    total = tr("**The difference sums to {total}.**", total=decimal(difference.total, 3))
    if not answer.classifier.complete(answer.last):
        return tr(
            "{total} The logit margin is {logits}; in this family the two need not agree at any "
            "layer.",
            total=total,
            logits=decimal(difference.logits, 3),
        )
    sentence = tr(
        "{total} Logit margin {logits} less bias difference {biases} is {expected}.",
        total=total,
        logits=decimal(difference.logits, 3),
        biases=decimal(difference.biases, 3),
        expected=decimal(difference.expected, 3),
    )
    if answer.classifier.complete(layer):
        return sentence
    return tr(
        "{said} The two agree only at {last}, whose map is all but the bias.",
        said=sentence,
        last=answer.last,
    )

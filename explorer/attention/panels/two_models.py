"""Two models on one photograph: probabilities of the same labels, and maps on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.answer.style import style
from explorer.figures.charts.prediction_bars import prediction_bars
from explorer.figures.tiles import colour_scale
from explorer.resources import kept_answers
from explorer.resources.models import Model
from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import SECOND, SECOND_LABELS
from explorer.tasks.inputs.sources import Catalogued, Own
from explorer.uploads.store import Upload
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import file_links, intake
from explorer.widgets.models import checkpoint_upload, inside_file, model_picker
from resnet.maps.explainable import mapless
from resnet.pictures.overlay import strength
from resnet.text.file_names import OF_WEIGHTS
from resnet.text.language import mark, tr
from resnet.text.numbers import decimal
from resnet.weights.given.owner_says import nameless

if TYPE_CHECKING:
    from resnet.maps.ranking import Standing

_METHOD = "gradcam"  # at the last stage of a ResNet all are one
_MOST = 5  # classes of each model
_SHARES = (mark("first"), mark("second"), mark("probability"))


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    model = _choose(answer)
    classifier = None if model is None else model_picker.loaded(model)
    if model is None:
        return
    if classifier is None:
        if isinstance(model.source, Own):
            inside_file.show(model.source, checkpoint_upload.OTHER.field("part"))
        return
    if isinstance(model.source, Own):
        checkpoint_upload.report(model, classifier, checkpoint_upload.OTHER)
    if "models" in classifier.lacks:
        st.info(plain(tr(classifier.lacks["models"], name=classifier.name)))
        return
    seen = kept_answers.look_at(model, answer.seen.photo)
    if seen.note:
        st.warning(str(seen.note))
    _compared(answer, ShownAnswer.of(model, seen, answer.target))


def _choose(answer: ShownAnswer) -> Model | None:
    """The second model, on the first one's device: a file, or one that is here.

    Those that know the same classes are offered; a link may name any other.
    """
    from resnet.weights.catalogue import catalogue

    first, entries, linked = answer.model, catalogue(), ATTENTION.asked("second")
    here = {
        name: entry.title
        for name, entry in entries.items()
        if entry.cached and name != first.key
        if name == linked or _knows_the_same(answer, entry.labels)
    }
    if not file_links.all_here(file_links.Asked(SECOND, ATTENTION, "second")):
        return None
    own = {file.link: file for file in visitor.given(SECOND)}
    options = [*own, *here]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if options:
            words = here | {link: model_picker.own_title(file) for link, file in own.items()}
            with st.container(width=360):
                name = controls.select(
                    ATTENTION, "second", tr("Second model"), options, words, options[0]
                )
        with st.popover(tr("A checkpoint of your own")):
            _upload()
    if not options:
        st.info(
            tr(
                "No second model is here yet: upload a checkpoint above, or download a "
                "model in the sidebar."
            )
        )
        return None
    if name in own:
        return _own(first, own[name])
    return replace(first, source=Catalogued(name))


def _own(first: Model, file: Upload) -> Model | None:
    """A checkpoint as its owner describes it, on the first model's device."""
    with st.expander(tr("Its classes and input")):
        checkpoint_upload.describe(checkpoint_upload.OTHER)
    if not file_links.all_here(file_links.Asked(SECOND_LABELS, ATTENTION, "second_labels")):
        return None
    return replace(first, source=checkpoint_upload.source(file, checkpoint_upload.OTHER))


def _knows_the_same(answer: ShownAnswer, labels: Sequence[str]) -> bool:
    from resnet.maps.ranking import counterparts

    ours = answer.classifier.labels
    if nameless(ours):
        return len(ours) == len(labels)
    return counterparts(ours, labels) is not None


def _upload() -> None:
    most = visitor.kinds()[SECOND].most
    intake.offer("control_second", tr("Second checkpoint"), most, OF_WEIGHTS)
    intake.listed(SECOND, checkpoint_upload.remove)
    st.caption(tr("Read as data, never run as code."))


def _compared(one: ShownAnswer, two: ShownAnswer) -> None:
    from resnet.maps.ranking import best, counterparts, standings

    labels, others = one.classifier.labels, two.classifier.labels
    unsure = nameless(labels) or nameless(others)
    if unsure and len(labels) == len(others):
        if not _said_to_be_the_same(one, two):
            _apart(one, two)
            return
        labels = others = others if nameless(labels) else labels
    places = counterparts(labels, others)
    if places is None:
        _say_that_they_differ(one, two)
        _apart(one, two)
        return
    at = {place: i for i, place in enumerate(places)}
    first = best(one.seen.look.logits, _MOST)
    second = (at[i] for i in best(two.seen.look.logits, _MOST))
    shown = tuple(dict.fromkeys((*first, *second, one.target)))
    ours = standings(one.seen.look.logits, labels, shown)
    theirs = standings(two.seen.look.logits, others, (places[i] for i in shown))
    _probabilities(ours, theirs, (one.classifier.title, two.classifier.title))
    _maps(one, replace(two, target=places[one.target]), labels[one.target])


def _said_to_be_the_same(one: ShownAnswer, two: ShownAnswer) -> bool:
    """Whether the visitor says that classes of one number are one class, where names are missing.

    Two networks that were trained apart need not number their classes alike.
    """
    unnamed = next(each for each in (one, two) if nameless(each.classifier.labels))
    st.info(
        tr(
            "{title} names no classes, so nothing tells whether they are those of the other. Give "
            "it their names, or say that both number the same classes alike.",
            title=plain(unnamed.classifier.title),
        )
    )
    return controls.toggle(ATTENTION, "same_classes", tr("The same classes, in the same order"))


def _say_that_they_differ(one: ShownAnswer, two: ShownAnswer) -> None:
    names = tr("{one} and {two}", one=plain(one.classifier.title), two=plain(two.classifier.title))
    st.info(
        tr(
            "{names} do not know the same classes ({ours:,} and {theirs:,} labels), so their "
            "probabilities cannot be compared.",
            names=names,
            ours=len(one.classifier.labels),
            theirs=len(two.classifier.labels),
        )
    )


def _apart(one: ShownAnswer, two: ShownAnswer) -> None:
    """What each says by itself, and no comparison."""
    from resnet.maps.answers import top

    for column, answer in zip(st.columns(2), (one, two), strict=True):
        with column:
            st.markdown(f"**{plain(answer.classifier.title)}**")
            predictions = top(answer.seen.look.logits, answer.classifier.labels, _MOST)
            rows = [
                {tr("class"): p.label, tr("probability"): p.probability, tr("logit"): p.logit}
                for p in predictions
            ]
            st.dataframe(rows, hide_index=True, column_config=_columns())


def _probabilities(
    ours: tuple[Standing, ...], theirs: tuple[Standing, ...], titles: tuple[str, str]
) -> None:
    st.plotly_chart(
        prediction_bars(ours, theirs, titles),
        key="two_models",
        config={"displayModeBar": False},
        alt=tr("; ").join(
            tr(
                "{label} {first:.1%} and {second:.1%}",
                label=a.label,
                first=a.probability,
                second=b.probability,
            )
            for a, b in zip(ours, theirs, strict=True)
        ),
    )
    table = st.expander(tr("The same as a table"), on_change="rerun", key="models_table")
    if table.open:
        rows = [
            {
                tr("class"): a.label,
                tr("first"): a.probability,
                tr("second"): b.probability,
                tr("first logit"): a.logit,
                tr("second logit"): b.logit,
                tr("first rank"): a.rank,
                tr("second rank"): b.rank,
            }
            for a, b in zip(ours, theirs, strict=True)
        ]
        table.dataframe(rows, hide_index=True, column_config=_columns())


def _maps(one: ShownAnswer, two: ShownAnswer, label: str) -> None:
    """The last layer's map of each for the class on show; a family may have none."""
    maps = [
        (each, each.evidence(each.target, each.last, _METHOD).values)
        for each in (one, two)
        if each.layers
    ]
    full = strength([strength(values) for _, values in maps])
    tiles = [
        each.tile(each.classifier.title, _note(each, values), each.last, values, full)
        for each, values in maps
    ]
    st.markdown(tr("**{label}** at the last layer of each, on one scale", label=plain(label)))
    if tiles:
        components.maps(tiles, colour_scale(full, style()), key="models")
    for each in (one, two):
        if not each.layers:
            st.caption(plain(mapless(each.classifier)))


def _note(answer: ShownAnswer, values: NDArray[np.float32]) -> str:
    logit = float(answer.seen.look.logits[answer.target])
    total = float(values.sum())
    crop = answer.classifier.transform.crop
    return tr(
        "Saw {crop}×{crop} px. Logit {logit}; the map sums to {total}.",
        crop=crop,
        logit=decimal(logit),
        total=decimal(total),
    )


def _columns() -> dict[str, Any]:
    return {tr(name): st.column_config.NumberColumn(format="percent") for name in _SHARES}

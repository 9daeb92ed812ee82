"""Other methods: eleven maps of one answer, which of them are one, and which ignore the class."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.panels.question_key import number
from explorer.resources import jobs, kept_answers
from explorer.resources.server.spinner import start_torch
from explorer.resources.server.workers import LONG
from explorer.state.choices.attention_choices import ATTENTION
from explorer.tasks import checks
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.maps.methods import METHODS, OF_PIXELS, USUAL, total_cost
from resnet.pictures.overlay import strength
from resnet.text.language import mark, tr, translated

if TYPE_CHECKING:
    from resnet.maps.agreement import Agreement, Awareness
    from resnet.maps.attribute import Attribution
    from resnet.maps.integrated_gradients import Gain

_NAMES = {"cam": "CAM"} | {name: about.title for name, about in METHODS.items()}
_INPUTS = {name: about.title for name, about in METHODS.items() if about.of == "input"}
_COLUMNS = 4


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    start_torch("captum.attr")
    layer = answer.layer()
    st.markdown(
        tr(
            "**Maps of {layer} for {label}**, of one gradient",
            layer=layer,
            label=plain(answer.label),
        )
    )
    _gallery(answer, _cams(answer, layer))
    _same(answer)
    st.markdown(tr("**Maps of the input for {label}**, by Captum", label=plain(answer.label)))
    _inputs(answer, layer)
    _aware(answer, layer)


def known(answer: ShownAnswer) -> dict[str, NDArray[np.float32]]:
    """The maps of the other methods that are chosen and computed, by method."""
    layer = answer.layer()
    attributions = [one for one in _cams(answer, layer) if one.method not in answer.methods]
    attributions += _answered(_questions(answer, layer))
    return {one.method: one.maps[0].numpy() for one in attributions}


def _questions(answer: ShownAnswer, layer: str) -> dict[str, tuple[str, ...]]:
    """What asks for each method of the input that is chosen."""
    chosen = ATTENTION.listed("inputs", [*_INPUTS])
    return {name: answer.question("input", name, layer, answer.placement()) for name in chosen}


def _answered(questions: Mapping[str, tuple[str, ...]]) -> list[Attribution]:
    found = map(kept_answers.answered.get, questions.values())
    return [attribution for attribution in found if attribution is not None]


def _cams(answer: ShownAnswer, layer: str) -> list[Attribution]:
    return kept_answers.cams(answer.model, answer.seen.photo, answer.target, layer)


def _gallery(answer: ShownAnswer, attributions: list[Attribution]) -> None:
    """Rows of four pictures; on a narrow screen they stand in one column."""
    for first in range(0, len(attributions), _COLUMNS):
        columns = st.container(key=f"gallery_{attributions[first].method}").columns(_COLUMNS)
        for column, one in zip(columns, attributions[first : first + _COLUMNS], strict=False):
            with column:
                _card(answer, one)


def _card(answer: ShownAnswer, attribution: Attribution) -> None:
    method = METHODS[attribution.method]
    placed = attribution.placed(answer.seen.look.view.width, answer.placement())[0]
    full = strength(attribution.maps.numpy(), method.share)
    st.image(
        answer.over_grey(placed, full),
        alt=tr("{title} of {label}", title=tr(method.title), label=answer.label),
    )
    signed = "" if method.signed else tr(" Cannot speak against.")
    none = tr(" **No positive evidence.**") if attribution.maps.max() <= 0 else ""
    st.caption(
        tr(
            "[**{title}**]({paper}) {meaning}. Full: {full:.2g}.{signed}{none}",
            title=tr(method.title),
            paper=method.paper,
            meaning=tr(method.meaning),
            full=full,
            signed=signed,
            none=none,
        )
        + "".join(map(_gap, attribution.gains))
    )


def _gap(gain: Gain) -> str:
    words = (
        mark(" Sum {total} of {gained}: a gap of {gap:.1%} after {steps} steps.")
        if gain.gap < USUAL.gap
        else mark(" **Sum {total} of {gained}: still a gap of {gap:.1%} after {steps} steps.**")
    )
    return tr(
        words,
        total=number(gain.total),
        gained=number(gain.gained),
        gap=gain.gap,
        steps=gain.steps,
    )


def _same(answer: ShownAnswer) -> None:
    """Which methods are one here, with the difference that was found."""
    rows = kept_answers.agreement(answer.model, answer.seen.photo, answer.target)
    cam = {row.other: row for row in rows if row.one == "cam"}
    most = max(cam[name].difference for name in ("gradcam", "hirescam"))
    with st.container(border=True):
        st.markdown(
            tr(
                "**Which are the same?** {last} is followed by an average and one linear "
                "layer, so the gradient of a logit there is W / (h·w) at every place: CAM, "
                "Grad-CAM and HiResCAM are one map. Computed apart, they differ by at most "
                "**{most:.1e}** where the map reaches {full:.2g}. LayerCAM and Grad-CAM++ "
                "leave out the channels with a negative weight, which is evidence against: "
                "their rank correlation with CAM is {rank_correlation} and "
                "{rank_correlation2} here.",
                last=answer.last,
                most=most,
                full=cam["gradcam"].full,
                rank_correlation=number(cam["layercam"].rank_correlation, 2),
                rank_correlation2=number(cam["gradcam++"].rank_correlation, 2),
            )
        )
        with st.expander(tr("All pairs, at every stage")):
            st.table([_pair(row) for row in rows], border="horizontal", hide_index=True)
            st.caption(
                tr(
                    "Largest difference between two cells, and as a share of the first "
                    "map's largest magnitude; Spearman's correlation of the cells. CAM "
                    "needs no gradient: it is the classifier's weights times the "
                    "activations. Before the last stage the gradient varies from place to "
                    "place, so averaging it (Grad-CAM) is no longer the same."
                )
            )


def _pair(row: Agreement) -> dict[str, Any]:
    return {
        tr("stage"): row.layer,
        tr("pair"): tr("{one} and {other}", one=_NAMES[row.one], other=_NAMES[row.other]),
        tr("largest difference"): f"{row.difference:.2g}",
        tr("of the largest"): f"{row.relative:.2g}",
        tr("rank correlation"): number(row.rank_correlation, 2),
    }


def _inputs(answer: ShownAnswer, layer: str) -> None:
    """The chosen methods' maps: those known at once, the others behind one button."""

    controls.pills(ATTENTION, "inputs", tr("Methods"), [*_INPUTS], translated(_INPUTS))
    questions = _questions(answer, layer)
    missing = [
        name for name, question in questions.items() if not kept_answers.answered.get(question)
    ]
    if missing:
        price = total_cost(missing, answer.seen.look.view.width)
        place = st.empty()
        words = tr(
            "at most {forwards} forwards and {backwards} backwards of one image",
            forwards=price.forwards,
            backwards=price.backwards,
        )
        if place.button(tr("Compute: {words}", words=words), type="primary", key="inputs"):
            place.empty()
            for name in missing:
                asked = answer.asked, answer.target, name, layer, answer.placement()
                start = partial(LONG.stream, checks.attributed, *asked)
                unit = tr("forwards of {inputs}", inputs=tr(_INPUTS[name]))
                jobs.run(unit, questions[name], start)
            st.rerun()
    _gallery(answer, _answered(questions))
    st.caption(
        tr(
            "Grey is the mean colour of the training. SmoothGrad: 32 copies, noise of 15 % of "
            "the range, seed 0. Integrated Gradients: 32 steps of Gauss–Legendre quadrature "
            "from grey; while the sum is off by 1 % or more of what is gained, the piece of the "
            "way that is off the most is halved, 8 times at most. Occlusion: windows of a "
            "quarter of the side, moved by an eighth. Feature ablation: 8 × 8 tiles. Guided "
            "backpropagation works on a copy of the model. Here full is the 99th percentile of "
            "the magnitudes: a few pixels would hide the rest."
        )
    )


def _aware(answer: ShownAnswer, layer: str) -> None:
    """A known failure, shown on this photograph: maps of two classes that are one picture."""
    from resnet.maps.agreement import passes

    other = answer.rival
    label, rival = answer.label, answer.classifier.labels[other]
    with st.container(border=True):
        st.markdown(
            tr(
                "**Does the method see the class?** Guided backpropagation is sharp "
                "because it tends to reconstruct the image, whatever is asked ([Nie et al. "
                "2018](https://arxiv.org/abs/1805.07039)). See how far that goes here: its "
                "maps for **{label}** and for **{rival}**, beside Grad-CAM's.",
                label=plain(label),
                rival=plain(rival),
            )
        )
        side = answer.classifier.transform.crop
        rows = jobs.offered(
            tr("Compare two classes: {n} forwards and backwards", n=passes(side)),
            tr("methods"),
            answer.question("awareness", layer, str(other)),
            partial(LONG.stream, checks.aware, answer.asked, answer.target, other, layer),
        )
        if rows:
            _awareness(answer, rows, (label, rival))


def _awareness(answer: ShownAnswer, rows: tuple[Awareness, ...], labels: tuple[str, str]) -> None:
    shown = [row for row in rows if row.method in ("guided", "gradcam")]
    columns = iter(st.container(key="gallery_two").columns(_COLUMNS))
    for row in shown:
        for label, values in zip(labels, row.maps, strict=True):
            with next(columns):
                title = tr(METHODS[row.method].title)
                picture = answer.over_grey(values, strength(values, OF_PIXELS))
                st.image(
                    picture,
                    alt=tr("{title} of {label}", title=title, label=label),
                    caption=f"{title}, {plain(label)}",
                )
    st.table(
        [
            {
                tr("method"): tr(METHODS[row.method].title),
                tr("rank correlation of the two maps"): number(row.rank_correlation, 2),
                tr("of their values"): number(row.correlation, 2),
            }
            for row in rows
        ],
        border="horizontal",
        hide_index=True,
        width="content",
    )
    st.caption(
        tr(
            "Over pixels: Spearman's, in which all pixels weigh alike, and Pearson's, "
            "which follows the few largest values. Near 1 the map hardly depends on the "
            "class."
        )
    )

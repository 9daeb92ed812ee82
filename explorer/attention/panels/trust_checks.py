"""May I believe it? Checks of one map, each on its own button, and a table where truth is known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.panels.question_key import key, number
from explorer.attention.panels.trust_curves import follows
from explorer.attention.panels.trust_known_truth import known
from explorer.attention.panels.trust_sanity import forgets, stays
from explorer.resources import jobs
from explorer.resources.server.spinner import start_torch
from explorer.resources.server.workers import LONG
from explorer.state.choices.attention_choices import ATTENTION
from explorer.tasks import checks
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.maps.methods import METHODS, SIGNED_CAMS, cost
from resnet.pictures.placement import PLACEMENTS
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from resnet.maps.attribute import Question
    from resnet.trust.faithfulness import Completeness


_FORWARD = mark("{n} forward"), mark("{n} forwards")
_BACKWARD = mark("{n} backward"), mark("{n} backwards")
_INFIDELITIES = {
    "map": mark("Infidelity of the map"),
    "even": mark("Infidelity of the even map"),
    "empty": mark("Infidelity of the empty map"),
}


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    start_torch("captum.attr", "captum.metrics")
    question = _question(answer)
    _complete(answer)
    follows(answer, question)
    forgets(answer, question)
    stays(answer, question)
    _predicts(answer, question)
    known()


def _question(answer: ShownAnswer) -> Question:
    from resnet.maps.attribute import Question

    titles = {name: tr(method.title) for name, method in METHODS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            method = controls.select(ATTENTION, "trusted", tr("Map to check"), [*titles], titles)
        side = answer.classifier.transform.crop
        once = cost(method, side)
        of = tr("the input") if METHODS[method].of == "input" else answer.layer()
        st.caption(
            tr(
                "of {of}, for {label}. One map costs at most {forwards} and {backwards}.",
                of=of,
                label=plain(answer.label),
                forwards=_times(once.forwards, _FORWARD),
                backwards=_times(once.backwards, _BACKWARD),
            )
        )
    placement = ATTENTION.asked("placement", PLACEMENTS)
    return Question(method, answer.layer(), answer.target, placement)


def _times(count: int, words: tuple[str, str]) -> str:
    return tr(words[0] if count == 1 else words[1], n=count)


def _complete(answer: ShownAnswer) -> None:
    with st.container(border=True):
        st.markdown(tr("**Does it add up?** A map's sum against the logit less its bias"))
        every = jobs.offered(
            tr("Add up: {n} forwards and backwards", n=len(SIGNED_CAMS)),
            tr("methods"),
            answer.question("completeness"),
            partial(LONG.stream, checks.complete, answer.asked, answer.target),
        )
        if every:
            _sums(answer, every)
        st.caption(
            tr(
                "In logits. At {last} nothing is left out. Before it, the gap of HiResCAM "
                "is what later biases give: of BN, β − γμ/σ, through the gradient (exact "
                "for nets of convolutions, BN and ReLU). Grad-CAM averages the gradient; "
                "there its gap means nothing.",
                last=answer.last,
            )
        )


def _sums(answer: ShownAnswer, every: tuple[Completeness, ...]) -> None:
    here = next(row for row in every if (row.method, row.layer) == ("hirescam", answer.layer()))
    with st.container(horizontal=True, key="complete"):
        st.metric(
            tr("Sum of HiResCAM at {layer}", layer=here.layer),
            number(here.total),
            width="content",
        )
        st.metric(tr("Logit − bias"), number(here.explained), width="content")
        st.metric(tr("Gap"), number(here.gap), width="content")
    with st.expander(tr("Every stage, both methods")):
        st.table(
            [
                {
                    tr("method"): METHODS[row.method].title,
                    tr("stage"): row.layer,
                    tr("sum"): number(row.total),
                    tr("logit − bias"): number(row.explained),
                    tr("gap"): number(row.gap),
                }
                for row in every
            ],
            border="horizontal",
            hide_index=True,
            width="content",
        )


def _predicts(answer: ShownAnswer, question: Question) -> None:
    from resnet.trust.faithfulness import infidelity_forwards

    with st.container(border=True):
        st.markdown(tr("**Does it predict what a loss costs, and hold still under noise?**"))
        left, right = st.columns(2)
        with left:
            rows = jobs.offered(
                tr("Infidelity: {forwards} forwards", forwards=infidelity_forwards()),
                tr("forwards"),
                key(answer, question, "infidelity"),
                partial(LONG.stream, checks.infidelity, answer.asked, question),
            )  # fmt: skip
            if rows:
                with st.container(horizontal=True, key="infidelity"):
                    for row in rows:
                        st.metric(
                            tr(_INFIDELITIES[row.name]),
                            number(row.error),
                            width="content",
                        )
        with right:
            worst = jobs.offered(
                tr("Max-sensitivity: 11 maps"), tr("maps"), key(answer, question, "sensitivity"),
                partial(LONG.stream, checks.sensitivity, answer.asked, question),
            )  # fmt: skip
            if worst is not None:
                with st.container(key="sensitivity"):
                    st.metric(tr("Max-sensitivity"), number(worst), width="content")
        st.caption(
            tr(
                "Infidelity ([Yeh et al. 2019](https://arxiv.org/abs/1901.09392), Captum): "
                "64 squares of a quarter of the side are made grey, and the map's sum in "
                "each, times the factor that fits best, predicts the logit that is lost; "
                "the root of the mean squared error. An even and an empty map stand beside "
                "it: a map worth believing has less. Max-sensitivity: the largest relative "
                "change of the map under 10 draws of uniform noise of ±0.02 in the "
                "normalised input, seed 0. A constant map has 0, so low alone proves "
                "nothing."
            )
        )

"""May I believe it? Checks of one map, each on its own button, and a table where truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import controls, processes, state
from explorer.evidence.asked import key, number
from explorer.evidence.change import forgets, stays
from explorer.evidence.follow import follows
from explorer.evidence.known import known
from explorer.messages import plain
from explorer.resources import answers
from explorer.subject import Subject
from resnet.placement import PLACEMENTS

if TYPE_CHECKING:
    from resnet.attributing import Question


def panel(subject: Subject) -> None:
    """Draw the panel."""
    question = _question(subject)
    _complete(subject)
    follows(subject, question)
    forgets(subject, question)
    stays(subject, question)
    _predicts(subject, question)
    known()


def _question(subject: Subject) -> Question:
    from resnet.attributing import Question
    from resnet.methods import METHODS, cost

    titles = {name: method.title for name, method in METHODS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            method = controls.select(state.ATTENTION, "trusted", "Map to check", [*titles], titles)
        side = subject.classifier.transform.crop
        once = cost(method, side)
        of = "the input" if METHODS[method].of == "input" else subject.layer()
        st.caption(
            f"of {of}, for {plain(subject.label)}. One map costs {_times(once.forwards, 'forward')}"
            f" and {_times(once.backwards, 'backward')}."
        )
    placement = state.ATTENTION.asked("placement", PLACEMENTS)
    return Question(method, subject.layer(), subject.target, placement)


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _complete(subject: Subject) -> None:
    from resnet.trust.faithfulness import completeness

    kept = answers.place(subject.question("completeness"))
    if not kept:
        kept.append(completeness(subject.classifier.model, subject.image(), subject.target))
    rows = [row for row in kept[0] if row.method == "hirescam"]
    with st.container(border=True):
        st.markdown("**Does it add up?** A map's sum against the logit less its bias")
        here = next(row for row in rows if row.layer == subject.layer())
        with st.container(horizontal=True, key="complete"):
            st.metric(f"Sum of HiResCAM at {here.layer}", number(here.total), width="content")
            st.metric("Logit − bias", number(here.explained), width="content")
            st.metric("Gap", number(here.gap), width="content")
        st.caption(
            f"In logits. At {subject.last} nothing is left out. Before it, the gap of HiResCAM is "
            "what later biases give: of BN, β − γμ/σ, through the gradient (exact for nets of "
            "convolutions, BN and ReLU). Grad-CAM averages the gradient; there its gap means "
            "nothing."
        )
        with st.expander("Every stage, both methods"):
            st.table(
                [
                    {
                        "method": "HiResCAM" if row.method == "hirescam" else "Grad-CAM",
                        "stage": row.layer,
                        "sum": number(row.total),
                        "logit − bias": number(row.explained),
                        "gap": number(row.gap),
                    }
                    for row in kept[0]
                ],
                border="horizontal",
                hide_index=True,
                width="content",
            )


def _predicts(subject: Subject, question: Question) -> None:
    from resnet.trust.faithfulness import forwards, infidelities, sensitivity

    model, image = subject.classifier.model, subject.image()

    def predicting() -> Any:
        values = question.on_pixels(model, image)
        return infidelities(model, image, subject.target, values)

    with st.container(border=True):
        st.markdown("**Does it predict what a loss costs, and hold still under noise?**")
        left, right = st.columns(2)
        with left:
            found = processes.offered(
                f"Infidelity: {forwards()} forwards", "forwards",
                key(subject, question, "infidelity"), predicting,
            )  # fmt: skip
            if found:
                with st.container(horizontal=True, key="infidelity"):
                    for row in found:
                        st.metric(
                            f"Infidelity of the {row.name} map"
                            if row.name != "map"
                            else "Infidelity of the map",
                            number(row.error),
                            width="content",
                        )
        with right:
            worst = processes.offered(
                "Max-sensitivity: 11 maps", "maps", key(subject, question, "sensitivity"),
                lambda: sensitivity(model, image, question),
            )  # fmt: skip
            if worst is not None:
                with st.container(key="sensitivity"):
                    st.metric("Max-sensitivity", number(worst), width="content")
        st.caption(
            "Infidelity ([Yeh et al. 2019](https://arxiv.org/abs/1901.09392), Captum): 64 squares "
            "of a quarter of the side are made grey, and the map's sum in each, times the factor "
            "that fits best, predicts the logit that is lost; the root of the mean squared error. "
            "An even and an empty map stand beside it: a map worth believing has less. "
            "Max-sensitivity: the largest relative change of the map under 10 draws of uniform "
            "noise of ±0.02 in "
            "the normalised input, seed 0. A constant map has 0, so low alone proves nothing."
        )

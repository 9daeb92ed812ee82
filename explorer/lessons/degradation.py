"""Lesson: deeper plain networks train worse, and it is neither overfitting nor vanishing."""

from __future__ import annotations

import streamlit as st

from explorer import state
from explorer.lessons import live
from explorer.lessons.lesson import Lesson, Source
from resnet.language import mark, tr


def _draw() -> None:
    seed = state.LESSONS.asked("seed")
    asked = {"depths": (20, 56), "epochs": 8, "seed": int(seed)}
    live.show("degradation", asked, _chart)


def _chart(rows: live.Rows) -> None:
    points = [
        {
            "epoch": row["epoch"],
            "training error": row["train_error"],
            "net": f"{tr(row['kind'])}-{row['depth']}",
        }
        for row in rows
    ]
    st.line_chart(points, x="epoch", y="training error", color="net")


LESSON = Lesson(
    title=mark("Deeper can be worse"),
    question=mark("Add layers to a network that works. Does it get better?"),
    text=mark("A deeper network can copy a shallower one and let its other layers do nothing."),
    draw=_draw,
    attempt=mark("Halt the run early."),
    surprise=mark("It is the training error that rises."),
    sources=(Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385, section 4.2"),),
    experiment="degradation",
)

"""Embeddings in the plane: which images a model takes for alike."""

from __future__ import annotations

import sys

import numpy as np
import streamlit as st

from explorer.audit.shown_audit import ShownAudit, open_on_attention
from explorer.figures.charts import audit_charts as charts
from explorer.resources.server import spinner
from explorer.state.choices.audit_choices import AUDIT
from explorer.widgets import controls
from resnet.audit.findings.plane import plane, sample
from resnet.text.language import mark, tr, translated

_MOST = 2_000  # points that a browser draws in a moment
_CLASSES = 12  # that have a colour each
_KEY = "audit_plane"
_COLOURS = {
    "verdict": mark("right or wrong"),
    "truth": mark("what it is"),
    "predicted": mark("what it is taken for"),
}


def panel(shown: ShownAudit) -> None:
    """Draw the panel: of the images that the filters leave."""
    with spinner.unless("sklearn.decomposition" in sys.modules, tr("Starting scikit-learn …")):
        spinner.import_here("sklearn.decomposition")
    colour = controls.segments(
        AUDIT, "colour", tr("Colour"), [*_COLOURS], words=translated(_COLOURS)
    )
    places = sample(shown.answered, _MOST)
    embeddings = shown.large("embedding", places)
    if min(embeddings.shape) < 2:
        st.info(tr("Fewer than two of these images have an embedding."))
        return
    found = plane(embeddings)
    groups = shown.verdicts[places] if colour == "verdict" else _classes(shown, colour, places)
    titles = [
        f"{shown.path(place)}<br>{shown.label(int(shown.opened.predicted[place]))}"
        for place in places.tolist()
    ]
    st.plotly_chart(
        charts.plane(found.points, groups, titles, [*map(shown.number, places.tolist())]),
        key=_KEY,
        on_select=_picked,
        selection_mode="points",
        config={"displayModeBar": False},
        alt=tr("{n:,} images by the first two principal components", n=len(places)),
    )
    st.caption(
        tr(
            "{n:,} of {all:,} images by the first two principal components of the last stage's "
            "mean channels, which have {one:.0%} and {other:.0%} of the variance: what lies apart "
            "here differs, what lies together need not be alike. A click opens an image.",
            n=len(places),
            all=len(shown.answered),
            one=found.shares[0],
            other=found.shares[1],
        )
    )


def _classes(shown: ShownAudit, colour: str, places: np.ndarray) -> np.ndarray:
    """The class of each place in words; the rarer ones are one."""
    classes = shown.opened.truths if colour == "truth" else shown.opened.predicted
    occur, counts = np.unique(classes[places], return_counts=True)
    named = {*occur[np.argsort(-counts, kind="stable")][:_CLASSES].tolist()}
    other = tr("other classes")
    words = [shown.label(one) if one in named else other for one in classes[places].tolist()]
    return np.array(words)


def _picked() -> None:
    points = st.session_state[_KEY].selection.points
    if points:
        data = points[0]["customdata"]
        open_on_attention(int(data[0] if isinstance(data, list) else data))

"""Which photograph goes through which weights: asked once, for all of a page that shows values."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from explorer.resources.models import Model
from explorer.resources.server.spinner import start_torch
from explorer.state.choices import shown_network
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.state.visitor import OWN, PHOTOS
from explorer.streamlit_joints import DeltaGenerator
from explorer.tasks.inputs.photos import Photo
from explorer.widgets.files import file_links, photo_picker
from explorer.widgets.files.file_links import Asked
from explorer.widgets.models import model_picker
from resnet.network.graph import Graph
from resnet.text.language import mark, tr, translated

_PAGE = ARCHITECTURE
LENSES = {"one": mark("One channel"), "mean": mark("Mean over channels")}


class Through(NamedTuple):
    """A photograph and a model that are here, and the row of the page that says which."""

    photo: Photo
    model: Model
    row: DeltaGenerator


def choose(graph: Graph) -> Through | None:
    """Controls for both; None, and why not, where they are not here.

    Raises `TooLarge` for a network that is not computed here.
    """
    start_torch()
    from resnet.residual.flow.block_flow import check_size

    check_size(graph)
    if shown_network.unchosen():
        _show_trained(graph)
    if not file_links.all_here(Asked(PHOTOS, _PAGE, "picture"), Asked(OWN, _PAGE, "weights")):
        return None
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        photo = photo_picker.choose_one(_PAGE, "picture", model_picker.family_of(graph.spec))
        model = model_picker.of_spec(_PAGE, "weights", graph.spec)
    shown_network.write()  # with whose weights these are
    classifier = model_picker.loaded(model)
    if classifier is None:
        return None
    if classifier.family == "random":
        _not_learned(tr("Random weights, seed 0"))
    return Through(photo, model, row)


def _show_trained(graph: Graph) -> None:
    """Show values of a network that has learned something, where nobody chose one that has not."""
    trained = model_picker.bundled()
    if trained and not model_picker.family_of(graph.spec):
        why = tr(
            "This is the trained {model}: of {usual} there are no learned weights here.",
            model=trained.title.partition(",")[0],
            usual=graph.spec.name,
        )
        shown_network.show_instead(trained.spec, why)
        st.rerun()


def _not_learned(title: str) -> None:
    """That these weights are random, and the way to trained ones."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(tr("{weights}: this network has not learned anything.", weights=title))
        trained = model_picker.bundled()
        if trained:
            st.button(
                tr("Show the trained {model}", model=trained.title.partition(",")[0]),
                on_click=shown_network.show_network,
                args=(trained.spec,),
            )


def lens(field: str, mean: bool, one: str) -> None:
    """Whether maps are of one channel or of the mean; the choice of one is written as `one`."""
    key, words = f"{_PAGE.name}_{field}_lens", translated(LENSES)
    st.session_state[key] = "mean" if mean else "one"

    def choose() -> None:
        chosen = st.session_state[key]
        if chosen is not None:
            _PAGE.ask(field, "mean" if chosen == "mean" else one)

    st.segmented_control(
        tr("Maps"), LENSES, key=key, format_func=words.__getitem__, on_change=choose
    )

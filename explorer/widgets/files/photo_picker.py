"""Choosing photographs: uploads, the camera, or a drawn sample."""

from __future__ import annotations

import streamlit as st

from explorer.resources import photos
from explorer.state import saved_session, visitor
from explorer.state.choices import attention_choices
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.choices.page_choices import Page
from explorer.state.visitor import PHOTOS
from explorer.tasks.inputs.photos import Photo, sample
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import data_set_picker, intake
from resnet.text.language import tr
from resnet.training.samples import Sample, samples

_CAMERA = "control_camera"


def asked(family: str) -> list[Photo]:
    """The pictures to look at: a sample, or all that the visitor gave if one of them is on show.

    Samples are such as a model of this family knows. What the address names must be here.
    """
    if visitor.find(PHOTOS, ATTENTION.asked("photo")) is None:
        return [sample(int(ATTENTION.asked("sample", samples(family))), family)]
    return [photos.photo(file) for file in visitor.given(PHOTOS)]


def choose(family: str) -> None:
    """Controls for what is `asked`; out of the way of many photographs."""
    files = visitor.given(PHOTOS)
    many = len(files) > intake.LISTED
    words = tr("Photographs: {n:,} files, {size}", n=len(files), size=intake.together(files))
    with st.expander(words, key="photo_picker") if many else st.container():
        _choose(family)


def _choose(family: str) -> None:
    most = visitor.kinds()[PHOTOS].most
    intake.offer("control_files", tr("Photographs"), most, many=True)
    intake.listed(PHOTOS)
    _say_lacking()
    with st.container(horizontal=True, vertical_alignment="center"):
        camera = st.toggle(tr("Camera"), key=_CAMERA, persist_state="session")
        _sample(samples(family))
    data_set_picker.choose()
    if camera:
        st.camera_input(tr("Camera"), label_visibility="collapsed", key="control_shot")
        intake.refused("control_shot")


def _say_lacking() -> None:
    """What the session had that was opened."""
    names = [plain(file.name) for file in saved_session.lacking(PHOTOS)]
    if names:
        st.caption(tr("The session that you opened also has: {names}.", names=tr(", ").join(names)))


def on_show(photos: list[Photo]) -> Photo:
    """Which of those to look at is on show."""
    file = visitor.find(PHOTOS, ATTENTION.asked("photo"))
    return photos[0] if file is None else next(p for p in photos if p.key == file.sha256)


def choose_one(page: Page, field: str, family: str) -> Photo:
    """One picture: a sample for a model of a family, or a photograph of the visitor's.

    What the choice names must be here.
    """
    words = {number: _title(number, one) for number, one in samples(family).items()}
    words |= {file.link: file.name for file in visitor.given(PHOTOS)}
    with st.container(width=160):
        chosen = controls.select(page, field, tr("Picture"), [*words], words)
    with st.popover(tr("Your own")):
        most = visitor.kinds()[PHOTOS].most
        intake.offer(f"{page.name}_upload", tr("Photograph"), most)
        intake.listed(PHOTOS)
    file = visitor.find(PHOTOS, chosen)
    return photos.photo(file) if file else sample(int(chosen), family)


def _sample(offered: dict[str, Sample]) -> None:
    shown = None if ATTENTION.asked("photo") else ATTENTION.asked("sample", offered)
    named = {number: _word(number, one) for number, one in offered.items()}
    key = ATTENTION.key("sample")
    st.session_state[key] = shown
    st.pills(
        tr("Samples"), [*offered], key=key, format_func=named.__getitem__, on_change=_show_sample
    )
    if shown and (photograph := offered[shown].photograph):
        words = {"credit": photograph.credit, "project": photograph.project}
        st.caption(tr("{credit}; comes with {project}", **words))


def _title(number: str, one: Sample) -> str:
    return tr("Sample {n}", n=number) if one.photograph is None else tr(one.photograph.title)


def _word(number: str, one: Sample) -> str:
    return number if one.photograph is None else tr(one.photograph.title)


def _show_sample() -> None:
    number = st.session_state[ATTENTION.key("sample")]
    if number is not None:
        attention_choices.show_sample(number)

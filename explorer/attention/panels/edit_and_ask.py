"""Edit and ask again: a region changed, the answer before and after, and edits elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.answer.style import style
from explorer.attention.panels import edit_battery
from explorer.attention.panels.edit_battery import questioned
from explorer.figures.data_urls import data_url
from explorer.figures.tiles import Tile, colour_scale
from explorer.resources import jobs, kept_answers, photos
from explorer.resources.server.workers import LONG
from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import PHOTOS
from explorer.tasks import edits
from explorer.tasks.edits import BLURRED, MEAN, Wanted
from explorer.widgets import components, controls
from explorer.widgets.changed_metric import changed_metric
from explorer.widgets.escaping import plain
from explorer.widgets.files import file_links
from explorer.widgets.files.file_links import Asked
from resnet.edits.boxes import Box, EditError
from resnet.pictures.overlay import strength
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import decimal, percent

if TYPE_CHECKING:
    from resnet.edits.asking import Answer, Edited

_EDITS = {
    "blur": mark("Blur"),
    "erase": mark("Erase"),
    "patch": mark("Patch"),
    "text": mark("Text"),
    "background": mark("Background"),
    "carton": mark("Carton watermark"),
    "grey": mark("Grey"),
    "rotate": mark("Rotate"),
    "crop": mark("Centre crop"),
}
_BOXED = ("blur", "erase", "patch", "text", "background")
_SHOWN = {
    "red": mark("red"),
    "yellow": mark("yellow"),
    "black": mark("black"),
    "white": mark("white"),
    MEAN: mark("the model's mean colour"),
    BLURRED: mark("out of focus"),
}
_TURNS = tuple(map(str, (-90, -45, -20, 20, 45, 90, 180)))


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    st.markdown(
        tr(
            "**Edit and ask again**: what becomes of {label} when a part of the picture is changed",
            label=plain(answer.label),
        )
    )
    if file_links.all_here(Asked(PHOTOS, ATTENTION, "shown"), Asked(PHOTOS, ATTENTION, "kept")):
        try:
            _asked(answer, _wanted())
        except EditError as error:
            st.error(plain(error))
    edit_battery.show(answer)


def _wanted() -> Wanted:
    """The edit that the page asks for, with the controls that it needs."""
    own = {file.link: file for file in visitor.given(PHOTOS)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = controls.select(ATTENTION, "edit", tr("Edit"), [*_EDITS], translated(_EDITS))
        shown = ATTENTION.asked("shown")
        kept, turn = "", ATTENTION.asked("turn", _TURNS)
        if name in ("patch", "background"):
            words = translated(_SHOWN) | {link: file.name for link, file in own.items()}
            shown = controls.select(ATTENTION, "shown", tr("Shown instead"), [*words], words)
        if name == "background":
            keeps = {"": tr("the box")} | {link: file.name for link, file in own.items()}
            kept = controls.select(
                ATTENTION, "kept", tr("Kept"), [*keeps], keeps,
                hint=tr("The box, or the bright part of a mask, a picture of the same size."),
            )  # fmt: skip
        if name == "rotate":
            turns = {degrees: f"{degrees}°".replace("-", "−") for degrees in _TURNS}
            turn = controls.steps(ATTENTION, "turn", tr("To the left"), _TURNS, turns)
        if name == "text":
            controls.text(ATTENTION, "words", tr("Words"), tr("in Latin letters"))
    picture = own.get(shown)
    return Wanted(
        name,
        _box(ATTENTION.asked("box")),
        photos.photo(picture) if picture else ATTENTION.asked("shown", _SHOWN),
        ATTENTION.asked("words"),
        int(turn),
        photos.photo(own[kept]) if kept in own else None,
    )


def _box(asked: str) -> str:
    """The box that a link names, if it is one; else the usual one."""
    try:
        Box.read(asked)
    except EditError:
        return ATTENTION.usual["box"]
    return asked


def _asked(answer: ShownAnswer, wanted: Wanted) -> None:
    """Where the edit acts, and what it changes."""
    boxed = wanted.name in _BOXED and wanted.kept is None
    where, said = st.columns([2, 3], gap="large") if boxed else (None, st.container())
    if where is not None:
        with where:
            _draw_box(answer.seen.look.view, wanted.box)
    outcome = kept_answers.edited(answer.model, answer.seen.photo, questioned(answer), wanted)
    edited = outcome.result
    with said:
        _standings(edited)
        _pictures(answer, edited)
    _side_by_side(answer, wanted, edited)


def _draw_box(view: Image.Image, at: str) -> None:
    label = tr("Where the edit acts, in per cent of the picture")
    components.box(view, at, label, "edit_box", partial(ATTENTION.ask, "box"))


def _standings(edited: Edited) -> None:
    before, after = edited.before.standing, edited.after.standing
    numbers = {
        tr("Logit"): (decimal(after.logit), decimal(edited.change, sign=True)),
        tr("Margin"): (decimal(after.margin), decimal(edited.margin_change, sign=True)),
        tr("Probability"): (
            percent(after.probability),
            percent(after.probability - before.probability, sign=True),
        ),
    }
    with st.container(horizontal=True, key="edit_standings"):
        for word, (now, change) in numbers.items():
            changed_metric(word, now, change)
    if edited.flipped:
        st.markdown(
            tr(
                "Now the most probable class is **{after}**, and was {before}.",
                after=plain(edited.after.best.label),
                before=plain(edited.before.best.label),
            )
        )


def _pictures(answer: ShownAnswer, edited: Edited) -> None:
    """Both views under their maps, on one scale; alone where a family has no maps."""
    sides = {tr("before"): edited.before, tr("after"): edited.after}
    maps = [each.values for each in sides.values() if each.values is not None]
    if len(maps) < len(sides):
        for column, (title, each) in zip(st.columns(2), sides.items(), strict=True):
            column.image(each.view, caption=title, alt=title)
        return
    full = strength(maps)
    tiles = [_tile(answer, title, each, full) for title, each in sides.items()]
    components.maps(tiles, colour_scale(full, style()), key="edited")


def _tile(answer: ShownAnswer, title: str, said: Answer, full: float) -> Tile:
    assert said.values is not None
    note = tr("logit {logit}", logit=decimal(said.standing.logit))
    tile = answer.tile(title, note, answer.layer(), said.values, full)
    return replace(tile, heat=tile.heat._replace(photo=data_url(said.view, "JPEG")))


def _side_by_side(answer: ShownAnswer, wanted: Wanted, edited: Edited) -> None:
    """What the map shows of the region, and what the edit proves of it."""
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown(tr("**What the map shows**"))
        st.markdown(_shown(edited))
    with right, st.container(border=True):
        st.markdown(tr("**What the edit proves**"))
        st.markdown(tr("The logit changes by {change}.", change=_signed(edited.change)))
        _controls(answer, wanted, edited)
    st.caption(
        tr(
            "The two may differ: maps alone miss shortcuts that nobody knows of ([Adebayo et al. "
            "2022](https://arxiv.org/abs/2212.04629)), and an edit also brings something new, a "
            "grey box no less than a tag."
        )
    )


def _shown(edited: Edited) -> str:
    if edited.before.values is None:
        return tr("This family has no map.")
    if edited.area == 1:
        return tr("The edit is everywhere, so that there is no region to look for in the map.")
    return tr(
        "{before} of the positive evidence lies in the edited region before, {after} after; an "
        "even map has {even} there.",
        before=percent(edited.before.evidence),
        after=percent(edited.after.evidence),
        even=percent(edited.area),
    )


def _controls(answer: ShownAnswer, wanted: Wanted, edited: Edited) -> None:
    from resnet.edits.asking import CONTROLS

    if not edited.edit.controls(answer.seen.look.view.width, 1):
        st.caption(tr("There is no room for the same edit elsewhere, so it has no control."))
        return
    question = questioned(answer)
    found = jobs.offered(
        tr("The same edit at {n} other places: {n} forwards", n=CONTROLS),
        tr("edits"),
        answer.question("edit controls", repr(question), repr(wanted)),
        partial(LONG.stream, edits.controlled, answer.asked, question, wanted),
    )
    if found:
        changes = found.control_changes
        st.markdown(
            tr(
                "The same edit at {n} random places changes it by {least} to {most}; {beyond} of "
                "them change it less.",
                n=len(changes),
                least=_signed(min(changes)),
                most=_signed(max(changes)),
                beyond=found.beyond,
            )
        )


def _signed(value: float) -> str:
    return decimal(value, sign=True)

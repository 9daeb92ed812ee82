"""Controls that show one of a page's choices and record a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from explorer.state import in_hand
from explorer.state.choices import page_choices
from explorer.state.choices.lessons_choices import LESSONS
from explorer.state.choices.numbers import whole
from explorer.state.choices.page_choices import Page
from explorer.state.in_hand import fill, when_moved
from resnet.text.language import LANGUAGES, tr

Panel = Callable[[Any], None]  # draws what it is given: a graph, or the subject of an answer


def record(page: Page, field: str) -> Callable[[], None]:
    """A callback that records a control's value, unless it was emptied."""

    def keep() -> None:
        value = st.session_state[page.key(field)]
        if value is not None:
            page.ask(field, str(value))

    return keep


def select(
    page: Page,
    field: str,
    label: str,
    options: Sequence[str],
    words: Mapping[str, str] | None = None,
    usual: str | None = None,
    hint: str | None = None,
) -> str:
    """A list to choose one of `options` from, shown by their `words`; returns the choice."""
    return _one(partial(st.selectbox, help=hint), page, field, label, options, words, usual)


def suggested(page: Page, field: str, label: str, options: Sequence[str], hint: str) -> str:
    """A list to choose from or to write another into; returns the choice, nothing at first."""
    name, chosen = page.key(field), page.asked(field)
    fill(name, chosen or None)
    _draw(
        page,
        st.selectbox,
        label,
        [*options] if chosen in options or not chosen else [chosen, *options],
        key=name,
        index=None,
        placeholder=hint,
        accept_new_options=True,
        on_change=when_moved(name, record(page, field)),
    )
    return chosen


def segments(
    page: Page,
    field: str,
    label: str,
    options: Sequence[str],
    usual: str | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """A row of buttons, one of which is chosen; returns it."""
    return _one(st.segmented_control, page, field, label, options, words, usual)


def steps(
    page: Page, field: str, label: str, options: Sequence[str], words: Mapping[str, str]
) -> str:
    """A slider over `options` in their order, shown by their `words`; returns the choice."""
    return _one(st.select_slider, page, field, label, options, words)


def _one(
    draw: Callable[..., object],
    page: Page,
    field: str,
    label: str,
    options: Sequence[str],
    words: Mapping[str, str] | None = None,
    usual: str | None = None,
) -> str:
    shown, chosen = words or {}, page.asked(field, options, usual)
    fill(page.key(field), chosen)
    _draw(
        page,
        draw,
        label,
        options,
        key=page.key(field),
        format_func=lambda option: shown.get(option, option),
        on_change=when_moved(page.key(field), record(page, field)),
    )
    return chosen


def _draw(page: Page, widget: Callable[..., object], *arguments: Any, **options: Any) -> None:
    """Draw a control, unless it is a lesson's and a teacher's link hides those."""
    if page is not LESSONS or "controls" not in page_choices.hidden():
        widget(*arguments, **options)


def stamp() -> None:
    """What comes back with all the controls that stand before it; out of sight by page.css."""
    with st.container(key="behind_controls"):
        st.text_input("run", key=in_hand.STAMP, label_visibility="collapsed")


def language() -> None:
    """The language of the page."""
    st.session_state["language"] = page_choices.language()
    st.segmented_control(
        "Language · 语言",
        [*LANGUAGES],
        format_func=LANGUAGES.__getitem__,
        key="language",
        on_change=lambda: page_choices.speak(
            st.session_state["language"] or page_choices.language()
        ),
    )


def panel(page: Page, label: str, panels: Mapping[str, tuple[str, Panel]]) -> Panel:
    """A row of buttons, one for each panel of a page, by marked titles; returns the one to draw."""
    titles = {name: tr(title) for name, (title, _) in panels.items()}
    return panels[segments(page, "panel", label, [*titles], next(iter(titles)), titles)][1]


def pills(
    page: Page, field: str, label: str, options: Sequence[str], words: Mapping[str, str]
) -> tuple[str, ...]:
    """A row of buttons, any of which are on, written with commas; returns those that are on."""
    draw = partial(
        st.pills, selection_mode="multi", format_func=lambda option: words.get(option, option)
    )
    return _any(draw, page, field, label, options)


def several(
    page: Page, field: str, label: str, options: Sequence[str], empty: str
) -> tuple[str, ...]:
    """A list to choose any of `options` from, written with commas; returns those chosen."""
    return _any(partial(st.multiselect, placeholder=empty), page, field, label, options)


def _any(
    draw: Callable[..., object], page: Page, field: str, label: str, options: Sequence[str]
) -> tuple[str, ...]:
    name, chosen = page.key(field), page.listed(field, options)
    fill(name, list(chosen))
    _draw(
        page,
        draw,
        label,
        options,
        key=name,
        on_change=when_moved(name, lambda: page.ask(field, ",".join(st.session_state[name]))),
    )
    return chosen


def toggle(page: Page, field: str, label: str) -> bool:
    """A switch; on is written as 1. Returns whether it is on."""
    name, on = page.key(field), page.asked(field) == "1"
    fill(name, on)
    _draw(
        page,
        st.toggle,
        label,
        key=name,
        on_change=when_moved(name, lambda: page.ask(field, "1" if st.session_state[name] else "")),
    )
    return on


def number(page: Page, field: str, label: str, most: int, usual: int = 0) -> int:
    """A whole number from 0 to `most`; returns it, `usual` where the choice is no number."""
    name, said = page.key(field), whole(page.asked(field))
    at = min(usual if said is None else said, most)
    fill(name, at)
    keep = when_moved(name, record(page, field))
    _draw(page, st.number_input, label, 0, most, key=name, on_change=keep, width=140)
    return at


def text(page: Page, field: str, label: str, hint: str) -> None:
    """A line to write in, with a hint while it is empty."""
    name = page.key(field)
    fill(name, page.asked(field))
    _draw(
        page,
        st.text_input,
        label,
        key=name,
        placeholder=hint,
        max_chars=80,
        on_change=when_moved(name, record(page, field)),
    )

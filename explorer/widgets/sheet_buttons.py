"""A long list a sheet at a time: so much of it as is sent in a moment, however long it is."""

from __future__ import annotations

import streamlit as st

from explorer.state.choices.numbers import whole
from explorer.state.choices.page_choices import Page
from resnet.text.language import tr


def sheet(page: Page, size: int, n: int) -> int:
    """Which sheet of `size` is on show, where there are `n` in all."""
    return min(whole(page.asked("sheet")) or 0, _last(size, n))


def sheet_buttons(page: Page, key: str, size: int, n: int) -> None:
    """Buttons to the sheets before and after the one on show, where there are several."""
    at, last = sheet(page, size, n), _last(size, n)
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_sheets"):
        for name, label, to in (
            ("before", tr("Previous page"), at - 1),
            ("after", tr("Next page"), at + 1),
        ):
            st.button(
                label,
                key=f"{key}_sheet_{name}",
                disabled=not 0 <= to <= last,
                type="tertiary",
                on_click=page.ask,
                args=("sheet", str(to)),
            )
        first, until = at * size + 1, min(n, (at + 1) * size)
        st.caption(tr("{first:,} to {last:,} of {n:,}", first=first, last=until, n=n))


def _last(size: int, n: int) -> int:
    return max(0, -(-n // size) - 1)

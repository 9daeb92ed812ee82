"""A link that needs a file: what it is, and that the page waits for it."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from explorer.state import visitor
from explorer.state.choices.page_choices import Page
from explorer.uploads.store import KEPT, Named
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake
from resnet.text.language import tr


class Asked(NamedTuple):
    """A choice of a page that may name a file of a kind."""

    kind: str
    page: Page
    field: str

    @property
    def missing(self) -> Named | None:
        """The file that is named and not here."""
        return visitor.missing(self.kind, self.page.asked(self.field))


def all_here(*asked: Asked) -> bool:
    """Whether every file is here that a page's choices name; else the page says which it needs.

    Until the browser has said what its tab gave, there is nothing to say but that it is asked.
    """
    missing = [(choice, named) for choice in asked if (named := choice.missing)]
    for choice, named in missing:
        if visitor.waits():
            st.caption(tr("Looking for {name} …", name=plain(named.name)))
        else:
            _wait(choice, named)
    return not missing


def _wait(choice: Asked, named: Named) -> None:
    kind, page, field = choice
    with st.container(border=True, key=f"waits_{page.name}_{field}"):
        st.warning(
            tr(
                "This page needs {name}, the file whose SHA-256 begins with {short}, and waits for "
                "it. Links carry no files, and what a tab gave is forgotten {n} minutes after it "
                "is closed.",
                name=plain(named.name),
                short=named.short,
                n=int(KEPT // 60),
            )
        )
        _say_others(kind, named)
        intake.offer(intake.waiting_key(page, field), plain(named.name), visitor.kinds()[kind].most)
        st.button(
            tr("Go on without it"),
            key=f"without_{page.name}_{field}",
            on_click=page.ask,
            args=(field, page.usual[field]),
        )


def _say_others(kind: str, named: Named) -> None:
    """A file of the same name may be another."""
    for file in visitor.given(kind):
        if file.name == named.name:
            st.caption(
                tr(
                    "The {name} that you gave is another file: its SHA-256 begins with {short}.",
                    name=plain(file.name),
                    short=file.sha256[: len(named.short)],
                )
            )

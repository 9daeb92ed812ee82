"""The offer of a download: its button, how far it is, and what stopped it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from explorer.state.limits import limits
from explorer.widgets.escaping import plain
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.fetch.download import Received


def offer(
    name: str, words: str, fetching: Iterator[Received], size: int, *errors: type[Exception]
) -> None:
    """Say in `words` that `name` is missing, and fetch it once asked to; then the page runs anew.

    Where visitors may not download it, who can is said instead. `size` is in bytes, for servers
    that do not tell. Any of `errors` is said in place of the bar.
    """
    if not limits().may_download(name):
        st.info(f"{words} {_ask_the_operator(name)}")
        return
    st.info(words)
    if not st.button(tr("Download"), type="primary"):
        return
    bar, stop = st.progress(0.0, tr("Connecting …")), st.empty()
    stop.button(tr("Stop"))  # any control ends this run; what was not whole is then removed
    try:
        for received in fetching:
            done, total = received.done, received.total or size
            megabytes = tr("{done:.1f} of {total:.1f} MB", done=done / 1e6, total=total / 1e6)
            bar.progress(min(done / max(total, 1), 1.0), megabytes)
    except errors as error:
        bar.empty()
        stop.empty()
        st.error(plain(error))
        if words := _by_hand(error):
            st.caption(plain(words))
        return
    st.rerun()


def _by_hand(error: Exception) -> str:
    """How the file comes here without this machine's network; folders where they may be named."""
    path: Path | None = getattr(error, "path", None)
    if path is None:
        return " ".join(getattr(error, "__notes__", ())) if limits().folders else ""
    if limits().folders:
        return tr(
            "Or get {file} in another way, copy it into the folder {folder}, and press Download "
            "again.",
            file=path.name,
            folder=path.parent,
        )
    return tr(
        "Or whoever runs the server copies {file} into its folder of downloads; press Download "
        "again then.",
        file=path.name,
    )


def _ask_the_operator(name: str) -> str:
    return tr(
        "Visitors of this server cannot download it; whoever runs the server can, by "
        "`python -m resnet fetch {name}`.",
        name=name,
    )

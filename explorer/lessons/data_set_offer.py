"""A data set that a lesson may learn from: here already, or offered as a download."""

from __future__ import annotations

import streamlit as st

from explorer.widgets.escaping import plain
from resnet.text.language import tr

_ALWAYS = ("digits", "shapes")  # known without torch


def available(name: str) -> bool:
    """Whether a data set can be read now; if not, its download is offered in its place."""
    if name in _ALWAYS:
        return True
    from resnet.training.archives import is_here

    if not is_here(name):
        _offer(name)
    return is_here(name)


def _offer(name: str) -> None:
    from resnet.fetch.download import DownloadError
    from resnet.training.archives import ARCHIVED, DatasetError, fetch_archive

    archive = ARCHIVED[name]
    size = f"{archive.bytes / 1e6:.0f} MB"
    st.info(
        tr("{data} is not on this machine yet: {size} to download.", data=archive.title, size=size)
    )
    if not st.button(tr("Download"), type="primary"):
        return
    bar, stop = st.progress(0.0, tr("Connecting …")), st.empty()
    stop.button(tr("Stop"))  # any control ends this run; what was not whole is then removed
    try:
        for received in fetch_archive(name):
            bar.progress(
                min(received.done / archive.bytes, 1.0), f"{received.done / 1e6:.1f} / {size}"
            )
    except (DownloadError, DatasetError) as error:
        bar.empty()
        stop.empty()
        st.error(plain(error))
        return
    st.rerun()

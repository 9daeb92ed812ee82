"""A data set that a lesson may learn from: here already, or offered as a download."""

from __future__ import annotations

from explorer.resources.server.spinner import start_torch
from explorer.widgets.models.download_offer import offer
from resnet.text.language import tr

_ALWAYS = ("digits", "shapes")  # known without torch


def available(name: str) -> bool:
    """Whether a data set can be read now; if not, its download is offered in its place."""
    if name in _ALWAYS:
        return True
    start_torch()
    from resnet.training.archives import is_here

    if not is_here(name):
        _offer(name)
    return is_here(name)


def _offer(name: str) -> None:
    from resnet.fetch.download import DownloadError
    from resnet.training.archives import ARCHIVED, DatasetError, fetch_archive

    archive = ARCHIVED[name]
    size = f"{archive.bytes / 1e6:.0f} MB"
    words = tr(
        "{data} is not on this machine yet: {size} to download.", data=archive.title, size=size
    )
    offer(name, words, fetch_archive(name), archive.bytes, DownloadError, DatasetError)

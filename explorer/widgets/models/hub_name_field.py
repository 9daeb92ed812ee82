"""A network by its name on the Hugging Face hub: fetched as a checkpoint of the visitor's own.

So it counts among what the server keeps of them, is judged as whatever strangers give, and goes
when they do. Whatever the server's operator may see of the hub beyond, visitors may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import streamlit as st

from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.limits import limits
from explorer.state.visitor import LABELS, OWN
from explorer.uploads.bounds import UploadError
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake
from explorer.widgets.models import download_offer
from resnet.text.language import mark, tr
from resnet.text.numbers import count

if TYPE_CHECKING:
    from resnet.fetch.download import Received
    from resnet.fetch.hub import Remote

_NEEDS = mark('A name on the hub needs one more package: pip install "resnet-explorer[hub]"')
_FIELD = "hub"
_SAID = "hub_said"  # of the name that was asked last, what the hub has


def asked() -> str:
    """The name that is asked, as people write it; nothing where none may be."""
    return ATTENTION.asked(_FIELD).strip() if _offered() else ""


def choose() -> None:
    """A field for a name, or what it needs."""
    if not _offered():
        return
    with st.expander(tr("or a name on the Hugging Face hub"), expanded=bool(asked())):
        if find_spec("huggingface_hub") is None:
            st.caption(plain(tr(_NEEDS)))
        else:
            controls.text(ATTENTION, _FIELD, tr("Name"), "timm/resnet18.a1_in1k")


def offer_download() -> None:
    """Say how large the network is that is asked, and fetch it once asked to."""
    from resnet.fetch.download import DownloadError

    name = asked()
    try:
        with st.spinner(tr("Asking the hub …")):
            remotes = _remotes(name)
        _check(remotes[0])
    except (DownloadError, UploadError) as error:
        st.error(plain(error))
        return
    size = sum(remote.bytes for remote in remotes)
    words = tr(
        "{data} is not on this machine yet: {size} to download.",
        data=plain(name),
        size=count(size, "B"),
    )
    download_offer.offer(
        name, words, _fetched(name, remotes), size, DownloadError, UploadError, OSError
    )


def _offered() -> bool:
    """Whether visitors of this server may fetch whatever they name."""
    return limits().downloads is None


def _remotes(name: str) -> tuple[Remote, ...]:
    """What the hub has by that name, asked once. Raises `DownloadError`."""
    from resnet.fetch.download import DownloadError
    from resnet.fetch.hub import hub_name, remotes

    known: dict[str, tuple[Remote, ...]] = st.session_state.get(_SAID, {})
    if name not in known:
        full = name if hub_name(name) else f"hf-hub:{name}"
        if hub_name(full) is None:
            raise DownloadError(
                tr("“{name}” is no name on the hub; write owner/name, as it has it.", name=name)
            )
        if find_spec("huggingface_hub") is None:
            raise DownloadError(tr(_NEEDS))
        known = st.session_state[_SAID] = {name: remotes(full)}
    return known[name]


def _check(weights: Remote) -> None:
    """Raise `UploadError` for more than a checkpoint can have here, before anything is fetched."""
    most = visitor.kinds()[OWN].most
    if weights.bytes > most:
        raise UploadError(
            tr(
                "{name} has {size}; a file here can have {most}.",
                name=weights.file,
                size=intake.size(weights.bytes),
                most=intake.size(most),
            )
        )


def _fetched(name: str, remotes: tuple[Remote, ...]) -> Iterator[Received]:
    """Fetch the files and make them the visitor's own checkpoint, with what is said of it.

    Raises `DownloadError`, `UploadError` and `OSError`.
    """
    from resnet.fetch.download import Received
    from resnet.fetch.hub import fetched

    before, total = 0, sum(remote.bytes for remote in remotes)
    with TemporaryDirectory() as folder:
        for remote in reversed(remotes):  # the weights are the last: with them it is whole
            for received in fetched(remote, Path(folder)):
                yield Received(before + received.done, total)
            before += remote.bytes
        weights, *beside = (Path(folder, remote.file) for remote in remotes)
        stem = name.removeprefix("hf-hub:").replace("/", "-")
        own = intake.keep(OWN, f"{stem}{weights.suffix}", weights.read_bytes())
        ATTENTION.ask(_FIELD, "")
        intake.choose(OWN, ATTENTION, "checkpoint", own)
        for config in beside:
            _describe(config)


def _describe(config: Path) -> None:
    """Keep a config.json as what is said of the checkpoint, if it says anything that is read."""
    from resnet.weights.given.configured import read_config
    from resnet.weights.given.labels import GivenError

    data = config.read_bytes()
    try:
        said = bool(read_config(data).config)
    except GivenError:  # which the page shows
        said = True
    if said:
        ATTENTION.ask("labels", intake.keep(LABELS, config.name, data).link)

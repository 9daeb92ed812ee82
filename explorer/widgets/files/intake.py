"""Files on their way from a visitor to the store: uploaders, and the list of what was given.

Whatever an uploader holds when a run begins is taken out of it, whether or not Streamlit noticed
a change: a file that comes while a run starts is taken by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import streamlit as st

from explorer.resources import photos
from explorer.resources.server.workers import Ended
from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.choices.lessons_choices import LESSONS
from explorer.state.choices.page_choices import Page
from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.state.limits import MB, limits
from explorer.state.visitor import LABELS, LABELS_OF, OWN, PHOTOS, SECOND, SECOND_LABELS, TRUTH
from explorer.streamlit_joints import Arrivals, UploadedFile, taken_out, uploaded
from explorer.uploads.bounds import UploadError
from explorer.uploads.store import KEPT, Upload
from explorer.widgets.escaping import plain
from explorer.widgets.files import data_set_intake
from resnet.pictures.reading import ImageError
from resnet.text.language import tr

_TAKEN = "taken"  # the files that were taken out of each uploader, by their ids
_REFUSED = "refused"  # why others were not kept, by uploader
_CAMERA = "control_shot"
LISTED = 8  # files that each have a line; more have one line together
_PATIENCE = 600.0  # seconds in which a page takes out what was sent, however busy it is


@dataclass(frozen=True)
class Intake:
    """An uploader by its key: the kind of its files, and the choice that they become."""

    kind: str
    page: Page
    field: str


def waiting_key(page: Page, field: str) -> str:
    """The key of the uploader for the file that a choice names."""
    return f"waiting_{page.name}_{field}"


INTAKES = {
    "control_files": Intake(PHOTOS, ATTENTION, "photo"),
    _CAMERA: Intake(PHOTOS, ATTENTION, "photo"),
    "control_truth": Intake(TRUTH, ATTENTION, "truth"),
    "control_own": Intake(OWN, ATTENTION, "checkpoint"),
    "control_labels": Intake(LABELS, ATTENTION, "labels"),
    "control_second": Intake(SECOND, ATTENTION, "second"),
    "control_second_labels": Intake(SECOND_LABELS, ATTENTION, "second_labels"),
    "field_file": Intake(PHOTOS, ARCHITECTURE, "photo"),
    "architecture_upload": Intake(PHOTOS, ARCHITECTURE, "picture"),
    "lessons_upload": Intake(PHOTOS, LESSONS, "add_picture"),
}
DATA_SETS = dict.fromkeys(("control_folder", "control_zip"), Intake(PHOTOS, ATTENTION, "photo"))
_NAMING = (*INTAKES.values(), Intake(OWN, ARCHITECTURE, "weights"))  # choices that may name a file
_WAITING = {waiting_key(each.page, each.field): each for each in _NAMING}


@cache
def _arrivals() -> Arrivals:
    allowed = limits()
    return Arrivals(allowed.visitor_bytes, 2 * allowed.visitor_bytes, _PATIENCE)


def take_in() -> None:
    """Take what the uploaders hold. Called before a page is drawn."""
    _arrivals().watch()
    for intakes, take in ((INTAKES | _WAITING, _take), (DATA_SETS, _take_data_set)):
        for key, intake in intakes.items():
            files = new(key)
            if files:
                take(key, intake, files)
                note(key)


def new(key: str) -> list[UploadedFile]:
    """What an uploader holds and nobody has taken yet."""
    taken = st.session_state.get(_TAKEN, {}).get(key, ())
    return [file for file in uploaded(key) if file.file_id not in taken]


def note(key: str) -> None:
    """Note that all is taken that an uploader holds; a run that is ended before takes it anew."""
    held = {file.file_id for file in uploaded(key)}
    st.session_state.setdefault(_TAKEN, {})[key] = held


def _take(key: str, intake: Intake, files: list[UploadedFile]) -> None:
    """Keep files, note why others are not, and choose the first."""
    kept: list[Upload] = []
    reasons = st.session_state.setdefault(_REFUSED, {})[key] = []
    for file in files:
        try:
            with taken_out(file) as data:
                kept.append(keep(intake.kind, _name(key, file), data))
        except (UploadError, ImageError, Ended) as error:
            reasons.append(str(error))
        except OSError:
            reasons.append(tr("{name} could not be kept on this server.", name=file.name))
    if kept and key not in _WAITING:  # what is waited for is chosen already, and is one file
        choose(intake.kind, intake.page, intake.field, kept[0])


def _take_data_set(key: str, intake: Intake, files: list[UploadedFile]) -> None:
    """The same of many, as they come: what is kept stays if this run is ended before.

    Their uploader then goes, since its browser would tell of every file at every click.
    """
    reasons = st.session_state.setdefault(_REFUSED, {})[key] = list[str]()
    words, first, n = st.empty(), None, 0
    try:
        for kept, refused in data_set_intake.take(files):
            first, n = first or next(iter(kept), None), n + len(kept)
            reasons.extend(refused)
            words.caption(tr("Taking in a data set: {n:,} photographs so far …", n=n))
    except (UploadError, Ended) as error:
        reasons.append(str(error))
    except OSError:
        reasons.append(tr("This server could keep {n:,} photographs of these, and no more.", n=n))
    words.empty()
    st.session_state[data_set_intake.PICKER] = bool(reasons)
    if first:
        choose(intake.kind, intake.page, intake.field, first)


def _name(key: str, file: UploadedFile) -> str:
    if key != _CAMERA:
        return file.name
    return f"camera {len(visitor.given(PHOTOS)) + 1}.jpg"


def keep(kind: str, name: str, data: bytes) -> Upload:
    """Judge a file and keep it. Raises `UploadError`, `ImageError`, `Ended` or `OSError`."""
    if kind == PHOTOS and len(data) <= visitor.kinds()[kind].most:  # larger is refused unread
        photos.judge(data, name)
    return visitor.keep(kind, name, data)


def choose(kind: str, page: Page, field: str, file: Upload) -> None:
    """Make a file the choice of a page. Another checkpoint has other classes."""
    if kind in LABELS_OF and file.link != page.asked(field):
        labels = LABELS_OF[kind]
        remove(labels, *visitor.given(labels))
    page.ask(field, file.link)


def remove(kind: str, *files: Upload) -> None:
    """Forget files, and every choice of one."""
    visitor.remove(kind, *files)
    for intake in _NAMING:
        for file in files:
            if intake.kind == kind:
                intake.page.unask(intake.field, file.link)


def offer(
    key: str,
    label: str,
    most: int,
    types: tuple[str, ...] | None = None,
    many: bool | Literal["directory"] = False,
    hint: str | None = None,
) -> None:
    """An uploader, and why what was last given to it was not kept."""
    st.file_uploader(
        label,
        types,
        accept_multiple_files=many,
        key=key,
        help=hint,
        max_upload_size=most // MB,
    )
    refused(key)


def refused(key: str) -> None:
    """Say why what was last given to an uploader was not kept."""
    reasons = st.session_state.get(_REFUSED, {}).get(key, ())
    for reason in reasons[:LISTED]:
        st.error(plain(reason))
    if len(reasons) > LISTED:
        st.error(tr("And {n:,} files more were not kept.", n=len(reasons) - LISTED))


def listed(kind: str, on_remove: Callable[..., None] = remove) -> None:
    """The visitor's files of a kind, each with a button that removes it, and how long they stay."""
    files = visitor.given(kind)
    if not files:
        return
    with st.container(horizontal=True, key=f"given_{kind}", gap="small"):
        if len(files) <= LISTED:
            for file in files:
                _row(kind, file, on_remove)
        else:
            _rows(kind, files, on_remove)
    st.caption(
        tr(
            "Kept on the server for this tab until you remove it, or for {n} minutes after the "
            "tab is closed.",
            n=int(KEPT // 60),
        )
    )


def _row(kind: str, file: Upload, on_remove: Callable[..., None]) -> None:
    with st.container(
        horizontal=True,
        width="content",
        vertical_alignment="center",
        gap="xxsmall",
        key=f"file_{kind}_{file.sha256}",
    ):
        st.markdown(f"{plain(file.name)} · {size(file.size)}", width="content")
        st.button(
            tr("Remove {name}", name=plain(file.name)),
            key=f"remove_{kind}_{file.sha256}",
            icon=":material/close:",
            type="tertiary",
            on_click=on_remove,
            args=(kind, file),
        )


def _rows(kind: str, files: Sequence[Upload], on_remove: Callable[..., None]) -> None:
    """Many in one line: a line for each would be sent and drawn again at every click."""
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
        st.markdown(tr("{n:,} files · {size}", n=len(files), size=together(files)), width="content")
        st.button(
            tr("Remove all {n:,}", n=len(files)),
            key=f"empty_{kind}",
            type="tertiary",
            on_click=on_remove,
            args=(kind, *files),
        )


def together(files: Sequence[Upload]) -> str:
    """The bytes of files as people read them."""
    return size(sum(file.size for file in files))


def size(count: int) -> str:
    """Bytes as people read them."""
    if count < 1024:
        return f"{count} B"
    return f"{count / MB:,.1f} MB" if count >= MB / 10 else f"{count / 1024:,.1f} kB"

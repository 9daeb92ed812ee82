"""Many photographs at once on their way to the store: a folder's, or those in a zip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from typing import NamedTuple

from explorer.resources import photos
from explorer.state import visitor
from explorer.state.visitor import PHOTOS
from explorer.streamlit_joints import UploadedFile, taken_out
from explorer.uploads import zipped
from explorer.uploads.bounds import UploadError
from explorer.uploads.store import Upload
from resnet.text.file_names import OF_IMAGES, shown_path

PICKER = "data_set_picker"  # the place of its uploaders, which is open or not
_FEW = 8  # photographs that are judged and kept together
_ZIP = ".zip"
Given = tuple[str, bytes]  # a name that may be shown, and what the file holds


class Taken(NamedTuple):
    """What became of some photographs: those that were kept, and why others were not."""

    kept: list[Upload]
    reasons: list[str]


def take(files: Sequence[UploadedFile]) -> Iterator[Taken]:
    """Keep the photographs among files and in zips, some at a time.

    A run that is ended meanwhile leaves what is not kept yet where it was. Raises `UploadError`
    where no more is kept.
    """
    zips = [file for file in files if file.name.lower().endswith(_ZIP)]
    pictures = [file for file in files if file.name.lower().endswith(OF_IMAGES)]
    pictures.sort(key=lambda file: file.name)  # a folder's come in any order
    for first in range(0, len(pictures), _FEW):
        with ExitStack() as stack:
            some = pictures[first : first + _FEW]
            yield _keep([(shown_path(f.name), stack.enter_context(taken_out(f))) for f in some])
    for file in zips:
        with taken_out(file) as data:
            found = zipped.photographs(data, file.name, visitor.kinds()[PHOTOS].most)
            for some_given in _batches(found):
                yield _keep(some_given)
    for other in set(files) - {*zips, *pictures}:
        with taken_out(other):
            pass  # notes and lists that lie in a folder beside its photographs


def _keep(given: list[Given]) -> Taken:
    """Judge and keep; what is here already is not judged again, nor what is too large to be."""
    here, most = {file.sha256 for file in visitor.given(PHOTOS)}, visitor.kinds()[PHOTOS].most
    new = [one for one in given if sha256(one[1]).hexdigest() not in here]
    small = [one for one in new if len(one[1]) <= most]
    verdicts = photos.judge_all(small)
    good = [one for one, why in zip(small, verdicts, strict=True) if not why]
    refusals = [_refusal(*one) for one in new if len(one[1]) > most]
    return Taken(visitor.keep_all(PHOTOS, good), [*filter(None, verdicts), *refusals])


def _refusal(name: str, data: bytes) -> str:
    """What the store says of a file that is too large."""
    try:
        visitor.keep(PHOTOS, name, data)
    except UploadError as error:
        return str(error)
    return ""


def _batches(given: Iterable[Given]) -> Iterator[list[Given]]:
    walk = iter(given)
    while some := list(islice(walk, _FEW)):
        yield some

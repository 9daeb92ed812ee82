"""A session of the app as a file: every page's address, and the files that they name. No torch.

It is JSON, or a zip of that and photographs. It may come from anybody: every field is checked for
type and length, and every content against its hash, before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Annotated, Final, Literal, get_args
from zipfile import ZipFile

import msgspec
from msgspec import Meta

from resnet.fetch.zips import DAMAGES, open_zip
from resnet.text.file_names import shown_name, shown_words
from resnet.text.language import tr

FORMAT: Final = "resnet-explorer session 1"
SESSION = "session.json"
SHORT = 12  # letters of a hash that tell files apart in an address
_LONGEST = 1 << 20  # bytes of the JSON
_PIECE = 256 << 10  # bytes of a file that are in memory while it is held to its hash
Page = Literal["architecture", "compare", "attention", "audit", "lessons", "glossary"]
PAGES: tuple[Page, ...] = get_args(Page)
Kind = Literal["photos", "own", "labels", "second", "second_labels", "truth"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_Field = Annotated[str, Meta(max_length=64)]
_Choice = Annotated[str, Meta(max_length=4000)]
_Address = Annotated[dict[_Field, _Choice], Meta(max_length=100)]


class SessionError(ValueError):
    """A file that is no session: one line that says why."""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the visitor's: photograph, checkpoint, class names, a second model's, truths."""

    kind: Kind
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    size: Annotated[int, Meta(ge=0, le=1 << 40)]

    @property
    def link(self) -> str:
        """What names it in an address: `cat.jpg~1a2b3c4d5e6f`."""
        return f"{self.name}~{self.sha256[:SHORT]}"


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page on show, the address of every page that was opened, and the visitor's files."""

    page: Page
    addresses: dict[Page, _Address]
    files: Annotated[tuple[File, ...], Meta(max_length=4000)] = ()
    format: Literal["resnet-explorer session 1"] = FORMAT

    def write(self, contents: Mapping[str, Callable[[], bytes]]) -> bytes:
        """JSON; or, where there are contents, a zip with them, which are given by SHA-256."""
        described = msgspec.json.format(msgspec.json.encode(self), indent=1)
        if not contents:
            return described
        buffer = BytesIO()
        with ZipFile(buffer, "w") as archive:
            archive.writestr(SESSION, described)
            for hashed, read in contents.items():
                archive.writestr(_member(hashed), read())
        return buffer.getvalue()


class Contents(Mapping[str, bytes]):
    """Files that come with a session, by SHA-256; one is unpacked each time it is asked for."""

    def __init__(self, archive: ZipFile | None = None, hashes: Iterable[str] = ()):
        self._archive, self._hashes = archive, tuple(hashes)

    def __getitem__(self, hashed: str) -> bytes:
        if self._archive is None or hashed not in self._hashes:
            raise KeyError(hashed)
        return self._archive.read(_member(hashed))

    def __iter__(self) -> Iterator[str]:
        return iter(self._hashes)

    def __len__(self) -> int:
        return len(self._hashes)


def _member(hashed: str) -> str:
    return f"files/{hashed}"


def read_session(data: bytes, most: int) -> tuple[Session, Contents]:
    """The session in untrusted bytes, and what comes with it, each held to its hash.

    `most` are the bytes that all contents may have; no more than a piece is in
    memory here. Raises `SessionError`, and nothing else.
    """
    if not data.startswith(b"PK"):
        return _session(data), Contents()
    try:
        archive = open_zip(data)
        sizes = {found.filename: found.file_size for found in archive.infolist()}
        if sizes.get(SESSION, _LONGEST + 1) > _LONGEST:
            raise SessionError(tr("This zip has no session.json that could be a session's."))
        session = _session(archive.read(SESSION))
        return session, Contents(archive, _verified(archive, session, sizes, most))
    except SessionError:
        raise
    except (*DAMAGES, RuntimeError):
        raise SessionError(tr("The zip is damaged. Save or copy the session again.")) from None


def _session(data: bytes) -> Session:
    if len(data) > _LONGEST:
        raise SessionError(tr("This file is too long to be a session."))
    try:
        session = msgspec.json.decode(data, type=Session, strict=True)
    except msgspec.ValidationError as error:
        raise SessionError(
            tr("This is no session of this app: {reason}.", reason=shown_words(error))
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SessionError(tr("This is no session: it is neither JSON nor a zip of it.")) from None
    return session


def _verified(archive: ZipFile, session: Session, sizes: Mapping[str, int], most: int) -> list[str]:
    """The hashes of those that the session lists and the zip has.

    Raises `SessionError` for one that is not what it says.
    """
    listed = {file.sha256: file for file in session.files if _member(file.sha256) in sizes}
    if sum(sizes[_member(hashed)] for hashed in listed) > most:
        raise SessionError(tr("The files in this session are larger than is allowed here."))
    for hashed, file in listed.items():
        if sizes[_member(hashed)] != file.size or _sha256(archive, hashed) != hashed:
            raise SessionError(
                tr("{name} in this session is not the file it says.", name=shown_name(file.name))
            )
    return [*listed]


def _sha256(archive: ZipFile, hashed: str) -> str:
    found = sha256()
    with archive.open(_member(hashed)) as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return found.hexdigest()

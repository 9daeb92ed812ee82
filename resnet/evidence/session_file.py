"""A session of the app as a file: every page's address, and the files that they name. No torch.

It is JSON, or a zip of that and photographs. It may come from anybody: every field is checked for
type and length, and every content against its hash, before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Annotated, Final, Literal, get_args
from zipfile import BadZipFile, ZipFile

import msgspec
from msgspec import Meta

from resnet.fetch.zips import open_zip
from resnet.text.file_names import shown_name, shown_words
from resnet.text.language import tr

FORMAT: Final = "resnet-explorer session 1"
SESSION = "session.json"
SHORT = 12  # letters of a hash that tell files apart in an address
_LONGEST = 1 << 20  # bytes of the JSON
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
                archive.writestr(f"files/{hashed}", read())
        return buffer.getvalue()


def read_session(data: bytes, most: int) -> tuple[Session, dict[str, bytes]]:
    """The session in untrusted bytes, and the contents that come with it, by SHA-256.

    `most` are the bytes that all contents may have. Raises `SessionError`, and nothing else.
    """
    if not data.startswith(b"PK"):
        return _session(data), {}
    try:
        with open_zip(data) as archive:
            sizes = {found.filename: found.file_size for found in archive.infolist()}
            if sizes.get(SESSION, _LONGEST + 1) > _LONGEST:
                raise SessionError(tr("This zip has no session.json that could be a session's."))
            session = _session(archive.read(SESSION))
            return session, _contents(archive, session, sizes, most)
    except SessionError:
        raise
    except (BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        raise SessionError(tr("The zip is damaged. Save or copy the session again.")) from None
    except Exception as error:  # what decompressors raise: zlib.error, LZMAError
        if type(error).__module__ in ("zlib", "_lzma", "lzma", "struct", "_struct"):
            raise SessionError(tr("The zip is damaged. Save or copy the session again.")) from None
        raise


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


def _contents(
    archive: ZipFile, session: Session, sizes: Mapping[str, int], most: int
) -> dict[str, bytes]:
    """Those that the session lists. Raises `SessionError` for one that is not what it says."""
    listed = {f"files/{file.sha256}": file for file in session.files}
    there = {name: file for name, file in listed.items() if name in sizes}
    if sum(sizes[name] for name in there) > most:
        raise SessionError(tr("The files in this session are larger than is allowed here."))
    contents = {}
    for name, file in there.items():
        data = archive.read(name) if sizes[name] == file.size else b""
        if sha256(data).hexdigest() != file.sha256:
            raise SessionError(
                tr("{name} in this session is not the file it says.", name=shown_name(file.name))
            )
        contents[file.sha256] = data
    return contents

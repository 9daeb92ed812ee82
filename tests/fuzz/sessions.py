"""Sessions' files: JSON and zips whose fields and contents are not what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

from hypothesis import strategies as st

from resnet.evidence.session_file import FORMAT, SESSION, SessionError, read_session
from tests.fuzz.stored import Case
from tests.fuzz.words import changed, sizes, words

NAME, ENDS = "sessions", (SessionError,)
_MOST = 50 << 20  # bytes of the contents
_PHOTO = b"a photograph"
_HASH = sha256(_PHOTO).hexdigest()
_FILE = {"kind": "photos", "name": "a.png", "sha256": _HASH, "size": len(_PHOTO)}
_HONEST: dict[str, Any] = {
    "page": "attention",
    "addresses": {"attention": {"photo": f"a.png~{_HASH[:12]}"}, "lessons": {"lesson": "paths"}},
    "files": [_FILE],
    "format": FORMAT,
}
_METHODS = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA)
_VALUES = st.one_of(
    words, sizes, st.none(), st.booleans(), st.floats(), st.lists(words, max_size=3)
)
_JSON = st.recursive(
    _VALUES, lambda inner: st.dictionaries(words, inner, max_size=3), max_leaves=10
)


def ready() -> None:
    """Have everything imported."""
    for method in _METHODS:
        run({"data": _zipped(_HONEST, {f"files/{_HASH}": _PHOTO}, method)})


def _json(fields: Any) -> bytes:
    return json.dumps(fields).encode()


def _zipped(fields: Any, contents: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", method) as archive:
        archive.writestr(SESSION, _json(fields))
        for name, data in contents.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def corpus() -> Iterator[Case]:
    """Nests, bombs, names that climb, and fields of other kinds."""
    yield from (
        {"data": data}
        for data in (
            b"", b"PK", b"PK\5\6" + bytes(18), b"[" * 1_000_000, b'{"a":' * 200_000, b"null",
            b"\xff", b"9" * 100_000, b'{"page": NaN}', b" " * (2 << 20), b'"\\ud800"',
        )
    )  # fmt: skip
    for field in _HONEST:
        for value in (None, 3, "x", [], {}, [{}], {"": ""}, {"attention": 3}, "\0" * 9000, 1e999):
            yield {"data": _json(_HONEST | {field: value})}
    for field in _FILE:
        for value in (None, -1, 2**70, "", "../../x", "\0", [], "a" * 9000, "g" * 64):
            yield {"data": _json(_HONEST | {"files": [_FILE | {field: value}]})}
    name = f"files/{_HASH}"
    for contents in (
        {name: b"another"},
        {name: bytes(10**8)},
        {"../x": b""},
        {"/x": b""},
    ):
        yield {"data": _zipped(_HONEST, contents)}
    yield {"data": _zipped(_HONEST | {"files": [_FILE | {"size": 10**9}]}, {name: bytes(10**8)})}
    yield {"data": _zipped(["\0" * 10**7], {})}
    yield {"data": _zipped(_HONEST, {name: _PHOTO}).replace(_PHOTO, b"other bytes!")}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An honest session with a few fields or bytes otherwise, as JSON or as a zip."""
    fields = dict(_HONEST)
    for field in draw(st.lists(st.sampled_from([*_HONEST, "x"]), max_size=2)):
        fields[field] = draw(_JSON)
    if draw(st.booleans()):
        one = _FILE | {draw(st.sampled_from([*_FILE, "x"])): draw(_VALUES)}
        fields["files"] = [one] * draw(st.integers(0, 3))
    zipped = draw(st.booleans())
    data = _json(fields)
    if zipped:
        method = draw(st.sampled_from(_METHODS))
        data = _zipped(fields, {f"files/{_HASH}": draw(st.sampled_from([_PHOTO, b""]))}, method)
    return {"data": draw(changed(data)) if draw(st.booleans()) else data}


def run(case: Case) -> Any:
    """Read it; what is read can be written and read again."""
    session, contents = read_session(case["data"], _MOST)
    kept = {hashed: lambda data=data: data for hashed, data in contents.items()}
    assert read_session(session.write(kept), _MOST) == (session, contents)
    return session

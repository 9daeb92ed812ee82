"""A session's file: what is written is read again, and what is not so is refused in words."""

import json
import tracemalloc
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from resnet.evidence.session_file import File, Session, SessionError, read_session

DATA = b"a photograph"
HASH = sha256(DATA).hexdigest()
SESSION = Session(
    "attention",
    {"attention": {"photo": f"é.png~{HASH[:12]}"}, "lessons": {"lesson": "paths"}},
    (File("photos", "é.png", HASH, len(DATA)), File("own", "m.pth", "0" * 64, 3)),
)
MOST = 1000


def test_it_is_read_as_it_was_written():
    assert read_session(SESSION.write({}), MOST) == (SESSION, {})
    assert read_session(SESSION.write({HASH: lambda: DATA}), MOST) == (SESSION, {HASH: DATA})


def test_what_is_written_can_be_read_by_people():
    written = json.loads(SESSION.write({}))
    assert written["format"] == "resnet-explorer session 1"
    assert written["files"][0] == {
        "kind": "photos", "name": "é.png", "sha256": HASH, "size": len(DATA)
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"format": "resnet-explorer session 2"},
        {"page": "admin"},
        {"unknown": 1},
        {"addresses": {"admin": {}}},
        {"addresses": {"attention": {"model": 3}}},
        {"addresses": {"attention": {"model": "a" * 4001}}},
        {"files": [{"kind": "photos", "name": "a", "sha256": "../../x", "size": 1}]},
        {"files": [{"kind": "photos", "name": "a", "sha256": HASH, "size": -1}]},
    ],
)
def test_a_field_of_another_kind_is_refused_and_named(change):
    fields = json.loads(SESSION.write({})) | change
    with pytest.raises(SessionError, match="no session of this app: "):
        read_session(json.dumps(fields).encode(), MOST)


def zipped(contents: bytes) -> bytes:
    buffer = BytesIO(SESSION.write({HASH: lambda: contents}))
    with ZipFile(buffer, "a") as archive:
        archive.writestr("../escape", b"")
    return buffer.getvalue()


def test_a_member_that_nobody_lists_is_left_alone():
    assert read_session(zipped(DATA), MOST) == (SESSION, {HASH: DATA})


@pytest.mark.parametrize("contents", [b"another file", b"longer than it was"])
def test_a_content_that_is_not_what_it_says_is_refused(contents):
    with pytest.raises(SessionError, match="png in this session is not the file it says"):
        read_session(zipped(contents), MOST)


def test_contents_beyond_what_is_allowed_are_refused_unread():
    with pytest.raises(SessionError, match="larger than is allowed"):
        read_session(zipped(DATA), len(DATA) - 1)


def test_a_member_that_lies_beyond_all_bytes_is_damage():
    beyond = b"\x01\x00\x08\x00" + b"\xff" * 8  # zip64: where the entry begins
    whole = bytearray(zipped(DATA))
    at = whole.index(b"PK\x01\x02")
    length = int.from_bytes(whole[at + 28 : at + 30], "little")
    whole[at + 30 : at + 32] = len(beyond).to_bytes(2, "little")
    whole[at + 42 : at + 46] = b"\xff" * 4
    whole[at + 46 + length : at + 46 + length] = beyond
    end = whole.rindex(b"PK\x05\x06")
    size = int.from_bytes(whole[end + 12 : end + 16], "little") + len(beyond)
    whole[end + 12 : end + 16] = size.to_bytes(4, "little")
    with pytest.raises(SessionError, match="damaged"):
        read_session(bytes(whole), MOST)


def test_what_comes_along_is_unpacked_only_when_it_is_asked_for():
    large = bytes(16 << 20)
    hashed = sha256(large).hexdigest()
    session = Session("attention", {}, (File("photos", "a.png", hashed, len(large)),))
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("session.json", session.write({}))
        archive.writestr(f"files/{hashed}", large)
    tracemalloc.start()
    _, contents = read_session(buffer.getvalue(), 1 << 30)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(large) / 2
    assert contents[hashed] == large

"""Zips that strangers give: what is taken of them, and what is refused."""

from io import BytesIO
from struct import pack
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from explorer.uploads import zipped
from explorer.uploads.bounds import UploadError


def archive(files: dict[str, bytes], packed: int = ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", packed) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


def found(data: bytes, most: int = 100) -> dict[str, bytes]:
    return dict(zipped.photographs(data, "set.zip", most))


def test_photographs_come_with_their_folder_and_nothing_else_does():
    files = {"set/cat/1.jpg": b"1", "set/dog/2.PNG": b"2", "3.webp": b"3", "notes.txt": b"4",
             "__MACOSX/._1.jpg": b"5", "set/.hidden.png": b"6", "set/cat/": b""}  # fmt: skip
    assert found(archive(files)) == {"cat/1.jpg": b"1", "dog/2.PNG": b"2", "3.webp": b"3"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.png", "etc/a.png"),
        ("..\\..\\a.png", "a.png"),
        ("/a.png", "a.png"),
        ("x\u202e/a\n.png", "x/a.png"),
        ("f" * 90 + "/a.png", "f" * 40 + "…" + "f" * 19 + "/a.png"),
    ],
)
def test_names_are_fit_to_be_shown(name, shown):
    assert [*found(archive({name: b"1"}))] == [shown]


def test_one_that_is_much_larger_than_allowed_is_not_unpacked_whole():
    assert len(found(archive({"a.png": bytes(10**7)}))["a.png"]) == 101


@pytest.mark.parametrize("data", [b"", b"PK", archive({"a.png": b"1" * 50})[:60]])
def test_what_is_no_zip_is_refused(data):
    with pytest.raises(UploadError, match="is no zip, a damaged one, or one that lists too many"):
        found(data)


def test_an_entry_without_a_name_is_no_photograph():
    data = bytearray(archive({"a.png": b"1", "b.png": b"2"}))
    at = data.index(b"PK\x01\x02")
    data[at + 46 : at + 47] = b"\0"  # where zipfile ends a name
    assert found(bytes(data)) == {"b.png": b"2"}


def test_an_entry_that_lies_beyond_every_file_is_damage():
    data = bytearray(archive({"a.png": b"1"}))
    listed, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    large = pack("<HHQ", 1, 8, 2**64 - 1)  # the place in 64 bits
    data[end + 12 : end + 16] = pack("<L", end - listed + len(large))
    data[listed + 30 : listed + 32] = pack("<H", len(large))
    data[listed + 42 : listed + 46] = b"\xff" * 4
    data[listed + 46 + len("a.png") : listed + 46 + len("a.png")] = large
    with pytest.raises(UploadError, match="damaged"):
        found(bytes(data))


def test_one_with_damage_inside_is_refused_after_what_is_whole():
    data = bytearray(archive({"a.png": bytes(range(256)), "b.png": bytes(range(255, -1, -1))}))
    at = data.index(b"b.png") + 20
    data[at : at + 50] = bytes(50)
    walk = zipped.photographs(bytes(data), "set.zip", 1000)
    assert next(walk)[0] == "a.png"
    with pytest.raises(UploadError, match="damaged"):
        next(walk)


@pytest.mark.parametrize("packed", [ZIP_BZIP2, ZIP_LZMA])
def test_one_that_is_packed_otherwise_is_refused_unread(packed):
    data = bytearray(archive({"a.png": bytes(range(256))}, packed))
    data[50:200] = bytes(150)  # bz2 says OSError of damage, lzma an error of its own
    with pytest.raises(UploadError, match="neither deflated nor stored"):
        found(bytes(data))


def test_one_that_is_locked_is_refused():
    data = bytearray(archive({"a.png": b"1"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # encrypted
    with pytest.raises(UploadError, match="locked by a password"):
        found(bytes(data))


def test_too_many_or_none_is_refused(monkeypatch):
    monkeypatch.setattr(zipped, "MOST", 1)
    with pytest.raises(UploadError, match="more than 1 photographs"):
        found(archive({"a.png": b"1", "b.png": b"2"}))
    with pytest.raises(UploadError, match="holds no photograph"):
        found(archive({"a.txt": b"1"}))

"""Zips of strangers: what is opened, and what is refused before it is read."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

import pytest

from resnet.fetch import zips


def packed(entries: int, size: int = 10) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        for number in range(entries):
            archive.writestr(f"{number:04}.png", bytes([number % 256]) * size)
    return data.getvalue()


def test_an_entry_longer_than_any_list_is_read(monkeypatch):
    monkeypatch.setattr(zips._Opening, "most", 1000)
    with zips.open_zip(packed(2, size=5000)) as archive:
        assert archive.read("0001.png") == bytes([1]) * 5000
        with archive.open("0000.png") as file:
            assert file.read(4999) == bytes(4999)


def test_a_list_that_is_too_long_is_refused_before_one_entry_is_made(monkeypatch):
    monkeypatch.setattr(zips._Opening, "most", 1000)
    made, data = [], packed(100)
    monkeypatch.setattr("zipfile.ZipInfo", lambda *of: made.append(of))
    with pytest.raises(BadZipFile, match="too long"):
        zips.open_zip(data)
    assert made == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\x05\x06",
        packed(2)[:-30],
        packed(3).replace(b"PK\x01\x02", b"PK\x01\x09"),
        b"no zip" * 100,
    ],
)
def test_damage_is_one_error(data):
    with pytest.raises(BadZipFile):
        zips.open_zip(data)

"""Images of a folder, a zip and an address; nothing is read that lies elsewhere."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from zipfile import ZipFile

import fsspec
import pytest
from fsspec.implementations.zip import ZipFileSystem

from resnet.audit.images import source
from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Source, Unreadable


def test_images_are_known_by_their_names_in_a_fixed_order(tmp_path):
    for name in (
        "b/2.JPG",
        "b/10.png",
        "a.webp",
        "notes.txt",
        ".hidden.png",
        "b/._1.jpg",
        "ä.heic",
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"1234")
    listed = Source(str(tmp_path)).listing()
    assert listed == [("a.webp", 4), ("b/10.png", 4), ("b/2.JPG", 4), ("ä.heic", 4)]


def test_an_address_is_a_source():
    fs = fsspec.filesystem("memory")
    fs.pipe_file("/images/cats/1.png", b"one")
    there = Source("memory://images")
    assert there.listing() == [("cats/1.png", 3)]
    assert there.read("cats/1.png") == b"one"


def test_links_lead_nowhere_else(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"secret")
    (inside / "1.png").write_bytes(b"one")
    os.symlink(outside / "secret.png", inside / "2.png")
    os.symlink("1.png", inside / "3.png")
    os.symlink(outside, inside / "folder")
    os.symlink(inside, inside / "loop")
    there = Source(str(inside))
    assert [one.path for one in there.listing()] == ["1.png", "2.png", "3.png"]
    assert there.read("3.png") == b"one"
    for path in ("2.png", "folder/secret.png", "../out/secret.png"):
        with pytest.raises(Unreadable, match="out of the folder"):
            there.read(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(Unreadable, match="no plain file"):
        Source(str(tmp_path)).read("pipe.png")


def test_a_huge_file_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "LARGEST", 1 << 20)
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(2 << 20)
    with pytest.raises(Unreadable, match="2 MB"):
        Source(str(tmp_path)).read("huge.png")


def test_a_name_that_is_no_unicode_is_listed_and_said_to_be_unread(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.png")).write_bytes(b"one")
    ((path, _),) = Source(str(tmp_path)).listing()
    assert path == "caf\\xe9.png"
    with pytest.raises(Unreadable, match="No such file"):
        Source(str(tmp_path)).read(path)


def test_ten_thousand_names_are_listed_at_once(tmp_path):
    for number in range(10_000):
        os.mknod(tmp_path / f"{number}.png") if os.name == "posix" else None
    assert len(Source(str(tmp_path)).listing()) == 10_000


@pytest.mark.parametrize("url", ["/nowhere", "memory://nowhere", "nothing://x", "/nowhere.zip"])
def test_what_is_not_there_is_said_in_a_line(url):
    with pytest.raises(AuditError) as error:
        Source(url).listing()
    assert url in str(error.value)


def test_a_folder_without_images_is_said_to_have_none(tmp_path):
    with pytest.raises(AuditError, match="holds no image"):
        Source(str(tmp_path)).listing()


@pytest.fixture
def hasty():
    """Threads that take turns after microseconds."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_a_zip_is_read_by_many_threads_at_once(tmp_path, hasty):
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(3000):
            archive.writestr(f"{number % 9}/{number}.png", b"%d" % number)

    def read(number: int) -> bytes:
        return there.read(f"{number % 9}/{number}.png")

    for _ in range(3):
        ZipFileSystem.clear_instance_cache()
        there = Source(str(tmp_path / "a.zip"))
        with ThreadPoolExecutor(8) as pool:
            assert [*pool.map(read, range(8))] == [b"%d" % number for number in range(8)]


def test_a_file_that_went_is_unreadable_and_a_folder_that_went_ends_it(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    there = Source(str(folder))
    with pytest.raises(Unreadable, match="No such file"):
        there.read("gone.png")
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(AuditError, match="can no longer be read"):
        there.read("gone.png")


def test_a_damaged_entry_of_a_zip_is_unreadable(tmp_path):
    file = tmp_path / "a.zip"
    with ZipFile(file, "w") as archive:
        archive.writestr("a.png", b"0123456789" * 9)
    file.write_bytes(file.read_bytes().replace(b"0123456789", b"0123456780", 1))
    with pytest.raises(Unreadable, match="CRC"):
        Source(str(file)).read("a.png")

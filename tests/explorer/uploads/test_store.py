"""The folder of uploads: what is kept, for whom, for how long, and what is refused."""

import os
import stat
import time
from hashlib import sha256
from threading import Thread

import pytest

from explorer.uploads import bounds, folders
from explorer.uploads import store as stores
from explorer.uploads.bounds import Bounds, Kind, UploadError
from explorer.uploads.store import KEPT, Store

PHOTOS, OWN = Kind("photos", 100, many=True), Kind("own", 500)
ONE, OTHER = "a secret", "another secret"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "uploads"


@pytest.fixture
def store(folder) -> Store:
    return Store(folder, Bounds(tab=600, all=1000))


def add(store: Store, token: str, kind: Kind, name: str, data: bytes):
    return store.add(token, kind, name, data)


def names(store: Store, token: str, kind: Kind) -> list[str]:
    return [upload.name for upload in (store.kept(token) or {}).get(kind.name, ())]


def contents(folder) -> set[str]:
    return set(os.listdir(folder / "files"))


def age(folder, seconds: float) -> None:
    """Make all that is there as old as that."""
    then = time.time() - seconds
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_what_is_given_is_there_under_its_hash_for_its_tab_alone(store):
    upload = add(store, ONE, PHOTOS, "cat.png", b"cat")
    assert upload.path.read_bytes() == b"cat"
    assert upload.sha256 == upload.path.name == sha256(b"cat").hexdigest()
    assert (upload.name, upload.size) == ("cat.png", 3)
    assert store.kept(ONE) == {"photos": (upload,)}
    assert store.kept(OTHER) is None


def test_many_stay_in_their_order_and_the_same_again_is_one(store):
    for name in ("a.png", "b.png", "a again.png"):
        add(store, ONE, PHOTOS, name, name[:1].encode())
    assert names(store, ONE, PHOTOS) == ["b.png", "a again.png"]


def test_another_of_a_kind_that_is_alone_takes_its_place(store, folder):
    add(store, ONE, OWN, "a.pth", b"a")
    new = add(store, ONE, OWN, "b.pth", b"b")
    assert names(store, ONE, OWN) == ["b.pth"]
    assert contents(folder) == {new.sha256}


def test_what_is_removed_is_gone_unless_another_tab_has_it(store, folder):
    upload = add(store, ONE, PHOTOS, "a.png", b"a")
    add(store, OTHER, PHOTOS, "renamed.png", b"a")
    store.remove(ONE, PHOTOS, upload.sha256)
    assert names(store, ONE, PHOTOS) == []
    assert names(store, OTHER, PHOTOS) == ["renamed.png"]
    store.remove(OTHER, PHOTOS, upload.sha256)
    assert contents(folder) == set()


def test_another_server_finds_what_one_has_kept(store, folder):
    upload = add(store, ONE, PHOTOS, "a.png", b"a")
    assert Store(folder, Bounds(600, 1000)).kept(ONE) == {"photos": (upload,)}


def test_what_one_server_is_about_to_list_another_leaves(store, folder, monkeypatch):
    other = Store(folder, Bounds(tab=600, all=1000))
    upload = add(other, OTHER, PHOTOS, "cat.png", b"cat")
    removes = Thread(target=other.remove, args=(OTHER, PHOTOS, upload.sha256))
    write = store._list

    def slowly(*given):
        removes.start()
        removes.join(0.3)  # which it takes no longer than, unless it waits
        write(*given)

    monkeypatch.setattr(store, "_list", slowly)
    add(store, ONE, PHOTOS, "cat.png", b"cat")
    removes.join()
    assert names(store, ONE, PHOTOS) == ["cat.png"]
    assert names(store, OTHER, PHOTOS) == []


def test_nobody_else_can_look_into_the_folder_and_it_names_no_secret(store, folder):
    add(store, ONE, PHOTOS, "a.png", b"a")
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        assert ONE not in path.name
        assert path.is_dir() or ONE.encode() not in path.read_bytes()


def test_a_folder_of_somebody_elses_is_not_used(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="TMPDIR"):
        Store(folder, Bounds(600, 1000))


def test_a_tab_that_was_not_seen_for_long_is_forgotten_and_one_that_is_open_is_not(store, folder):
    for token, data in ((ONE, b"a"), (OTHER, b"b")):
        add(store, token, PHOTOS, "a.png", data)
    age(folder, KEPT + 60)
    store.sweep([OTHER])
    assert store.kept(ONE) is None
    assert names(store, OTHER, PHOTOS) == ["a.png"]
    assert contents(folder) == {sha256(b"b").hexdigest()}


def test_a_tab_that_was_seen_lately_stays_and_so_does_a_file_about_to_be_listed(store, folder):
    add(store, ONE, PHOTOS, "a.png", b"a")
    age(folder, KEPT - 60)
    (folder / "files" / sha256(b"new").hexdigest()).write_bytes(b"new")
    store.sweep()
    assert names(store, ONE, PHOTOS) == ["a.png"]
    assert len(contents(folder)) == 2


def test_what_is_gone_from_the_disk_is_not_said_to_be_there(store, folder):
    upload = add(store, ONE, PHOTOS, "a.png", b"a")
    upload.path.unlink()
    assert names(store, ONE, PHOTOS) == []


def test_a_list_is_read_again_when_it_or_the_folder_has_changed(store, folder, monkeypatch):
    monkeypatch.setattr(stores, "_SETTLED", -(10**12))
    upload = add(store, ONE, PHOTOS, "a.png", b"a")
    assert store.kept(ONE) is store.kept(ONE)
    add(store, ONE, PHOTOS, "b.png", b"b")
    assert names(store, ONE, PHOTOS) == ["a.png", "b.png"]
    store.kept(ONE)
    upload.path.unlink()
    assert names(store, ONE, PHOTOS) == ["b.png"]


def test_many_are_kept_in_their_order_until_there_is_no_room(store, small):
    kept = store.add_all(ONE, PHOTOS, [("cat/a.png", bytes(90)), ("b.png", b"b" * 90)])
    assert [upload.name for upload in kept] == ["cat/a.png", "b.png"]
    more = [(f"{i}.png", bytes([i]) * 90) for i in range(2, 9)]
    with pytest.raises(UploadError, match="you gave 540 MB of the 600 MB"):
        store.add_all(ONE, PHOTOS, more)
    assert names(store, ONE, PHOTOS) == ["cat/a.png", "b.png", "2.png", "3.png", "4.png", "5.png"]


def test_too_many_files_are_refused_by_their_number(store, monkeypatch):
    monkeypatch.setattr(bounds, "_MOST", 2)
    store.add_all(ONE, PHOTOS, [("a.png", b"a"), ("b.png", b"b")])
    with pytest.raises(UploadError, match="you gave 2 files"):
        add(store, ONE, PHOTOS, "c.png", b"c")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"photos": [{"sha256": "../x"}]}', b"\xff"])
def test_a_damaged_list_is_as_none(store, folder, damage):
    add(store, ONE, PHOTOS, "a.png", b"a")
    (only,) = (folder / "tabs").iterdir()
    only.write_bytes(damage)
    assert store.kept(ONE) is None


def refused(store: Store, kind: Kind, size: int) -> str:
    with pytest.raises(UploadError) as caught:
        add(store, ONE, kind, "new.png", bytes(size))
    return str(caught.value)


@pytest.fixture
def small(monkeypatch):
    """Sizes are said as if a byte were a megabyte."""
    monkeypatch.setattr(bounds, "_MB", 1)


def test_a_file_that_is_too_large_is_refused(store, small):
    assert refused(store, PHOTOS, 101) == "new.png has 101 MB; a file here can have 100 MB."


def test_a_tab_that_is_full_is_told_how_full_and_what_to_remove(store, small):
    add(store, ONE, OWN, "net.pth", bytes(500))
    add(store, ONE, PHOTOS, "a.png", bytes(60))
    said = refused(store, PHOTOS, 90)
    assert "you gave 560 MB of the 600 MB" in said
    assert "Remove net.pth" in said
    assert names(store, ONE, PHOTOS) == ["a.png"]


def test_what_takes_anothers_place_counts_without_it(store):
    add(store, ONE, OWN, "a.pth", bytes(400))
    add(store, ONE, OWN, "b.pth", b"b" * 500)
    assert names(store, ONE, OWN) == ["b.pth"]


def test_a_full_server_refuses_whoever_comes(store, small):
    add(store, OTHER, OWN, "a.pth", b"a" * 500)
    add(store, "third", OWN, "b.pth", b"b" * 450)
    assert "no more than 1,000 MB of all visitors' files" in refused(store, PHOTOS, 90)


def test_what_others_gave_too_takes_no_more_room(store):
    add(store, OTHER, OWN, "a.pth", b"a" * 500)
    add(store, "third", OWN, "b.pth", b"b" * 450)
    assert add(store, ONE, OWN, "a.pth", b"a" * 500).size == 500  # its content is there
    assert store.used() == 950


def test_a_disk_that_is_nearly_full_is_left_alone(store, monkeypatch):
    free = folders._SPARE + 50
    monkeypatch.setattr(
        folders.shutil, "disk_usage", lambda folder: folders.shutil._ntuple_diskusage(0, 0, free)
    )
    add(store, ONE, PHOTOS, "a.png", bytes(50))
    assert "disk is nearly full" in refused(store, PHOTOS, 51)


def test_a_write_that_fails_leaves_nothing(store, folder, monkeypatch):
    def fail(*of):
        raise OSError("no space")

    monkeypatch.setattr(folders.os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        add(store, ONE, PHOTOS, "a.png", b"a")
    assert contents(folder) == set()
    assert store.kept(ONE) is None

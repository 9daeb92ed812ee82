"""Audits that are begun by processes of the server, and zips that are laid down for them."""

import os
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest
from PIL import Image

from explorer.resources import audit_runs
from explorer.state import limits
from resnet.audit.images.errors import AuditError
from resnet.audit.reading.opened import Root
from resnet.training.scenes.drawn_shapes import scene


@pytest.fixture(autouse=True)
def limits_anew(monkeypatch):
    limits.limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.limits.cache_clear()


@pytest.fixture
def folder(tmp_path) -> Path:
    """An operator's, with some images."""
    for number in range(4):
        file = tmp_path / "scenes" / f"{number}.png"
        file.parent.mkdir(exist_ok=True)
        Image.fromarray(scene(900_000 + number).image).save(file)
    return tmp_path


def packed(name: str) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr(name, b"a photograph")
    return data.getvalue()


def test_what_is_no_zip_or_too_much_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    with pytest.raises(AuditError, match=r"“a\.zip” is no zip"):
        audit_runs.lay(Root(tmp_path), "a.zip", b"PK no zip")
    monkeypatch.setenv("RESNET_EXPLORER_ALL_BYTES", "10")
    limits.limits.cache_clear()
    with pytest.raises(AuditError, match="keeps no more zips"):
        audit_runs.lay(Root(tmp_path), "a.zip", packed("1.png"))
    assert not [*tmp_path.rglob("*.*")]


@pytest.mark.parametrize("call", [(os, "replace"), (Path, "mkdir"), (os, "scandir")])
def test_a_zip_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path, monkeypatch, call):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*call, full)
        with pytest.raises(AuditError, match="could not be kept on this server"):
            audit_runs.lay(Root(tmp_path), "a.zip", packed("1.png"))
    assert not [*tmp_path.rglob("*.*")]


def test_what_cannot_be_started_is_said_and_can_be_begun_again(folder, monkeypatch):
    def none_left(*_, **__):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", none_left)
    for _ in range(2):
        with pytest.raises(AuditError, match="could not start the audit"):
            audit_runs.begin(Root(folder), folder / "scenes", "shapes_resnet20", folder / "out")
    assert audit_runs.run(folder / "out") is None


def test_what_is_stopped_is_over_and_what_fails_says_why(folder):
    audit_runs.begin(Root(folder), folder / "scenes", "shapes_resnet20", folder / "stopped")
    audit_runs.stop(folder / "stopped")
    run = audit_runs.run(folder / "stopped")
    assert not run.alive
    assert run.failed == ""
    audit_runs.begin(Root(folder), folder / "no such", "shapes_resnet20", folder / "failed")
    run = audit_runs.run(folder / "failed")
    run.process.wait(240)
    assert run.failed.startswith("There is no folder no such.")
    assert str(folder) not in run.failed
    assert not audit_runs.is_other(folder / "failed")  # its name is free again


def test_a_lock_is_no_audit_and_nothing_else_is_written_over(tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / ".new-1-images.parquet").touch()
    assert not audit_runs.is_other(tmp_path)
    (tmp_path / "letter.txt").touch()
    assert audit_runs.is_other(tmp_path)


def test_a_run_gives_way_has_bounds_and_leaves_nothing_behind(folder):
    audit_runs.begin(Root(folder), folder / "scenes", "shapes_resnet20", folder / "bounded")
    run = audit_runs.run(folder / "bounded")
    process = psutil.Process(run.process.pid)
    assert process.nice() > psutil.Process().nice()
    assert process.rlimit(psutil.RLIMIT_DATA)[1] == limits.limits().worker_bytes
    files = {file.fd for file in psutil.Process().open_files()}
    audit_runs.stop(folder / "bounded")
    run._end.join()
    assert not run.alive
    assert not [file for file in psutil.Process().open_files() if file.fd not in files]

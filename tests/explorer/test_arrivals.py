"""What is sent past the uploaders: bounded, forgotten, and refused where a page would take it."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from explorer import streamlit_joints
from explorer.streamlit_joints import Arrivals
from tests.visitors import awaited, served, visiting


@pytest.fixture
def manager(monkeypatch) -> MemoryUploadedFileManager:
    """Streamlit's, in whose hands every upload comes."""
    manager = MemoryUploadedFileManager("/upload")
    context = SimpleNamespace(uploaded_file_mgr=manager)
    monkeypatch.setattr(streamlit_joints, "get_script_run_ctx", lambda **of: context)
    return manager


def send(manager: MemoryUploadedFileManager, session: str, name: str, size: int) -> None:
    file = UploadedFileRec(name, f"{name}.png", "image/png", bytes(size))
    manager.add_file(session_id=session, file=file)


def there(manager: MemoryUploadedFileManager) -> set[str]:
    return {name for files in manager.file_storage.values() for name in files}


def test_no_session_has_more_on_its_way_than_is_allowed_nor_have_all(manager):
    arrivals = Arrivals(100, 150, 60)
    for _ in range(2):  # pages come and go, and the manager is bounded once
        arrivals.watch()
    send(manager, "one", "a", 60)
    send(manager, "one", "b", 60)
    send(manager, "two", "c", 60)
    send(manager, "three", "d", 60)
    assert there(manager) == {"a", "c"}
    manager.remove_file("one", "a")  # taken out
    send(manager, "three", "e", 60)
    assert there(manager) == {"c", "e"}


def test_what_nobody_takes_out_is_forgotten(manager):
    patient, hasty = Arrivals(100, 100, 60), Arrivals(100, 100, -1)
    for arrivals, left in ((patient, {"a"}), (hasty, set())):
        manager.file_storage.clear()
        arrivals.watch()
        send(manager, "one", "a", 60)
        arrivals.watch()
        assert there(manager) == left


def test_a_photograph_past_the_browsers_limit_is_one_sentence(tmp_path):
    async def visit() -> list[str]:
        async with visiting(server) as visitor:
            await visitor.open("attention")
            await visitor.upload("Photographs", {"large.png": bytes(60 << 20)})
            return [element.alert.body for element in visitor.drawn("alert")]

    with served(tmp_path / "log", TMPDIR=str(tmp_path)) as server:
        (said,) = awaited(visit)
    assert said.startswith("large")
    assert "has 60 MB; a file here can have 25 MB" in said
    assert not list(tmp_path.glob("resnet-explorer-*/files/*"))

"""What tests of pages share: a folder of uploads that is theirs alone, and work done here."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from explorer.resources.server import workers
from explorer.state import visitor


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory) -> Iterator[None]:
    """No test sees what another server of this machine's user keeps."""
    folder = tmp_path_factory.mktemp("uploads")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visitor, "usual_folder", lambda: folder)
        visitor.store.cache_clear()
        yield
    visitor.store.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Which packages bring components is looked up once, not for every page that a test opens."""
    with pytest.MonkeyPatch.context() as patched:
        scan = cache(manifest_scanner.scan_component_manifests)
        patched.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def in_this_process(monkeypatch):
    """Work is done here, where a test has changed what is called."""
    for way in ("call", "stream"):
        monkeypatch.setattr(workers.Lane, way, lambda _, function, *given: function(*given))

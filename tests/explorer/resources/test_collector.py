"""What the collector no longer looks through."""

import gc
import sys
from types import ModuleType

import pytest

from explorer.resources.collector import set_aside


@pytest.fixture(autouse=True)
def collector():
    yield
    gc.unfreeze()


def test_what_is_there_after_an_import_is_set_aside_once(monkeypatch):
    set_aside()
    held = gc.get_freeze_count()
    assert held > 0
    later = [[] for _ in range(1000)]
    set_aside()
    assert gc.get_freeze_count() == held
    monkeypatch.setitem(sys.modules, "just_imported", ModuleType("just_imported"))
    set_aside()
    assert gc.get_freeze_count() >= held + len(later)


def test_what_comes_afterwards_is_collected(monkeypatch):
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    set_aside()
    circle: list = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1

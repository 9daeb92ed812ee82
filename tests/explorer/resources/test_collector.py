"""What the collector no longer looks through, and that no visitor's things stay in it."""

import gc
import sys
from types import ModuleType
from weakref import ref

import pytest
from streamlit.testing.v1 import AppTest

from explorer.resources.collector import look_through


class Circle:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.self = self


def page() -> None:
    from explorer.resources.collector import set_aside

    set_aside()


@pytest.fixture
def draw():
    run = AppTest.from_function(page, default_timeout=60).run
    run()  # which imports what a first run needs
    yield run
    gc.unfreeze()


def test_what_is_there_after_an_import_is_set_aside_once(draw, monkeypatch):
    draw()
    held = gc.get_freeze_count()
    assert held > 0
    later = [[] for _ in range(10_000)]
    draw()
    assert gc.get_freeze_count() < held + len(later) / 2
    monkeypatch.setitem(sys.modules, "just_imported", ModuleType("just_imported"))
    draw()
    assert gc.get_freeze_count() > held + len(later) / 2


def test_what_comes_afterwards_is_collected(draw, monkeypatch):
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    draw()
    circle: list = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1


def test_all_is_looked_through_and_set_aside_again(draw, monkeypatch):
    monkeypatch.setitem(sys.modules, "one_more_module", ModuleType("one_more_module"))
    circle = Circle()
    gone = ref(circle)
    draw()
    del circle
    gc.collect()
    assert gone() is not None, "it was set aside"
    look_through()
    assert gone() is None
    assert gc.get_freeze_count() > 0

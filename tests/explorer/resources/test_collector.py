"""What the collector no longer looks through, and that no visitor's things stay in it."""

import gc
import sys
from types import ModuleType

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    from explorer.resources.collector import set_aside

    set_aside()


@pytest.fixture
def draw():
    run = AppTest.from_function(page).run
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


def test_uploads_of_closed_visitors_are_freed(fresh_python):
    program = "from tests.explorer.resources.closed_visitors import held; print(*held())"
    assert fresh_python(program) == "4 0"

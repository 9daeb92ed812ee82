"""What the collector no longer looks through, and that no visitor's things stay in it."""

import gc
from weakref import ref

import pytest

from explorer.resources.server import collector
from explorer.resources.server.collector import look_through, set_aside


class Circle:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def run():
    """What a run does at its beginning."""
    yield set_aside
    gc.unfreeze()


def test_a_run_goes_through_what_it_made_itself(run):
    earlier = [[] for _ in range(10_000)]
    run()
    assert len(gc.get_objects()) < len(earlier)
    circle = Circle()
    gone = ref(circle)
    del circle
    gc.collect()
    assert gone() is None


def test_all_is_looked_through_and_set_aside_again(run):
    circle = Circle()
    gone = ref(circle)
    run()
    del circle
    gc.collect()
    assert gone() is not None, "it was set aside"
    look_through()
    assert gone() is None
    assert gc.get_freeze_count() > 0


def test_much_has_been_set_aside_until_all_is_looked_through(run, monkeypatch):
    monkeypatch.setattr(collector, "MUCH", 10_000)
    look_through()
    assert not collector.much_set_aside()
    later = [[] for _ in range(20_000)]
    run()
    assert collector.much_set_aside()
    del later
    look_through()
    assert not collector.much_set_aside()

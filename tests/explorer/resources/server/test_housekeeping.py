"""Who has left is forgotten without another's leaving, and the operator is told what is held."""

import re

import pytest

from explorer.resources.server import collector, housekeeping
from explorer.resources.server.housekeeping import House


@pytest.fixture
def looked(monkeypatch) -> list[bool]:
    """One more for each time that everything was looked through; little was set aside."""
    monkeypatch.setattr(collector, "much_set_aside", lambda: False)
    times: list[bool] = []
    monkeypatch.setattr(collector, "look_through", lambda: times.append(True))
    return times


def test_uploads_and_shelves_of_all_who_left_are_freed(fresh_python):
    program = "from tests.explorer.resources.visitors_who_leave import held; print(*held())"
    assert fresh_python(program) == "4 4 0 0"


def test_all_is_looked_through_when_the_last_has_left(looked):
    house = House()
    for here in ("ab", "ab", "a", "", ""):
        house.tidy(frozenset(here))
    assert len(looked) == 2, "at once for b, since it is the first; then for a"


def test_those_who_stay_do_not_wait_again_and_again(looked, monkeypatch):
    house = House()
    for here in ("abcd", "abc", "ab", "a"):
        house.tidy(frozenset(here))
    assert len(looked) == 1
    monkeypatch.setattr(housekeeping, "PATIENCE", 0)
    house.tidy(frozenset("a"))
    assert len(looked) == 2, "for those who left meanwhile"


def test_what_was_set_aside_is_looked_through_when_it_is_much(looked, monkeypatch):
    house = House()
    house.tidy(frozenset("a"))
    monkeypatch.setattr(collector, "much_set_aside", lambda: True)
    house.tidy(frozenset("a"))
    assert len(looked) == 1
    house.tidy(frozenset("a"))
    assert len(looked) == 1, "those who stay do not wait again and again"


def test_the_operator_reads_what_is_held():
    line = housekeeping.ledger(3)
    words = r"Held: 3 sessions, \d+ answers of \d+ MB, files of \d+ MB on disk;"
    assert re.fullmatch(rf"{words} (\d+) MB of memory in all\.", line), line
    assert housekeeping.resident() > 10 << 20


def test_the_house_is_kept_until_no_server_runs_whatever_fails(monkeypatch):
    ways = iter([frozenset("a"), KeyError("a"), frozenset("b"), None])
    tidied = []

    def ended():
        if isinstance(way := next(ways), Exception):
            raise way
        return way

    monkeypatch.setattr(housekeeping, "forget_ended_sessions", ended)
    monkeypatch.setattr(housekeeping, "EVERY", 0)
    monkeypatch.setattr(House, "tidy", lambda _, here: tidied.append(here))
    housekeeping._keep_house()
    assert tidied[0] == frozenset("a")
    assert tidied[-1] == frozenset("b")

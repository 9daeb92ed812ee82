"""The line before the workers."""

import time
from contextlib import ExitStack, suppress
from threading import Timer

import pytest

from explorer.resources.server.turns import Line


class Clock:
    """A time that goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_as_many_as_there_are_seats_go_at_once_and_the_others_know_their_place():
    line = Line(2)
    with ExitStack() as stack:
        tickets = [stack.enter_context(line.ticket(who, "work")) for who in "abcd"]
        assert [ticket.ahead() for ticket in tickets] == [0, 0, 1, 2]


def test_whoever_leaves_makes_room_whatever_ended_them():
    line = Line(1)
    with line.ticket("a", "work") as first, ExitStack() as stack:
        second = stack.enter_context(line.ticket("b", "work"))
        with suppress(RuntimeError), line.ticket("c", "work") as third:
            assert [first.ahead(), second.ahead(), third.ahead()] == [0, 1, 2]
            raise RuntimeError("halted")
        with line.ticket("d", "work") as fourth:
            assert fourth.ahead() == 2
    with line.ticket("e", "work") as again:
        assert again.ahead() == 0


def test_ten_jobs_of_one_do_not_starve_another():
    line = Line(1)
    with ExitStack() as stack:
        many = [stack.enter_context(line.ticket("many", "work")) for _ in range(10)]
        assert many[0].ahead() == 0
        one = stack.enter_context(line.ticket("one", "work"))
        assert one.ahead() == 1
        assert [ticket.ahead() for ticket in many] == [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_whoever_runs_is_not_overtaken():
    line = Line(1)
    with ExitStack() as stack:
        first = stack.enter_context(line.ticket("a", "work"))
        second = stack.enter_context(line.ticket("a", "work"))
        assert first.ahead() == 0
        with ExitStack() as leaving:
            leaving.enter_context(line.ticket("b", "work"))
            assert second.ahead() == 2
        assert second.ahead() == 1


def test_the_time_left_is_known_from_progress_or_from_before(monkeypatch):
    line, clock = Line(1), Clock()
    monkeypatch.setattr("explorer.resources.server.turns.monotonic", clock)
    with line.ticket("a", "short") as timed:
        timed.ahead()
        clock.now += 0.1
    with line.ticket("a", "long") as running, line.ticket("b", "short") as waiting:
        running.ahead()
        assert waiting.wait() is None
        clock.now += 0.1
        running.share = 0.5
        assert waiting.wait() == pytest.approx(0.1)
        with line.ticket("c", "long") as last:
            assert last.wait() == pytest.approx(0.2)


def test_what_was_halted_is_no_measure():
    line = Line(1)
    with suppress(RuntimeError), line.ticket("a", "work") as halted:
        halted.ahead()
        raise RuntimeError
    with line.ticket("a", "work") as running, line.ticket("b", "work") as waiting:
        running.ahead()
        assert waiting.wait() is None


def test_whoever_waits_hears_at_once_that_somebody_has_left():
    line = Line(1)
    with line.ticket("b", "work") as waiting, ExitStack() as stack:
        stack.enter_context(line.ticket("a", "work"))
        timer = Timer(0.1, stack.close)
        timer.start()
        start = time.monotonic()
        waiting.rest(30)
        assert time.monotonic() - start < 20
        timer.join()

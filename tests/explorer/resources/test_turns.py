"""The line before the experiments."""

from contextlib import ExitStack, suppress

from explorer.resources.turns import Turns


def test_as_many_as_there_are_seats_go_at_once_and_the_others_know_their_place():
    turns = Turns(2)
    with ExitStack() as stack:
        line = [stack.enter_context(turns.ticket()) for _ in range(4)]
        assert [ahead() for ahead in line] == [0, 0, 1, 2]


def test_whoever_leaves_makes_room_whatever_ended_them():
    turns = Turns(1)
    with turns.ticket() as first, ExitStack() as stack:
        second = stack.enter_context(turns.ticket())
        with suppress(RuntimeError), turns.ticket() as third:
            assert [first(), second(), third()] == [0, 1, 2]
            raise RuntimeError("halted")
        with turns.ticket() as fourth:
            assert fourth() == 2
    with turns.ticket() as again:
        assert again() == 0

"""Who may compute now: a few at a time, the others wait in line and are told their place."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from threading import Condition
from time import monotonic

_REMEMBERED = 9  # durations of each kind of work


@dataclass(eq=False)
class Ticket:
    """A place in a line: whose it is and for what; `share` is how much of the work is done."""

    line: Line
    who: str
    work: str
    began: float | None = None
    share: float = 0.0

    def ahead(self) -> int:
        """How many must end first; 0 for one's turn, which begins now."""
        return self.line.ahead(self)

    def rest(self, seconds: float) -> None:
        """Return when somebody has left the line, or after so many seconds."""
        self.line.rest(seconds)

    def wait(self) -> float | None:
        """Seconds until it is one's turn, if all that is ahead tells or has been timed before."""
        return self.line.wait(self)


class Line:
    """At most `seats` tickets at a time have none ahead of them. Shared by all visitors.

    It is fair between visitors: whoever has none running or ahead goes before another's second.
    """

    def __init__(self, seats: int):
        self.seats = seats
        self._tickets: list[Ticket] = []
        self._taken: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self._moving = Condition()

    @contextmanager
    def ticket(self, who: str, work: str) -> Iterator[Ticket]:
        """Stand in line. Whoever leaves, by whatever way, makes room."""
        ticket = Ticket(self, who, work)
        with self._moving:
            self._tickets.append(ticket)
        try:
            yield ticket
            if ticket.began is not None:
                self._taken[work].append(monotonic() - ticket.began)
        finally:
            with self._moving:
                self._tickets.remove(ticket)
                self._moving.notify_all()

    @property
    def waiting(self) -> int:
        """How many there are, of those that run and those that wait."""
        return len(self._tickets)

    def ahead(self, ticket: Ticket) -> int:
        """How many must end before this one's turn."""
        with self._moving:
            ahead = max(0, self._in_order().index(ticket) + 1 - self.seats)
            if not ahead and ticket.began is None:
                ticket.began = monotonic()
            return ahead

    def rest(self, seconds: float) -> None:
        """Return when somebody has left, or after so many seconds."""
        with self._moving:
            self._moving.wait(seconds)

    def wait(self, ticket: Ticket) -> float | None:
        """Seconds until then, None where that is not known."""
        with self._moving:
            order = self._in_order()
            left = [self._left(each) for each in order[: order.index(ticket)]]
        known = [seconds for seconds in left if seconds is not None]
        return sum(known) / self.seats if len(known) == len(left) else None

    def _in_order(self) -> list[Ticket]:
        """Those that run; then everybody's first, everybody's second and so on, as they came."""
        rounds: dict[str, int] = defaultdict(int)
        places = {}
        for came, ticket in enumerate(self._tickets):
            places[ticket] = ticket.began is None, rounds[ticket.who], came
            rounds[ticket.who] += 1
        return sorted(self._tickets, key=places.__getitem__)

    def _left(self, ticket: Ticket) -> float | None:
        passed = 0.0 if ticket.began is None else monotonic() - ticket.began
        if ticket.share:
            return passed * (1 - ticket.share) / ticket.share
        taken = self._taken.get(ticket.work)
        return max(0.0, median(taken) - passed) if taken else None

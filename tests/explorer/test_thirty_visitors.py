"""Many visitors at once, over real sockets: every answer is their own, and nothing of it stays."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crowd import Guest, crowd
from tests.visitors import Server, awaited, served

MANY, SECONDS = 10, 10
SIZE = 2000, 1500  # of a photograph, in pixels
FORGOTTEN = 3  # seconds that the server keeps who has left
PATIENCE = 60  # seconds until memory must be back
ALL_GONE = "sessions have ended. Held: 0 sessions, "


@dataclass(frozen=True)
class Visit:
    """What came of a visit of many: answers that were verified, by guest; bytes; the log."""

    answers: list[int]
    before: int
    there: int
    after: int
    log: str


async def stay(guest: Guest, until: float) -> int:
    """Do one thing after another; how many answers were verified."""
    await guest.enter()
    ways = [guest.change_class, guest.change_class, guest.open_panel, guest.check]
    ways.append(guest.read_lesson)
    while time.monotonic() < until:
        await guest.random.choice(ways)()
    return guest.answers


async def together(server: Server) -> tuple[list[int], int, int]:
    """Answers by guest; bytes after a first guest, whose server has imported all, and with all."""
    async with crowd(server, 1, SIZE) as (guest,):
        await guest.do_all()
    before = await forgotten(server, lambda _: False, 2 * FORGOTTEN)
    async with crowd(server, MANY, SIZE) as guests:
        until = time.monotonic() + SECONDS
        answers = await asyncio.gather(*(stay(guest, until) for guest in guests))
        return answers, before, server.resident()


async def forgotten(server: Server, enough: Callable[[int], bool], patience: float) -> int:
    """Bytes as soon as they are few enough, or when patience ends."""
    until = time.monotonic() + patience
    while not enough(now := server.resident()) and time.monotonic() < until:
        await asyncio.sleep(0.5)
    return now


async def visit(server: Server, log: Path) -> tuple[list[int], int, int, int]:
    answers, before, there = await together(server)
    after = await forgotten(
        server, lambda now: now <= 1.1 * before and ALL_GONE in log.read_text(), PATIENCE
    )
    return answers, before, there, after


@pytest.fixture(scope="module")
def visited(tmp_path_factory) -> Visit:
    log = tmp_path_factory.mktemp("server") / "log"
    kept = "--server.disconnectedSessionTTL", str(FORGOTTEN)
    with served(log, *kept) as server:
        found = awaited(lambda: visit(server, log), 600)
        return Visit(*found, log.read_text())


def test_every_answer_is_its_own_visitors(visited):
    assert "Traceback" not in visited.log, visited.log
    assert len(visited.answers) == MANY
    assert all(visited.answers), visited.answers


def test_memory_is_back_when_they_have_left(visited):
    assert visited.after <= 1.1 * visited.before, (visited.before, visited.there, visited.after)


def test_the_operator_is_told(visited):
    assert ALL_GONE in visited.log, visited.log

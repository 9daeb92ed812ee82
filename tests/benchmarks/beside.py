"""A visitor's depth slider beside another's heavy check, over sockets, and how Stop ends it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.timing import Found, Times, bounded, compared
from tests.heavy_check import checking
from tests.visitors import Server, Visitor, served, visiting

ROUNDS = 9
DEPTHS = cycle((101, 152, 50))


async def timed(work: Awaitable[object]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


def deeper(visitor: Visitor) -> Awaitable[None]:
    return visitor.choose("number_input", "Depth", next(DEPTHS))


async def rounds(server: Server) -> tuple[Times, Times, Times]:
    """Depth changes while nothing else runs, the same beside a check, and the ends of checks."""
    alone, beside, stops = [], [], []
    async with visiting(server) as visitor:
        await visitor.open()
        await deeper(visitor)
        for _ in range(ROUNDS):
            alone.append(await timed(deeper(visitor)))
            async with visiting(server) as other:
                await checking(server, other)
                beside.append(await timed(deeper(visitor)))
                stops.append(await timed(other.click("Stop")))
    return Times("alone", tuple(alone)), Times("beside", tuple(beside)), Times("stop", tuple(stops))


def main() -> Found:
    with TemporaryDirectory() as folder, served(Path(folder) / "log") as server:
        alone, beside, stop = asyncio.run(rounds(server))
    times = {"beside a check": beside, "alone": alone}
    yield compared("Depth changed over a socket", times, {("beside a check", "alone"): 1.5})
    yield bounded("A check stopped", stop, 1)

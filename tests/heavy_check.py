"""A check that takes minutes, and what a server's workers do meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import psutil

from tests.visitors import Server, Visitor

LONG = {"panel": "trust", "trusted": "occlusion"}  # maps of 900 images


def busy(server: Server, seconds: float = 0.5) -> float:
    """The share of a core that the server's workers take together."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    before = {child.pid: _cpu(child) for child in children}
    time.sleep(seconds)
    return sum(_cpu(child) - before[child.pid] for child in children) / seconds


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


async def until(true: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not await asyncio.to_thread(true):
        if time.monotonic() > end:
            return False
    return True


async def begin(visitor: Visitor, label: str) -> None:
    """Press a button, and wait for nothing but that the run has drawn how far it is."""
    pressed = visitor.pressing(label)
    await visitor.connection.send(pressed.SerializeToString())
    while not any(element.progress.text for element in visitor.drawn("progress")):
        await visitor.told()


async def checking(server: Server, visitor: Visitor) -> None:
    """Begin it, and wait until a worker is at it."""
    await visitor.open("attention", **LONG)
    await begin(visitor, "Max-sensitivity: 11 maps")
    assert await until(lambda: busy(server) > 0.2)

"""A long computation as an iterator: how far it is, what it has found, and a way to stop it.

Captum's methods cannot be paused. They run in a thread of their own on a forward that is counted;
closing the iterator makes the next forward the last.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, RLock
from typing import Generic, TypeVar

import torch
from torch import Tensor

Result = TypeVar("Result")
Forward = Callable[[Tensor], Tensor]

_PATIENCE = 0.1  # seconds between two signs of life
_dice = RLock()  # a program that holds it may draw fresh weights


@dataclass(frozen=True)
class Progress(Generic[Result]):
    """`done` of `total` images forwarded (or steps made), and the result so far, if any."""

    done: int
    total: int
    result: Result | None = None


class _Stopped(Exception):  # noqa: N818
    """Nobody waits for the result any more."""


def last(process: Iterator[Progress[Result]]) -> Result:
    """The result of a process that is left to run to its end."""
    *_, final = process
    assert final.result is not None
    return final.result


def counted(
    work: Callable[[Forward], Result], model: Forward, total: int
) -> Generator[Progress[Result]]:
    """Run `work(forward)` in a thread; yields the images forwarded, of `total`, then the result.

    Yields at least every tenth of a second, so that whoever reads can stop. Raises what `work`
    raises.
    """
    seen: Queue[int] = Queue()
    stop = Event()

    def forward(images: Tensor) -> Tensor:
        if stop.is_set():
            raise _Stopped
        logits = model(images)
        seen.put(len(images))
        return logits

    done = 0
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, forward)
        future.add_done_callback(lambda _: seen.put(0))  # wakes whoever waits for the next forward
        try:
            while not future.done():
                with suppress(Empty):
                    done += seen.get(timeout=_PATIENCE)
                yield Progress(done, total)
        finally:
            stop.set()
    yield Progress(total, total, future.result())


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """The global generator begins at `seed` for one thread at a time, and is put back after."""
    with _dice, torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield

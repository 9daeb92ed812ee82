"""Heavy and untrusted work, in processes that can be ended: a worker for each call, by lanes.

A call for a first answer never waits for a training: each lane has workers and a line of its own.
Nothing is started, and no PyTorch imported, before a page needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from time import monotonic
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from explorer.resources.server.turns import Line, Ticket
from explorer.state.limits import limits
from explorer.streamlit_joints import draws_a_page, let_go, who
from explorer.tasks import worker
from resnet.text.language import mark, tr

Given = ParamSpec("Given")
Found = TypeVar("Found")

_PATIENCE = 0.1  # seconds between two looks at whether the page still waits
_GRACE = 1.0  # seconds that a call may go on without its page: sooner done than a model loaded anew
_QUIET = 0.5  # seconds in line before anything is said of it


_starting = Lock()


class Ended(Exception):  # noqa: N818
    """Work that was ended, by its limits or by the system; says which."""


def start() -> None:
    """Have PyTorch imported where workers are forked from, beside this process; returns at once."""
    if worker.CONTEXT.get_start_method() != "forkserver":
        return
    with _starting:  # visitors come together
        worker.CONTEXT.set_forkserver_preload([worker.PRELOADED])
        before = os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        try:
            forkserver.ensure_running()
        finally:
            os.environ["PYTHONPATH"] = before


@dataclass
class Lane:
    """Workers for one kind of work, with the line before them."""

    workers: int
    seconds: float
    nice: int
    memory: int
    line: Line = field(init=False)
    _pool: ProcessPool | None = None
    _starting: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.line = Line(self.workers)

    def call(
        self, function: Callable[Given, Found], *given: Given.args, **named: Given.kwargs
    ) -> Found:
        """What a function of a module finds in a worker; all it is given and finds must pickle.

        A page that no longer waits has it ended a moment later. Raises what the function does, and
        `Ended`.
        """
        with self._seat(function):
            future = self._schedule(worker.answer, worker.asked(function, given, named))
            try:
                return _read(self._waited(future))
            finally:
                if not future.done():
                    Timer(_GRACE, future.cancel).start()

    def stream(
        self,
        function: Callable[Given, Iterator[Found]],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Generator[Found]:
        """What a generator function of a module yields in a worker, ended when this is closed.

        Raises what the function does, and `Ended`.
        """
        with self._seat(function) as ticket:
            reader, writer = worker.CONTEXT.Pipe(duplex=False)
            with reader, writer:
                future = self._schedule(worker.tell, writer, worker.asked(function, given, named))
                try:
                    for found in _told(reader, writer, future):
                        ticket.share = getattr(found, "done", 0) / getattr(found, "total", 1)
                        yield found
                    self._waited(future)
                finally:
                    future.cancel()  # type: ignore[no-untyped-call]

    def rest(self) -> None:
        """End the workers, with the models that they hold, unless they are at work."""
        with self._starting:
            if self._pool is not None and not self.line.waiting:
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool.join()
                self._pool = None

    def _waited(self, future: ProcessFuture[Any]) -> Any:
        """The result, unless the page is asked to end before."""
        while not wait([future], _PATIENCE).done:
            let_go()
        try:
            return future.result()
        except TimeoutError:
            message = mark("This was ended: it took longer than {n:.0f} seconds, the limit here.")
            raise Ended(tr(message, n=self.seconds)) from None
        except ProcessExpired:
            message = mark(
                "This was ended: its process died, most likely for want of memory. Try something "
                "smaller."
            )
            raise Ended(tr(message)) from None

    @contextmanager
    def _seat(self, function: Callable[..., Any]) -> Iterator[Ticket]:
        """Stand in line until it is one's turn, with a word on it where that takes long."""
        words = None
        with self.line.ticket(who(), function.__qualname__) as ticket:
            came = monotonic()
            while ahead := ticket.ahead():
                if monotonic() - came > _QUIET and draws_a_page():
                    words = words or st.empty()
                    words.caption(_place(ahead, ticket.wait()))
                let_go()
                ticket.rest(_PATIENCE)
            if words:
                words.empty()
            yield ticket

    def _schedule(self, function: Callable[..., Any], *given: Any) -> ProcessFuture[Any]:
        """Hand work to a worker; the pool is made anew where the system has ended all of it."""
        with self._starting:
            if self._pool is None or not self._pool.active:
                start()
                self._pool = self._new()
            return self._pool.schedule(function, given, timeout=self.seconds)

    def _new(self) -> ProcessPool:
        threads = os.cpu_count() or 1
        context = type(worker.CONTEXT)()
        context.Process = worker.Process
        bounds = self.memory, limits().model_bytes, Path(_weights().name), threads, self.nice
        return ProcessPool(self.workers, 0, worker.begin, bounds, context)


@cache
def _weights() -> TemporaryDirectory[str]:
    """The folder by which workers share weights; it goes with this process."""
    return TemporaryDirectory(prefix="resnet-explorer-weights-")


def _read(message: bytes) -> Any:
    """What a worker told. `DoesNotFit` says for itself what memory ran out of."""
    try:
        return worker.read(message)
    except MemoryError as error:
        if type(error) is not MemoryError:
            raise
        raise Ended(tr("This was ended for want of memory. Take something smaller.")) from None


def _told(reader: Connection, writer: Connection, future: ProcessFuture[Any]) -> Iterator[Any]:
    """What a worker tells while it is at it."""
    with suppress(EOFError):
        while not future.done() or reader.poll():
            if reader.poll(_PATIENCE):
                message = reader.recv_bytes()
                writer.close()  # the worker has its own end, and its last word is heard
                if message:
                    yield _read(message)
            let_go()


def _place(ahead: int, seconds: float | None) -> str:
    if seconds is None:
        return tr("Waiting: {n} must end first.", n=ahead)
    return tr("Waiting: {n} must end first, in about {s:.0f} s.", n=ahead, s=seconds + 1)


_of = limits()
# What a visitor waits for; what strangers give, of which nobody knows what it will do; and what
# takes long: checks, trainings, exports.
ANSWERS = Lane(1, min(120, _of.worker_seconds), nice=5, memory=_of.worker_bytes)
READING = Lane(1, 15, nice=10, memory=min(4 << 30, _of.worker_bytes))
LONG = Lane(_of.workers, _of.worker_seconds, nice=15, memory=_of.worker_bytes)


def rest() -> None:
    """Give back what workers hold: nobody is here to ask them. Others take their place."""
    for lane in (ANSWERS, READING, LONG):
        lane.rest()
    for file in Path(_weights().name).iterdir():
        file.unlink(missing_ok=True)

"""What a worker is: how its process begins, what it may take, and how it tells what it found."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context, parent_process, spawn
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Thread
from traceback import format_exc
from typing import Any

from explorer.tasks.inputs import mapped, sources
from resnet.text.language import speaking, spoken

CONTEXT: Any = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
PRELOADED = "explorer.tasks.preloaded"  # what a worker has when it begins
_starting = Lock()


class Process(CONTEXT.Process):  # type: ignore[misc]
    """A worker, which does not run the main script: multiprocessing would, and it is a page."""

    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802
        with _starting:
            prepared = spawn.get_preparation_data
            spawn.get_preparation_data = lambda name: {
                key: value for key, value in prepared(name).items() if "main" not in key
            }
            try:
                return CONTEXT.Process._Popen(process)
            finally:
                spawn.get_preparation_data = prepared


def begin(memory: int, models: int, folder: Path, threads: int, nice: int) -> None:
    """Make this process a worker: it gives way to the server, ends with it and is bounded.

    `memory` are bytes of data beyond those that it begins with, where the system bounds them, and
    `models` bytes of weights that it keeps; by `folder` it shares them with the other workers.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ends at once, in the midst of a convolution
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(AttributeError, OSError):
        os.nice(nice)
    with suppress(OSError):  # Linux's: where memory ends, a worker does and not the server
        Path("/proc/self/oom_score_adj").write_text("500")
    import torch

    sources.keep(models)
    mapped.keep(folder, models)
    torch.set_num_threads(max(1, min(threads, torch.get_num_threads())))
    if not torch.cuda.is_available():  # CUDA reserves far more than it takes
        _bound(memory)


def _bound(memory: int) -> None:
    with suppress(ImportError, AttributeError, ValueError, OSError):  # what a system has not
        import resource

        import psutil

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = psutil.Process().memory_info().data + memory
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _end_with_parent() -> None:
    """However the server ends, also where nobody could tell its workers."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def asked(function: Callable[..., Any], given: tuple[Any, ...], named: Mapping[str, Any]) -> bytes:
    """A call as a worker reads it, with the language that is spoken.

    Pickled here and not by multiprocessing, which would hand tensors over as shared memory: that is
    scarce in a container, and gone with a worker that is ended.
    """
    return pickle.dumps((function, given, named, spoken()))


def answer(asked: bytes) -> bytes:
    """What a call finds, or what it raises: in a worker."""
    try:
        function, given, named, language = pickle.loads(asked)
        with speaking(language):
            return pickle.dumps((function(*given, **named), None), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return _raised(error)


def tell(writer: Connection, asked: bytes) -> None:
    """The same of a generator: nothing when it begins, then each of its values."""
    with writer:
        writer.send_bytes(b"")
        try:
            function, given, named, language = pickle.loads(asked)
            with speaking(language):
                values: Iterable[Any] = function(*given, **named)
                for value in values:
                    writer.send_bytes(pickle.dumps((value, None), pickle.HIGHEST_PROTOCOL))
        except Exception as error:
            writer.send_bytes(_raised(error))


def read(message: bytes) -> Any:
    """What a worker told: its value, or its exception is raised."""
    value, raised = pickle.loads(message)
    if raised is None:
        return value
    kind, arguments, state = raised
    error = kind.__new__(kind, *arguments)  # `__init__` may take others than it hands on
    error.args = arguments
    error.__dict__.update(state)
    raise error


def _raised(error: Exception) -> bytes:
    from resnet.model.devices import out_of_memory

    if isinstance(error, RuntimeError) and out_of_memory(error):
        error = MemoryError(str(error))
    error.add_note(format_exc())
    try:
        return pickle.dumps((None, (type(error), error.args, error.__dict__)))
    except Exception:
        return pickle.dumps((None, (RuntimeError, (str(error),), {})))

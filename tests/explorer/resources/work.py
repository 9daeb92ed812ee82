"""Work for workers, good and bad."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from resnet.maps.answers import ExplainError
from resnet.model.devices import DoesNotFit
from resnet.text.language import tr


def pid() -> int:
    return os.getpid()


def loaded() -> tuple[bool, bool]:
    import sys

    return "torch" in sys.modules, "streamlit" in sys.modules


def niceness() -> int:
    return os.nice(0)


def eat(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def spin(sign: Path) -> None:
    """Work that looks at nothing, and tells that it began."""
    sign.write_text(str(os.getpid()))
    while True:
        pass


def spin_over(file: object) -> None:
    """A file that is never read to its end."""
    while True:
        pass


def convolve(sign: Path) -> None:
    """One call into C that takes minutes."""
    import torch

    sign.write_text(str(os.getpid()))
    torch.nn.functional.conv2d(torch.ones(8, 512, 512, 512), torch.ones(512, 512, 3, 3))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(kind: str) -> None:
    raise (
        DoesNotFit
        if kind == "memory"
        else ExplainError(tr("There is no image to explain; give at least one."))
    )


def count(until: int, sign: Path | None = None) -> Iterator[int]:
    """Numbers, each after a moment."""
    for number in range(until):
        if sign:
            sign.write_text(str(os.getpid()))
        yield number
        time.sleep(0.02)


def count_and_spin(sign: Path) -> Iterator[int]:
    yield 0
    spin(sign)


def count_and_die(until: int) -> Iterator[int]:
    yield from range(until)
    die()


def count_and_refuse(until: int) -> Iterator[int]:
    yield from range(until)
    refuse("class")


def tensors(n: int):
    import torch

    return torch.arange(n), {"a": torch.ones(n)}

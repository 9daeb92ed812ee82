"""Where a model can run, and work that shrinks until it fits there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch

from resnet.counts.hardware import DEVICES, PRECISIONS
from resnet.text.language import Later, later, mark, tr

FEW = 8  # large images that are forwarded at once
_NO_MEMORY = (
    "out of memory", "not enough memory", "can't allocate memory", "status_alloc_failed",
    "unable to find an engine", "unable to find a valid cudnn algorithm",
)  # fmt: skip
_NO_DEVICE = ("cuda error", "cuda driver error", "cudnn error", "no cuda gpus are available")
Item = TypeVar("Item")
Result = TypeVar("Result")


class DoesNotFit(MemoryError):  # noqa: N818
    """Work that runs out of memory and cannot be made smaller; perhaps all else gave way before."""

    def __init__(self, everything_gave_way: bool = False) -> None:
        super().__init__(
            tr(
                "There is not enough memory for this model, even for one image on the CPU. Take a "
                "smaller model, or close other programs."
            )
            if everything_gave_way
            else tr(
                "There is not enough memory for this. Take a smaller model or another device, or "
                "close other programs."
            )
        )


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """One batch's result, where it was made, and what had to give way for it (or nothing)."""

    result: Result
    device: str
    note: str | Later


def devices() -> tuple[str, ...]:
    """The `DEVICES` that this machine has, the fastest first."""
    here = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return tuple(name for name in DEVICES if here[name])


def precisions(device: str) -> tuple[str, ...]:
    """The precisions worth offering on a device."""
    return tuple(name for name in PRECISIONS if device != "cpu" or name != "fp16")


def batch_of(side: int) -> int:
    """How many images of this side are forwarded at once: many small ones, few large ones."""
    return 64 if side <= 64 else FEW


def adaptively(
    compute: Callable[[Sequence[Item], str], Result],
    items: Sequence[Item],
    device: str,
    size: int = FEW,
) -> Iterator[Outcome[Result]]:
    """`compute(items, device)` in batches of `size`; out of memory, in smaller ones, then on a CPU.

    What a device that fails has not computed, the CPU does. Raises `DoesNotFit` if not even one
    item fits on the CPU, and else what `compute` raises.
    """
    note: str | Later = ""
    first = size
    while items:
        try:
            outcome = Outcome(compute(items[:size], device), device, note)
        except RuntimeError as error:
            size, device, note = _instead(error, size, device, first)
            continue
        yield outcome
        items = items[size:]


def out_of_memory(error: RuntimeError) -> bool:
    """Whether memory ran out: MPS, cuDNN and the CPU's allocator say so in words alone."""
    return isinstance(error, torch.OutOfMemoryError) or _says(error, _NO_MEMORY)


def device_failed(error: RuntimeError) -> bool:
    """Whether a GPU no longer works: it was lost, or an error has spoiled it for the process."""
    return isinstance(error, torch.AcceleratorError) or _says(error, _NO_DEVICE)


def _instead(
    error: RuntimeError, size: int, device: str, first: int
) -> tuple[int, str, str | Later]:
    """The size and the device to go on with, and what to say of it."""
    if out_of_memory(error):
        if size == 1 and device == "cpu":
            raise DoesNotFit(everything_gave_way=True) from None
        size, device = (size // 2, device) if size > 1 else (first, "cpu")
        message = mark("Out of memory: continued with batches of {size} on {device}.")
        return size, device, later(message, size=size, device=device)
    if device_failed(error) and device != "cpu":
        message = mark("{device} failed: continued on the CPU.")
        return first, "cpu", later(message, device=device)
    raise error


def _says(error: RuntimeError, words: tuple[str, ...]) -> bool:
    return any(each in str(error).lower() for each in words)

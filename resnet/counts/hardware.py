"""What networks run on and in: devices and precisions, by their names everywhere. No torch."""

from __future__ import annotations

from typing import NamedTuple

DEVICES = ("cuda", "mps", "cpu")  # the fastest first


class Precision(NamedTuple):
    """A kind of number: torch's name of it, and its bytes."""

    dtype: str
    bytes: int


PRECISIONS = {
    "fp32": Precision("float32", 4),
    "bf16": Precision("bfloat16", 2),
    "fp16": Precision("float16", 2),
}
FLOAT32 = PRECISIONS["fp32"].bytes

"""What happens when a program runs: what it prints, and the error that ends it."""

from __future__ import annotations

from functools import partial
from io import StringIO

import torch

from resnet.model.progress import seeded


def outcome(source: str, name: str = "__main__") -> str:
    """The lines that a Python program prints; if it fails, then the error's type and first line.

    It runs here, in a namespace of its own with its own `print`, and torch's generator is put back
    after it. For programs of this project only.
    """
    printed = StringIO()
    namespace = {"__name__": name, "print": partial(print, file=printed)}
    with seeded(0, torch.device("cpu")):
        try:
            exec(compile(source, f"<{name}>", "exec"), namespace)
        except Exception as error:
            printed.write(": ".join([type(error).__name__, *str(error).splitlines()[:1]]))
    return printed.getvalue().rstrip("\n")

"""The versions of all that computes an answer."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

from resnet.fetch.bundled import version

_PACKAGES = ("torch", "torchvision", "numpy", "pillow")


@cache
def versions() -> dict[str, str]:
    """By name: this project, Python, and what calculates."""
    return {
        "resnet-explorer": version(),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in _PACKAGES},
    }

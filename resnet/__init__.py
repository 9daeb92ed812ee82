"""Residual networks as values: describe, count, build, load and explain them.

Importing this package imports no torch; a name that needs it brings it in when first used.
"""

from importlib import import_module
from typing import Any

from resnet.graph import Graph
from resnet.presets import DepthError
from resnet.room import TooLarge
from resnet.rules import SpecError
from resnet.spec import ResNetSpec
from resnet.tracing import trace

_LAZY = {
    "ResNet": "model",
    "build": "model",
    "Classifier": "weights",
    "load_classifier": "weights",
    "Explanation": "answers",
    "explain": "explaining",
}

__all__ = ["DepthError", "Graph", "ResNetSpec", "SpecError", "TooLarge", "trace", *sorted(_LAZY)]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'resnet' has no attribute {name!r}")
    return getattr(import_module(f"resnet.{_LAZY[name]}"), name)

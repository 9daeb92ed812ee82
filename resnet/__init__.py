"""Residual networks as values: describe, count, build, load and explain them.

Importing this package imports no torch; a name that needs it brings it in when first used.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from resnet import extras
from resnet.model.fits_in_memory import TooLarge
from resnet.network.fields.rules import SpecError
from resnet.network.graph import Graph
from resnet.network.naming.families import DepthError
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace

if TYPE_CHECKING:
    __version__: str

    from resnet.maps.answers import Explanation
    from resnet.maps.explain import explain
    from resnet.model.module import ResNet, build
    from resnet.modules.exploration import Exploration
    from resnet.modules.explore import explore
    from resnet.weights.classifiers.classifier import Classifier
    from resnet.weights.loading import load_classifier

__all__ = [
    "Classifier",
    "DepthError",
    "Explanation",
    "Exploration",
    "Graph",
    "ResNet",
    "ResNetSpec",
    "SpecError",
    "TooLarge",
    "__version__",
    "build",
    "explain",
    "explore",
    "load_classifier",
    "trace",
]

_LAZY = {
    "ResNet": "model.module",
    "build": "model.module",
    "Classifier": "weights.classifiers.classifier",
    "load_classifier": "weights.loading",
    "Explanation": "maps.answers",
    "explain": "maps.explain",
    "Exploration": "modules.exploration",
    "explore": "modules.explore",
}


def _drawn(look: str) -> Callable[[Graph], str]:
    """A look of a graph in a notebook, imported when one asks for it."""

    def draw(graph: Graph) -> str:
        return str(getattr(import_module("resnet.drawing.files.notebook"), look)(graph))

    return draw


Graph._repr_svg_, Graph._repr_html_ = _drawn("stream_svg"), _drawn("network_html")


def __getattr__(name: str) -> Any:
    """A name of `_LAZY`. Raises `MissingExtra`, an ImportError, where torch is not installed."""
    if name == "__version__":
        return import_module("resnet.fetch.bundled").version()
    if name not in _LAZY:
        raise AttributeError(f"module 'resnet' has no attribute {name!r}")
    with extras.named():
        return getattr(import_module(f"resnet.{_LAZY[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""What more can be installed: the extra of `pyproject.toml` that brings each package.

`resnet` itself needs click alone, for networks that are described, counted and drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

OPTIONAL = ("hub", "ray")  # extras that the app does without
EXTRAS = {
    "streamlit": "app",
    "babel": "app",
    "pebble": "app",
    "captum": "models",
    "filelock": "models",
    "msgspec": "models",
    "numpy": "models",
    "PIL": "models",
    "pillow_heif": "models",
    "psutil": "models",
    "safetensors": "models",
    "sklearn": "models",
    "torch": "models",
    "torchinfo": "models",
    "torchvision": "models",
    "huggingface_hub": "hub",
    "onnx": "onnx",
    "fontpkg_source_sans_3": "png",
    "resvg_py": "png",
    "fsspec": "audit",
    "pyarrow": "audit",
    "ray": "ray",
    "altair": "notebook",
    "nbformat": "notebook",
    "pandas": "notebook",
    "plotly": "notebook",
}


class MissingExtra(ImportError):  # noqa: N818
    """A package that is not installed; says how to install it."""

    def __init__(self, package: str, extra: str):
        super().__init__(
            f'This needs {package}, which is not installed: pip install "resnet-explorer[{extra}]"',
            name=package,
        )


def demand_app() -> None:
    """Raise `MissingExtra` where the app lacks a package: it cannot know what will be asked."""
    for package, extra in EXTRAS.items():
        if extra not in OPTIONAL and find_spec(package) is None:
            raise MissingExtra(package, "app")


@contextmanager
def named(extra: str | None = None) -> Iterator[None]:
    """Name the extra that brings a package that is not installed. Raises `MissingExtra`.

    `extra` is named instead where it brings that package and others that will be needed. The
    sentence is English: other languages are read by one of those packages.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        raise MissingExtra(package, extra or EXTRAS[package]) from error

"""Photographs that other packages ship, for models that know photographs. Imports none of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from resnet.text.language import mark


@dataclass(frozen=True)
class Photograph:
    """A photograph by its place within a package, and on whose terms it is there."""

    title: str  # marked
    credit: str  # licence and photographer, as the package states them
    package: str
    file: str

    @property
    def project(self) -> str:
        """What ships it, as people call it."""
        return _PROJECTS[self.package]

    @property
    def path(self) -> Path | None:
        """The file; None where the package is not installed, or ships it no more."""
        found = find_spec(self.package)
        folders = found.submodule_search_locations if found else None
        paths = (Path(folder) / self.file for folder in folders or ())
        return next((path for path in paths if path.is_file()), None)


_PROJECTS = {"sklearn": "scikit-learn", "skimage": "scikit-image"}

# scikit-learn's first: it comes with the app, so that a number always means the same photograph
_ALL = (
    Photograph(mark("Flower"), "CC BY 2.0, vultilion", "sklearn", "datasets/images/flower.jpg"),
    Photograph(mark("Temple"), "CC BY 2.0, danielbuechele", "sklearn", "datasets/images/china.jpg"),
    Photograph(mark("Cat"), "CC0, Stéfan van der Walt", "skimage", "data/chelsea.png"),
    Photograph(mark("Coffee"), "CC0, Rachel Michetti", "skimage", "data/coffee.png"),
    Photograph(mark("Rocket"), "public domain, SpaceX", "skimage", "data/rocket.jpg"),
    Photograph(mark("Astronaut"), "public domain, NASA", "skimage", "data/astronaut.png"),
)


@cache
def photographs() -> dict[int, Photograph]:
    """Those that are installed, by their numbers from 1 on."""
    return {n: one for n, one in enumerate(_ALL, 1) if one.path is not None}

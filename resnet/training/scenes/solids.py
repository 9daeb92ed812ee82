"""Ten solids as signed distance functions, and how each may rest on the ground. No torch here.

A solid lies within the unit ball around its middle. Its function takes points (3, n) and gives a
lower bound (n,) of their distance to it, negative inside, which is all that ray marching asks for
(Hart 1996, "Sphere tracing"). Edges are a little rounded, so that they catch the light.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]  # (3, n): x, y, z
Distances = NDArray[np.floating]  # (n,)
Distance = Callable[[Points], Distances]

_ROUND = 0.05  # how far from an edge its faces begin to bend


@dataclass(frozen=True)
class Rest:
    """A way to lie: the direction of the solid that points down, and its middle's height."""

    down: tuple[float, float, float]
    height: float


@dataclass(frozen=True)
class Solid:
    """A solid by its distance function, with all ways in which scenes have it lie."""

    distance: Distance
    rests: tuple[Rest, ...]


def _sphere(points: Points) -> Distances:
    return _length(*points) - 0.8


def _cube(points: Points) -> Distances:
    x, y, z = abs(points)
    return _both(_both(x, y), z) - 0.57


def _cone(points: Points) -> Distances:
    x, y, z = points
    return _both(_slope(_length(x, z, _ROUND / 2), y, (0.75, -0.6)), -y - 0.6)


def _torus(points: Points) -> Distances:
    x, y, z = points
    return _length(_length(x, z) - 0.6, y) - 0.34


def _cylinder(points: Points) -> Distances:
    x, y, z = points
    return _both(_length(x, z) - 0.6, abs(y) - 0.7)


def _pyramid(points: Points) -> Distances:
    x, y, z = points
    sides = (_slope(abs(side), y, (0.62, -0.48)) for side in (x, z))
    return _both(_both(*sides), -y - 0.48)


def _octahedron(points: Points) -> Distances:
    return (_soft(points).sum(0) - np.float32(0.98)) * np.float32(3**-0.5)


def _capsule(points: Points) -> Distances:
    x, y, z = points
    return _length(x, np.maximum(abs(y) - 0.5, 0), z) - 0.44


def _dome(points: Points) -> Distances:
    x, y, z = points
    return _both(_length(x, y + 0.4, z) - 0.85, -y - 0.4)


def _prism(points: Points) -> Distances:
    x, y, z = points
    sides = abs(x) * np.float32(0.75**0.5) + 0.5 * z
    return _both(_both(sides, -z) - 0.38, abs(y) - 0.62)


def _length(*parts: Distances | float) -> Distances:
    return np.sqrt(sum(part * part for part in parts))


def _soft(part: Distances) -> Distances:
    """|part| without its kink."""
    return np.sqrt(part * part + np.float32((_ROUND / 2) ** 2))


def _both(one: Distances, other: Distances) -> Distances:
    """The intersection of two bodies, whose edge is rounded."""
    near = np.maximum(_ROUND - abs(one - other), 0)
    return np.maximum(one, other) + near * near * np.float32(0.25 / _ROUND)


def _slope(out: Distances, up: Distances, foot: tuple[float, float]) -> Distances:
    """A side that rises to (0, 0.9) from its foot, `out` from the axis and `up`."""
    wide, low = foot
    rise = 0.9 - low
    return (rise * out + wide * (up - 0.9)) * np.float32((rise**2 + wide**2) ** -0.5)


_DOWN = (0.0, -1.0, 0.0)
_SIDE = (1.0, 0.0, 0.0)

ALL = {
    "sphere": Solid(_sphere, (Rest(_DOWN, 0.8),)),
    "cube": Solid(_cube, (Rest(_DOWN, 0.57),)),
    "cone": Solid(_cone, (Rest(_DOWN, 0.6),)),
    "torus": Solid(_torus, (Rest(_DOWN, 0.34),)),
    "cylinder": Solid(_cylinder, (Rest(_DOWN, 0.7), Rest(_SIDE, 0.6))),
    "pyramid": Solid(_pyramid, (Rest(_DOWN, 0.48),)),
    "octahedron": Solid(_octahedron, (Rest((1.0, 1.0, 1.0), 0.566),)),
    "capsule": Solid(_capsule, (Rest(_SIDE, 0.44), Rest(_DOWN, 0.94))),
    "dome": Solid(_dome, (Rest(_DOWN, 0.4),)),
    "prism": Solid(_prism, (Rest(_DOWN, 0.62),)),
}

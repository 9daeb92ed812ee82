"""Sphere tracing of one solid: what a ray meets, which way it faces, what light reaches it.

Rays are origins and directions (3, n), of unit length; the solid is its distance function, and lies
within a ball around the origin. Only rays that enter the ball are followed. No torch here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet.training.scenes.solids import Distance, Distances, Points

_STEPS = 28
_SHADOW_STEPS = 14
_TOUCH = np.float32(0.002)  # nearer than this is on the surface
_PENUMBRA = np.float32(7)  # how far a ray may have gone for each unit that it keeps clear, unshaded
_CORNERS = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]], np.float32).T


def within(origins: Points, directions: Points, radius: float) -> tuple[Distances, Distances]:
    """Where rays enter and leave the ball of this radius; they never enter where they miss it."""
    middle = -(origins * directions).sum(0)
    square = (origins * origins).sum(0) - middle**2  # of the distance to the ball's middle
    half = np.sqrt(np.maximum(radius**2 - square, 0))
    missed = square >= radius**2
    return np.where(missed, np.inf, np.maximum(middle - half, 0)), middle + half


def meet(distance: Distance, eye: Points, directions: Points) -> tuple[Distances, Distances]:
    """How far rays go until they are nearest to the solid, and the angle by which they miss it.

    `eye` is (3, 1). Both are infinite for rays that pass by the unit ball, angles 0 for those that
    meet the solid.
    """
    near, far = within(eye, directions, 1.0)
    met, missed = np.full_like(near, np.inf), np.full_like(near, np.inf)
    alive = np.flatnonzero(near < far)
    along, ways = near[alive], directions[:, alive]
    for _ in range(_STEPS):
        left = distance(eye + ways * along)
        nearer = left < missed[alive] * along
        met[alive[nearer]], missed[alive[nearer]] = along[nearer], (left / along)[nearer]
        missed[alive[left <= _TOUCH]] = 0
        along = along + left
        goes_on = (left > _TOUCH) & (along < far[alive])
        alive, along, ways = alive[goes_on], along[goes_on], ways[:, goes_on]
    return met, missed


def normals(distance: Distance, points: Points) -> Points:
    """Unit normals (3, n), by differences towards the corners of a tetrahedron."""
    around = points[:, None] + 0.01 * _CORNERS[..., None]  # (3, 4, n)
    far = distance(around.reshape(3, -1)).reshape(4, -1)
    facing = _CORNERS @ far
    return facing / np.sqrt((facing * facing).sum(0))


def lit(distance: Distance, points: Points, light: Points, start: float) -> Distances:
    """The share of light (n,) from the direction `light` (3, 1) that reaches points, 0 to 1.

    Rays that narrowly miss the solid are in half shadow, the wider the farther it is away. They set
    out at `start` from their point, so that a point of the solid does not shade itself.
    """
    near, far = within(points, light, 1.5)
    share = np.ones(points.shape[1], np.float32)
    alive = np.flatnonzero(near < far)
    along = np.maximum(near[alive], np.float32(start))
    origins = points[:, alive]
    for _ in range(_SHADOW_STEPS):
        left = distance(origins + light * along)
        share[alive] = np.minimum(share[alive], _PENUMBRA * left / along)
        along = along + np.clip(left, 0.03, 0.4)
        goes_on = (share[alive] > 0) & (along < far[alive])
        alive, along, origins = alive[goes_on], along[goes_on], origins[:, goes_on]
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)


def open_above(distance: Distance, points: Points, facing: Points) -> Distances:
    """Ambient light (n,) of points, 0 to 1: less where the solid is nearer than the way out."""
    ways = np.array([0.08, 0.25, 0.55], np.float32)
    closed: NDArray[np.floating] = sum(
        np.clip(1 - distance(points + way * facing) / way, 0, 1) for way in ways
    )
    return 1 - np.float32(0.8 / len(ways)) * closed

"""A solid on the ground, a camera and a light, drawn by chance. No torch here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from resnet.training.scenes.solids import Distance, Points, Rest, Solid


@dataclass(frozen=True)
class Stage:
    """All in the frame of the solid, whose middle is the origin; directions are (3, 1)."""

    distance: Distance
    height: float  # of the origin above the ground
    axes: Points  # (3, 3), whose columns point to the right, up, and over the ground to the camera
    eye: Points  # (3, 1)
    light: Points  # towards the light

    @classmethod
    def of(cls, rng: Generator, solid: Solid) -> Stage:
        """A random pose, camera and light."""
        rest = solid.rests[rng.integers(len(solid.rests))]
        axes = _axes(rng, rest)
        far, rise = rng.uniform(4.5, 7.5), rng.uniform(0.36, 0.75)
        eye = far * _direction(0, rise)
        light = _direction(rng.uniform(-2.4, 2.4), rng.uniform(0.6, 1.1))
        return cls(solid.distance, rest.height, axes, axes @ eye, axes @ light)

    @property
    def up(self) -> Points:
        """Away from the ground."""
        return self.axes[:, 1:2]

    def rays(self, rng: Generator, size: int) -> tuple[Points, float]:
        """Unit directions (3, H·W) through all pixels, row by row, and the angle between two.

        The picture is a part of the camera's, cut so that the solid is somewhere in it, and whole.
        """
        radius = size * rng.uniform(0.25, 0.34)  # of the unit ball around the solid, in pixels
        u, v = rng.uniform(radius, size - radius, 2)
        far = np.linalg.norm(self.eye)
        ahead, right = -self.eye / far, self.axes[:, :1]
        upwards = np.cross(right, ahead, axis=0)
        pixel = float(1 / (radius * far))
        places = np.arange(size, dtype=np.float32) + np.float32(0.5)
        rows = ahead + upwards * np.float32(pixel) * (np.float32(v) - places)  # (3, H)
        columns = right * np.float32(pixel) * (places - np.float32(u))  # (3, W)
        rays = (rows[:, :, None] + columns[:, None]).reshape(3, -1)
        return rays / np.sqrt((rays * rays).sum(0)), pixel


def _direction(around: float, above: float) -> Points:
    """A unit vector (3, 1) by its angles from the camera's side and above the ground."""
    flat = np.cos(above)
    return np.array([[flat * np.sin(around)], [np.sin(above)], [flat * np.cos(around)]], np.float32)


def _axes(rng: Generator, rest: Rest) -> Points:
    """Right-handed axes in the solid's frame, up by its rest and turned at random."""
    up = -np.array(rest.down) / np.linalg.norm(rest.down)
    start = np.cross(up, _SLANTED)
    start /= np.linalg.norm(start)
    turn = rng.uniform(0, 2 * np.pi)
    across = np.cos(turn) * start + np.sin(turn) * np.cross(up, start)
    return np.stack([across, up, np.cross(across, up)], axis=1).astype(np.float32)


_SLANTED: NDArray[np.float64] = np.array([0.3, 0.2, 0.9])  # along no solid's rest

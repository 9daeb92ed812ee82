"""Textures of the ground: places on a plane to a tone between 0 and 1. No torch here.

A texture takes an rng and places (2, n), whose unit is half of a solid. It varies over a tenth of a
unit or more, since it is sampled once a pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Places = NDArray[np.floating]  # (2, n)
Tones = NDArray[np.floating]  # (n,) in [0, 1]

_CELLS = 64  # of the noise, which then repeats


def ground(rng: Generator, places: Places) -> Tones:
    """A random texture, turned and moved at random."""
    turn = rng.uniform(0, 2 * np.pi)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    x, z = places + rng.uniform(0, _CELLS, (2, 1)).astype(np.float32)
    turned = np.stack([cos * x - sin * z, sin * x + cos * z])
    return _GROUNDS[rng.integers(len(_GROUNDS))](rng, turned)


def _plaster(rng: Generator, places: Places) -> Tones:
    return _clouds(places * _scale(rng, 0.8, 2.5))


def _stone(rng: Generator, places: Places) -> Tones:
    """Veins where two layers of clouds are equal."""
    scale = _scale(rng, 0.4, 0.9)
    bent = places * scale + 0.8 * _clouds(places * scale)
    return np.clip(6 * abs(_clouds(bent) - 0.5), 0, 1)


def _planks(rng: Generator, places: Places) -> Tones:
    """Boards, each of a tone of its own, with a grain along them and a gap between."""
    x, z = places * _scale(rng, 1.0, 2.0)
    board = np.floor(x)
    tone = _noise(np.stack([board * 7.3, np.floor(z / 6 + board * 0.37)]) + 0.5)
    grain = _noise(np.stack([x * 5, z * 0.5]))
    gap = _smooth(abs(x - board - 0.5), 0.44, 0.5)
    return np.clip(0.6 * tone + 0.4 * grain, 0, 1) * (1 - gap)


def _tiles(rng: Generator, places: Places) -> Tones:
    """Square tiles, each of a tone of its own, with a joint between."""
    cells = places * _scale(rng, 0.7, 1.3)
    corner = np.floor(cells)
    joint = _smooth(abs(cells - corner - 0.5).max(0), 0.43, 0.5)
    return (0.55 + 0.45 * _noise(corner * 5.7 + 0.5)) * (1 - joint)


def _checks(rng: Generator, places: Places) -> Tones:
    """A board of two tones, whose edges are soft."""
    waves = np.sin(places * _scale(rng, 2.0, 4.0)).prod(0)
    return _smooth(waves, -0.12, 0.12)


def _ripples(rng: Generator, places: Places) -> Tones:
    """Raked sand."""
    x, _ = places
    bend = 1.2 * _clouds(places * np.float32(0.35))
    return 0.5 + 0.5 * np.sin(_scale(rng, 4.0, 8.0) * (x + bend))


_GROUNDS: tuple[Callable[[Generator, Places], Tones], ...] = (
    *(_plaster, _stone, _planks, _tiles, _checks, _ripples),
)


def _scale(rng: Generator, least: float, most: float) -> np.float32:
    return np.float32(rng.uniform(least, most))


def _smooth(values: Tones, low: float, high: float) -> Tones:
    """0 below `low`, 1 above `high`, and a smooth step between."""
    share = np.clip((values - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return share * share * (3 - 2 * share)


def _clouds(places: Places) -> Tones:
    octaves = _noise(places) * 4 + _noise(places * 2.03) * 2 + _noise(places * 4.01)
    return octaves * np.float32(1 / 7)


def _noise(places: Places) -> Tones:
    """Value noise: random tones at whole places, and smoothly between."""
    cells = np.floor(places)
    u, v = (share * share * (3 - 2 * share) for share in places - cells)
    i, j = cells.astype(np.intp) % _CELLS
    lattice, at = _lattice(), i * (_CELLS + 1) + j
    top = lattice[at] + v * (lattice[at + 1] - lattice[at])
    at += _CELLS + 1
    return top + u * (lattice[at] + v * (lattice[at + 1] - lattice[at]) - top)


@cache
def _lattice() -> NDArray[np.floating]:
    """Tones of the noise, row by row; the last row and column are the first ones."""
    tones = np.random.default_rng(0).random((_CELLS, _CELLS), np.float32)
    return np.pad(tones, (0, 1), mode="wrap").ravel()

"""Solids: one of ten on lit, textured ground, rendered from a seed, with its mask. No torch here.

Only the form tells a class: place, size, turn, colours, ground, camera and light are drawn from the
same distributions for all ten. A picture may be mirrored, but has an up and a down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, Scene
from resnet.training.scenes.ray_marching import meet
from resnet.training.scenes.shading import Look, developed, ground_light, solid_light
from resnet.training.scenes.solids import ALL
from resnet.training.scenes.stages import Stage

SOLIDS = tuple(ALL)
SIZE = 192  # pixels on each side of a scene
_SAMPLES = HELD_OUT_SEEDS[900_000:]  # far from the scenes that are learned and measured


def scene(seed: int) -> Scene:
    """The scene of this seed, always the same; its label is an index into `SOLIDS`.

    Draw training scenes from `TRAINING_SEEDS` and all others from `HELD_OUT_SEEDS`.
    """
    rng = np.random.default_rng((seed, 3))
    label = int(rng.integers(len(SOLIDS)))
    stage, look = Stage.of(rng, ALL[SOLIDS[label]]), Look.of(rng)
    rays, pixel = stage.rays(rng, SIZE)
    light = ground_light(rng, look, stage, rays)
    met, missed = meet(stage.distance, stage.eye, rays)
    covered = np.clip(1 - missed / np.float32(pixel), 0, 1)  # in part by a ray that nearly met it
    seen = np.flatnonzero(covered)
    body = solid_light(look, stage, rays[:, seen], met[seen])
    light[:, seen] += covered[seen] * (body - light[:, seen])
    image = developed(rng, light).reshape(SIZE, SIZE, 3)
    return Scene(image, (label,), (covered > 0.5).reshape(1, SIZE, SIZE))


def scenes(seeds: Iterable[int]) -> Iterator[Scene]:
    """The scene of each seed, rendered when it is asked for."""
    return map(scene, seeds)


def sample(number: int) -> Image.Image:
    """A scene for people to look at. Held out."""
    return Image.fromarray(scene(_SAMPLES[number]).image)

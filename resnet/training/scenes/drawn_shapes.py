"""Shapes: ten kinds of object on cluttered scenes, drawn from a seed, with masks. No torch here.

Only the outline tells a class: place, size, rotation, aspect, colours and textures are drawn from
the same distributions for all ten, and all ten are mirror symmetric, so that flips and quarter
turns keep the label. Scenes are drawn three times as large and reduced, which smooths the edges.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZE = 64  # pixels on each side of a scene
FINE = 3  # drawn pixels along one pixel
TRAINING_SEEDS = range(0, 1_000_000)
HELD_OUT_SEEDS = range(1_000_000, 2_000_000)

Points = NDArray[np.float64]  # (n, 2), x and y
Colour = tuple[int, int, int]
Texture = NDArray[np.floating]  # (H, W) in [0, 1]
_FIRST_SAMPLE = 1_900_000  # far from the scenes that are learned and that measure the model


@dataclass(frozen=True)
class Scene:
    """An image (H, W, 3) uint8, the label of each object and its visible pixels (k, H, W) bool."""

    image: NDArray[np.uint8]
    labels: tuple[int, ...]  # indices into SHAPES
    masks: NDArray[np.bool_]


def scene(seed: int, objects: int = 1, *, bare: bool = False) -> Scene:
    """The scene of this seed, always the same, with `objects` (1 or 2) of different classes.

    A `bare` one has neither clutter nor texture: what training begins with. Draw training scenes
    from `TRAINING_SEEDS` and all others from `HELD_OUT_SEEDS`. Raises ValueError for another number
    of objects.
    """
    if objects not in (1, 2):
        raise ValueError(f"A scene holds 1 or 2 objects; got {objects}.")
    rng = np.random.default_rng((seed, objects))
    canvas = _Canvas(rng, objects, bare)
    canvas.scatter(int(rng.integers(4, 9)), canvas.layers[:1])
    labels = tuple(int(label) for label in rng.permutation(len(SHAPES))[:objects])
    for layer, points in zip(canvas.layers[1:], _placed(rng, labels), strict=True):
        canvas.stand(points, layer)
    canvas.scatter(int(rng.integers(1, 4)), canvas.layers, size=0.55)
    return Scene(canvas.image(), labels, canvas.masks())


def scenes(seeds: Iterable[int], objects: int = 1) -> Iterator[Scene]:
    """The scene of each seed, drawn when it is asked for."""
    return (scene(seed, objects) for seed in seeds)


def sample(number: int) -> Image.Image:
    """A scene for people to look at: of odd number with one object, else with two. Held out."""
    return Image.fromarray(scene(_FIRST_SAMPLE + number, objects=2 - number % 2).image)


class _Canvas:
    """A scene in the making; layer 0 is the image, the others the objects' coverage."""

    def __init__(self, rng: Generator, objects: int, bare: bool):
        side = (SIZE * FINE, SIZE * FINE)
        self.rng, self.bare = rng, bare
        self.ground = _colour(rng)
        image = self._surface(self.ground)
        self.layers = [image, *(Image.new("L", side) for _ in range(objects))]

    def scatter(self, count: int, layers: list[Image.Image], size: float = 1.0) -> None:
        """Draw clutter over the scene, and out of the masks among `layers`."""
        for _ in range(0 if self.bare else count):
            points = FINE * _CLUTTER[self.rng.integers(len(_CLUTTER))](self.rng, size)
            ink = _colour(self.rng)
            for layer in layers:
                _fill(layer, points, ink if layer.mode == "RGB" else 0)

    def stand(self, points: Points, mask: Image.Image) -> None:
        """Stand a textured object on the scene, in a colour that differs from the ground's."""
        ink = _unlike(self.rng, self.ground)
        _fill(mask, FINE * points, 255)
        self.layers[0].paste(self._surface(ink), mask=mask)

    def _surface(self, ink: Colour) -> Image.Image:
        return _textured(self.rng, ink, ink if self.bare else _near(self.rng, ink))

    def image(self) -> NDArray[np.uint8]:
        """The image at its true size (H, W, 3), with grain."""
        pixels = np.asarray(self.layers[0].reduce(FINE), np.float32)
        grain = self.rng.standard_normal(pixels.shape, np.float32) * self.rng.uniform(2, 9)
        return np.clip(pixels + grain, 0, 255).astype(np.uint8)

    def masks(self) -> NDArray[np.bool_]:
        """Pixels (k, H, W) that an object covers by half or more."""
        return np.stack([np.asarray(layer.reduce(FINE)) > 127 for layer in self.layers[1:]])


def _fill(layer: Image.Image, points: Points, ink: Colour | int) -> None:
    ImageDraw.Draw(layer).polygon(points.ravel().tolist(), ink)


def _colour(rng: Generator) -> Colour:
    hue, saturation, value = rng.random(3).tolist()
    r, g, b = colorsys.hsv_to_rgb(hue, 0.1 + 0.8 * saturation, 0.2 + 0.8 * value)
    return int(255 * r), int(255 * g), int(255 * b)


def _near(rng: Generator, colour: Colour) -> Colour:
    """A colour for the texture's other half, close enough that the outline stays the outline."""
    shift = rng.integers(-32, 33, 3) + rng.integers(-24, 25)
    return tuple(np.clip(shift + colour, 0, 255).tolist())


def _unlike(rng: Generator, colour: Colour) -> Colour:
    while True:
        other = _colour(rng)
        if np.linalg.norm(np.subtract(other, colour)) > 110:
            return other


def _textured(rng: Generator, first: Colour, second: Colour) -> Image.Image:
    """An image of two colours, mixed by a random texture."""
    mix = _TEXTURES[rng.integers(len(_TEXTURES))](rng)[..., None]
    start, end = np.array((first, second), np.float32)
    pixels = start + mix * (end - start)  # (H, W, 3)
    image = Image.fromarray(pixels.astype(np.uint8))
    return image.resize((SIZE * FINE, SIZE * FINE), Image.Resampling.NEAREST)


def _waves(rng: Generator) -> Texture:
    """A grating in a random direction, (H, W) in [0, 1]."""
    turn, period = rng.uniform(0, np.pi), rng.uniform(4, 40)
    pixels = np.arange(SIZE, dtype=np.float32) * np.float32(2 * np.pi / period)
    along = np.float32(np.cos(turn)) * pixels + np.float32(np.sin(turn)) * pixels[:, None]
    return 0.5 + 0.5 * np.sin(along + np.float32(rng.uniform(0, 7)))


def _checks(rng: Generator) -> Texture:
    return (np.rint(_waves(rng)) + np.rint(_waves(rng))) / 2


def _clouds(rng: Generator) -> Texture:
    """Noise that varies over 4 to 21 pixels, (H, W) in [0, 1]."""
    cells = rng.integers(3, 17)
    coarse = Image.fromarray(rng.integers(0, 256, (cells, cells), np.uint8))
    smooth = coarse.resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    return np.asarray(smooth, np.float32) / 255


_TEXTURES = (_waves, _checks, _clouds, _clouds)


def _line(rng: Generator, size: float) -> Points:
    """A straight bar across a part of the scene."""
    start = rng.uniform(0, SIZE, 2)
    along = _direction(rng.uniform(0, 2 * np.pi))
    across = along[:, ::-1] * (-1, 1) * rng.uniform(0.5, 1.2)
    end = start + along * rng.uniform(15, 60)
    return np.concatenate([start - across, start + across, end + across, end - across])


def _blob(rng: Generator, size: float) -> Points:
    """A wobbly closed curve."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    waves = rng.normal(0, 0.2, 3) @ [np.sin(k * angles + k) for k in (2, 3, 5)]
    radius = size * rng.uniform(2.5, 6.5) * (1 + np.clip(waves, -0.6, 0.6))
    return rng.uniform(0, SIZE, 2) + _direction(angles) * radius[:, None]


def _fragment(rng: Generator, size: float) -> Points:
    """A third of some class's outline, closed by a notch, which no class has there."""
    outline = _outline(SHAPES[rng.integers(len(SHAPES))])
    corners = np.roll(outline, rng.integers(len(outline)), axis=0)[: max(3, len(outline) // 3)]
    notch = 0.3 * (corners[0] + corners[-1]) + 0.4 * corners[len(corners) // 2]
    piece = np.concatenate([corners, [notch]]) @ _linear_map(rng)
    return rng.uniform(0, SIZE, 2) + (piece - piece[-1]) * size * rng.uniform(6, 11)


# Nothing of this is as large as an object or has the whole outline of one.
_CLUTTER: tuple[Callable[[Generator, float], Points], ...] = (_line, _blob, _fragment)


def _direction(angles: NDArray[np.float64] | float) -> Points:
    angles = np.atleast_1d(angles)
    return np.array([np.cos(angles), np.sin(angles)]).T


def _regular(corners: int, *radii: float) -> Points:
    """Corners at equal angles, whose radii repeat."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return _direction(angles) * np.resize(radii, corners)[:, None]


def _drop() -> Points:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.stack([np.cos(t), np.sin(t) * np.sin(t / 2) ** 2], axis=-1)


def _clover() -> Points:
    lobes = 0.66 + 0.34 * np.cos(np.linspace(0, 2 * np.pi, 15, endpoint=False))
    return _regular(45, *lobes)


def _heart() -> Points:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([16 * np.sin(t) ** 3, -y], axis=-1) / 17


def _mirrored(*points: tuple[float, float]) -> Points:
    """Points of the right half, downwards, and their mirror images, upwards."""
    right = np.array(points)
    return np.concatenate([right, right[::-1] * (-1, 1)])


# All are solid around their middle, so that a map's maximum there lies on the object.
_DRAWN = {
    "circle": _regular(40, 1),
    "square": _regular(4, 1),
    "triangle": _regular(3, 1),
    "star": _regular(10, 1, 0.42),
    "cross": _mirrored((0.32, -1), (0.32, -0.32), (1, -0.32), (1, 0.32), (0.32, 0.32), (0.32, 1)),
    "clover": _clover(),
    "heart": _heart(),
    "drop": _drop(),
    "arrow": _mirrored((0, -1), (0.85, 0), (0.34, 0), (0.34, 1)),
    "hourglass": _mirrored((0.8, -0.9), (0.16, 0), (0.8, 0.9)),
}
SHAPES = tuple(_DRAWN)


@cache
def _outline(name: str) -> Points:
    """The outline around its middle; thin shapes are drawn somewhat larger than full ones."""
    points = _DRAWN[name] - (_DRAWN[name].max(0) + _DRAWN[name].min(0)) / 2
    x, y = points.T
    area = abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
    return points * (np.pi / area) ** 0.25


def _linear_map(rng: Generator) -> Points:
    """Any rotation, and a stretch by up to 1.2 in any direction; areas stay (2, 2)."""
    turn, back = (_direction(angle + np.array([0, np.pi / 2])) for angle in rng.uniform(0, 7, 2))
    stretch = np.exp(rng.uniform(-0.1, 0.1))
    return turn @ np.diag([stretch, 1 / stretch]) @ back


def _placed(rng: Generator, labels: tuple[int, ...]) -> list[Points]:
    """Outlines in pixels, whole, within the scene and apart from each other."""
    sizes = rng.uniform(10, 15 if len(labels) == 1 else 12, len(labels))
    drawn = [
        size * _outline(SHAPES[label]) @ _linear_map(rng)
        for label, size in zip(labels, sizes, strict=True)
    ]
    reach = np.array([np.linalg.norm(points, axis=1).max() for points in drawn])[:, None]
    while True:
        centres = rng.uniform(reach, SIZE - reach, (len(labels), 2))
        if np.linalg.norm(centres[0] - centres[-1]) > reach.sum() or len(labels) == 1:
            return [points + centre for points, centre in zip(drawn, centres, strict=True)]

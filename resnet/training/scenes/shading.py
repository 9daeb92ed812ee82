"""Colours and light of a scene: what reaches the camera from the ground and from the solid.

Light is linear, (3, n) by red, green and blue; a `Colour` is (3, 1). No torch here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from resnet.training.scenes.grounds import ground
from resnet.training.scenes.ray_marching import lit, normals, open_above
from resnet.training.scenes.solids import Distances, Points
from resnet.training.scenes.stages import Stage

Light = NDArray[np.floating]
Colour = NDArray[np.floating]

_WARM = np.array([[1.0], [0.95], [0.86]], np.float32)
_COOL = np.array([[0.86], [0.94], [1.0]], np.float32)
_AROUND = 5  # from the solid; farther out the ground has no shadow
_CLOSE = 1.8  # so near to the solid it also has less of the sky


@dataclass(frozen=True)
class Look:
    """Colours of the solid, of the ground's two tones, of the sun and of the sky; a highlight."""

    solid: Colour
    ground: tuple[Colour, Colour]
    sun: Colour
    sky: Colour
    gloss: float  # Blinn and Phong's exponent
    shine: float  # the highlight's share of the sun

    @classmethod
    def of(cls, rng: Generator) -> Look:
        """Muted colours by chance, of which the solid's is unlike the ground's."""
        solid, tones = _colours(rng)
        sun = np.float32(rng.uniform(2.4, 3.2)) * _WARM
        sky = np.float32(rng.uniform(0.65, 0.95)) * _COOL
        return cls(solid, tones, sun, sky, rng.uniform(12, 90), rng.uniform(0.05, 0.35))

    def on_the_ground(self, stage: Stage) -> Colour:
        """Light on open ground."""
        return self.sun * _along(stage.light, stage.up) + self.sky


def ground_light(rng: Generator, look: Look, stage: Stage, rays: Points) -> Light:
    """Light along rays from the ground, which far away fades into one colour, its backdrop."""
    falls = np.maximum(-_along(stage.up, rays), np.float32(1e-3))
    points = stage.eye + rays * ((_along(stage.up, stage.eye) + np.float32(stage.height)) / falls)
    places: Points = stage.axes[:, ::2].T @ points  # along the ground
    reach: Distances = np.sqrt((places * places).sum(0))
    clear = np.exp(np.float32(-0.12) * np.maximum(reach - 3, 0))
    first, second = look.ground
    tone = np.float32(0.5) + (ground(rng, places) - np.float32(0.5)) * clear
    backdrop = (first + second) / 2 * look.on_the_ground(stage)
    light = (first + tone * (second - first)) * _daylight(look, stage, points, reach)
    return backdrop + clear * (light - backdrop)


def _daylight(look: Look, stage: Stage, points: Points, reach: Distances) -> Light:
    """What the solid leaves of sun and sky at points of the ground, `reach` from its middle."""
    sun, sky = np.ones_like(reach), np.ones_like(reach)
    around, close = reach < _AROUND, reach < _CLOSE
    sun[around] = lit(stage.distance, points[:, around], stage.light, start=0.01)
    sky[close] = open_above(stage.distance, points[:, close], stage.up)
    return look.sun * _along(stage.light, stage.up) * sun + look.sky * sky


def solid_light(look: Look, stage: Stage, rays: Points, met: Distances) -> Light:
    """Light along rays that meet the solid so far away: sun, sky, the ground's, and a highlight."""
    points = stage.eye + rays * met
    facing = normals(stage.distance, points)
    sun = look.sun * lit(
        stage.distance, points + np.float32(0.02) * facing, stage.light, start=0.04
    )
    upper = np.float32(0.5) + np.float32(0.5) * _along(stage.up, facing)
    above = _along(stage.up, points) + np.float32(stage.height)
    room = np.clip(np.float32(1.6) * above + np.float32(0.35), 0, 1)  # little just above the ground
    thrown = np.float32(0.35) * look.ground[0] * look.on_the_ground(stage)
    ambient = (look.sky * upper + thrown * (1 - upper)) * room
    half = stage.light - rays
    half /= np.sqrt((half * half).sum(0))
    glint = np.float32(look.shine) * np.maximum(_along(half, facing), 0) ** np.float32(look.gloss)
    rim = np.float32(0.15) * (1 - np.clip(-_along(rays, facing), 0, 1)) ** 4
    straight = np.maximum(_along(stage.light, facing), 0)
    return look.solid * (sun * straight + ambient) + sun * glint + look.sky * rim * room


def developed(rng: Generator, light: Light) -> NDArray[np.uint8]:
    """Light as pixels (n, 3), with a film's shoulder, gamma 2 and grain."""
    pixels = 255 * np.sqrt(1 - np.exp(np.float32(-0.62) * light))
    grain = rng.standard_normal(pixels.shape[1], np.float32) * np.float32(rng.uniform(0.5, 2))
    return np.clip(pixels + grain, 0, 255).astype(np.uint8).T


def _along(one: Points, other: Points) -> Distances:
    """Inner products (n,)."""
    return (one * other).sum(0)


def _colours(rng: Generator) -> tuple[Colour, tuple[Colour, Colour]]:
    while True:
        tone = np.array([rng.uniform(0.6, 0.93), rng.uniform(0, 0.05), rng.uniform(0, 7)])
        solid = np.array([rng.uniform(0.45, 0.85), rng.uniform(0.04, 0.12), rng.uniform(0, 7)])
        if np.linalg.norm(_lab(solid) - _lab(tone)) > 0.16:
            break
    change = [-rng.uniform(0.06, 0.16), rng.uniform(-0.02, 0.02), rng.uniform(-0.6, 0.6)]
    return _colour(solid), (_colour(tone), _colour(tone + change))


def _lab(lch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lightness, chroma and hue as Oklab (3,)."""
    lightness, chroma, hue = lch
    return np.array([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])


def _colour(lch: NDArray[np.float64]) -> Colour:
    """Linear sRGB (3, 1) of lightness, chroma and hue in Oklab."""
    rgb = _RGB_OF_CONES @ (_CONES_OF_LAB @ _lab(lch)) ** 3
    return np.clip(rgb, 0.01, 1).astype(np.float32)[:, None]


# Ottosson 2020, "A perceptual color space for image processing"
_CONES_OF_LAB = np.array(
    [
        [1, 0.3963377774, 0.2158037573],
        [1, -0.1055613458, -0.0638541728],
        [1, -0.0894841775, -1.2914855480],
    ]
)
_RGB_OF_CONES = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)

"""Colours that everybody can read: WCAG 2.2 contrast, and what colour-blind eyes tell apart.

Simulation: the matrices of Machado, Oliveira and Fernandes 2009 at severity 1.0, on linear RGB.
Difference: Euclidean in CIE L*a*b* (D65), where about 2.3 is just noticeable.
"""

import tomllib
from itertools import pairwise

import numpy as np
import pytest

from resnet.drawing.palette import DARK, LIGHT, rgb_of, stylesheet
from tests.conftest import ROOT

THEMES = {"light": LIGHT, "dark": DARK}
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868],
         [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968],
         [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779],
         [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375],
     [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip


def linear(colour: str) -> np.ndarray:
    rgb = np.array(rgb_of(colour)) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, eyes: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(EYES[eyes] @ linear(colour), 0, 1) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: str, other: str, eyes: str) -> float:
    return float(np.linalg.norm(lab(one, eyes) - lab(other, eyes)))


def test_the_simulation_knows_what_is_hard_to_tell_apart():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WebAIM's example
    red, green = "#c04040", "#707000"
    assert difference(red, green, "deuteranopia") < 0.4 * difference(red, green, "normal")


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable_where_it_stands(name):
    theme = THEMES[name]
    pairs = {
        "text": (theme.ink, theme.paper),
        "captions": (theme.quiet, theme.paper),
        "on convolutions": (theme.on_conv, theme.conv),
        "on BN": (theme.on_bn, theme.bn),
        "on ReLU": (theme.on_relu, theme.relu),
        "on gates": (theme.on_change, theme.change),
        "on badges": (theme.ink, theme.shades[1]),
        "on a badge under the pointer": (theme.ink, theme.shades[4]),
    }
    assert {what: contrast(*pair) for what, pair in pairs.items() if contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out_from_what_is_behind_them(name):
    theme = THEMES[name]
    behind = {"conv": theme.paper, "relu": theme.paper, "wire": theme.paper, "ink": theme.deepest}
    for mark, ground in behind.items():
        assert contrast(getattr(theme, mark), ground) >= 3, mark  # WCAG 1.4.11
    assert contrast(theme.relu, theme.bn) >= 3


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("name", THEMES)
def test_orange_is_never_taken_for_blue(name, eyes):
    theme = THEMES[name]
    for blue in (theme.conv, theme.bn, theme.wire, *theme.shades):
        assert difference(theme.change, blue, eyes) > 25, blue


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("name", THEMES)
def test_shades_deepen_from_the_image_to_the_last_stage(name, eyes):
    light = [lab(shade, eyes)[0] for shade in THEMES[name].shades]
    steps = [b - a for a, b in pairwise(light)]
    assert all(step < 0 for step in steps) or all(step > 0 for step in steps)


@pytest.mark.parametrize("name", THEMES)
def test_the_page_has_the_pictures_paper_and_ink(name):
    config = tomllib.loads((ROOT / "explorer" / ".streamlit" / "config.toml").read_text("utf-8"))
    page, theme = config["theme"][name], THEMES[name]
    assert (page["backgroundColor"], page["textColor"]) == (theme.paper, theme.ink)


def test_a_page_follows_its_scheme_and_a_file_has_one():
    assert f"--conv: light-dark({LIGHT.conv}, {DARK.conv})" in stylesheet()
    assert f"--conv: {DARK.conv};" in stylesheet("dark")
    assert "light-dark" not in stylesheet("dark")

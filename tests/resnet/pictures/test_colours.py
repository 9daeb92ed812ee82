"""Sequences of colours in which lightness says how much, and none that is a rainbow."""

import numpy as np
import plotly.colors
import pytest

from resnet.pictures.colours import COLOURS, SEQUENCES, colours

SHARES = np.linspace(0, 1, 201, dtype=np.float32)


def lightness(rgb: np.ndarray) -> np.ndarray:
    """L* of CIE 1976 for sRGB (…, 3) in 0..255, by IEC 61966-2-1."""
    linear = rgb / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    cube = np.cbrt(luminance)
    return np.where(luminance > (6 / 29) ** 3, 116 * cube - 16, luminance * (29 / 3) ** 3)


@pytest.mark.parametrize("name", SEQUENCES)
def test_more_evidence_is_lighter_by_equal_steps(name):
    steps = np.diff(lightness(colours(SHARES, name)))
    assert (steps > 0).all()
    assert steps.max() < 1.6 * steps.mean()
    assert steps.min() > 0.4 * steps.mean()


def test_a_rainbow_would_not_pass():
    jet = np.array(plotly.colors.convert_colors_to_same_type(plotly.colors.sequential.Jet)[0])
    rgb = np.array([plotly.colors.unlabel_rgb(colour) for colour in jet])
    assert (np.diff(lightness(rgb)) < 0).any()


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_colours_are_those_of_plotlys_own_tables(name):
    theirs = getattr(plotly.colors.sequential, name.capitalize())
    rgb = np.array([plotly.colors.hex_to_rgb(colour) for colour in theirs])
    ours = colours(np.linspace(0, 1, len(theirs), dtype=np.float32), name)
    assert np.abs(ours - rgb).max() < 5


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_colours_are_matplotlibs_where_it_is_installed(name):
    matplotlib = pytest.importorskip("matplotlib")
    theirs = 255 * matplotlib.colormaps[name](SHARES)[:, :3]
    assert np.abs(colours(SHARES, name) - theirs).max() < 12  # most at cividis's one corner


def test_signed_colours_darken_to_either_side():
    for sign in (-1, 1):
        assert (np.diff(lightness(colours(sign * SHARES[1:], "signed"))) < 0).all()


def test_an_unknown_name_is_no_colour():
    assert "jet" not in COLOURS
    with pytest.raises(KeyError):
        colours(SHARES, "jet")


def test_signed_colours_are_blue_against_and_orange_for_to_the_fullest():
    least = np.finfo(np.float32).tiny
    found = colours(np.array([-least, -1, least, 1], np.float32), "signed")
    assert found.tolist() == [[120, 180, 225], [8, 60, 130], [255, 190, 90], [190, 50, 0]]


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_sequence_begins_at_nothing(name):
    found = colours(np.array([-1, 0, 1, 2], np.float32), name)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[2], found[3])


def test_the_colours_are_named_signed_first():
    assert COLOURS == ("signed", "cividis", "magma", "viridis")

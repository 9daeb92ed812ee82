"""Colours say the sign and the share of the fullest value, and nothing is stretched."""

import numpy as np
import pytest
from PIL import Image

from resnet.overlay import blend, heat, strength


@pytest.fixture
def pixels() -> np.ndarray:
    values = np.array([[0.0, 0.25, 1.0], [0.0, -0.5, -1.0]], np.float32)
    return np.asarray(heat(values, full=1.0))


def test_nothing_is_drawn_at_zero_and_more_where_there_is_more(pixels):
    assert pixels[:, 0, 3].tolist() == [0, 0]
    assert pixels[..., 3].tolist() == [[0, 64, 255], [0, 128, 255]]


def test_orange_speaks_for_and_blue_against(pixels):
    red, blue = pixels[..., 0].astype(int), pixels[..., 2].astype(int)
    assert (red[0, 1:] > blue[0, 1:] + 100).all()
    assert (blue[1, 1:] > red[1, 1:] + 100).all()


def test_positive_only_hides_what_speaks_against():
    drawn = np.asarray(heat(np.array([[-3.0, 3.0]], np.float32), full=3, signs="positive"))
    assert drawn[0, :, 3].tolist() == [0, 255]


def test_one_scale_serves_several_maps():
    assert strength([[[1.0, -4.0]], [[2.0, 3.0]]]) == 4
    assert strength(np.zeros((2, 2))) == 0


def test_a_map_of_zeros_leaves_the_photograph_alone():
    photo = Image.new("RGB", (4, 4), (10, 200, 30))
    nothing = heat(np.zeros((4, 4), np.float32), full=0.0)
    assert np.array_equal(np.asarray(blend(photo, nothing)), np.asarray(photo))


def test_opacity_scales_the_heat():
    photo = Image.new("RGB", (1, 1), "black")
    hot = heat(np.ones((1, 1), np.float32), full=1)
    full, half, none = (blend(photo, hot, o).getpixel((0, 0))[0] for o in (1, 0.5, 0))
    assert none == 0 < half < full
    assert half == pytest.approx(full / 2, abs=2)

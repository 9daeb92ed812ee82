"""Colours say the sign and the share of the fullest value, and nothing is stretched."""

import numpy as np
import pytest
from PIL import Image

from resnet import ResNetSpec, trace
from resnet.pictures.overlay import (
    SIDE,
    Style,
    blend,
    colour_bar,
    colour_table,
    faded,
    heat,
    heat_by_table,
    over_grey,
    photo_and_heat,
    row_weights,
    strength,
)
from tests.alpha import premultiplied


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
    drawn = np.asarray(heat(np.array([[-3.0, 3.0]], np.float32), 3, Style("positive")))
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


def test_negative_only_hides_what_speaks_for():
    drawn = np.asarray(heat(np.array([[-3.0, 3.0]], np.float32), 3, Style("negative")))
    assert drawn[0, :, 3].tolist() == [255, 0]


@pytest.mark.parametrize("palette", ["signed", "cividis"])
def test_a_threshold_hides_all_below_its_share_of_the_fullest(palette):
    values = np.array([[0.1, 0.49, 0.5, 1.0]], np.float32) * 8
    alpha = np.asarray(heat(values, 8, Style(palette=palette, threshold=0.5)))[0, :, 3]
    assert alpha[:2].tolist() == [0, 0]
    assert (alpha[2:] > 0).all()


def test_a_threshold_treats_both_signs_alike():
    drawn = np.asarray(
        heat(np.array([[-0.9, -0.2, 0.2, 0.9]], np.float32), 1, Style(threshold=0.3))
    )
    assert (drawn[0, :, 3] > 0).tolist() == [True, False, False, True]


def test_a_sequence_is_opaque_and_says_nothing_of_what_speaks_against():
    drawn = np.asarray(
        heat(np.array([[-1.0, 0.0, 0.5, 1.0]], np.float32), 1, Style(palette="magma"))
    )
    assert (drawn[0, :, 3] == 255).all()
    assert drawn[0, 0].tolist() == drawn[0, 1].tolist() != drawn[0, 2].tolist()


def test_a_sequence_draws_nothing_where_nothing_speaks_for_the_class():
    drawn = heat(np.full((2, 2), -1.0, np.float32), 1, Style(palette="viridis"))
    assert drawn.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize(("signs", "ends"), [("both", 2), ("positive", 1), ("negative", 1)])
def test_a_legend_has_the_colours_of_the_map(signs, ends):
    row = colour_bar(Style(signs))
    drawn = heat(np.array([[-1.0, 1.0]], np.float32), 1, Style(signs))
    assert {row.getpixel((0, 0)), row.getpixel((row.width - 1, 0))} & {
        drawn.getpixel((x, 0)) for x in (0, 1) if drawn.getpixel((x, 0))[3]
    }
    assert sum(row.getpixel((x, 0))[3] == 255 for x in (0, row.width - 1)) == ends


@pytest.mark.parametrize("placement", ["receptive-field", "conventional"])
@pytest.mark.parametrize(
    "style", [Style(), Style("negative", threshold=0.3), Style("positive", "magma", 0.2)]
)
@pytest.mark.parametrize("name", ["layer2", "layer4"])
def test_rows_and_a_table_of_colours_make_the_same_heat(placement, style, name):
    stage, view = trace(ResNetSpec()).stage(name), Image.new("RGB", (224, 224))
    cells = stage.out_shape[1]
    values = np.random.default_rng(cells).normal(size=(cells, cells)).astype(np.float32)
    _, hot = photo_and_heat(view, values, stage, 300, placement, style)
    spread = row_weights(cells, stage, 224, 300, placement)
    drawn = np.asarray(heat_by_table(values, spread, colour_table(style)))
    off = np.abs(premultiplied(drawn) - premultiplied(np.asarray(hot))).max(-1) > 1.5
    assert off.mean() < 0.005  # but for pixels on the edge of a threshold
    assert style.threshold or not off.any()


def test_two_maps_can_be_drawn_on_one_scale():
    stage, view = trace(ResNetSpec()).stage("layer4"), Image.new("RGB", (224, 224))
    weak = np.ones((7, 7), np.float32)
    _, alone = photo_and_heat(view, weak, stage, 224)
    _, shared = photo_and_heat(view, weak, stage, 224, full=4.0)
    assert alone.getchannel("A").getextrema() == (255, 255)
    assert shared.getchannel("A").getextrema() == (64, 64)


def test_a_table_of_colours_has_every_tenth():
    table = colour_table()
    assert table.shape == (1021, 4)
    tenths = np.linspace(-1, 1, 21, dtype=np.float32)
    assert np.array_equal(table[::51], np.asarray(heat(tenths[None], 1))[0])


def test_a_bar_of_colours_shows_nothing_in_its_middle():
    assert colour_bar().size == (33, 1)
    assert [colour_bar().getpixel((x, 0))[3] for x in (0, 16, 32)] == [255, 0, 255]


@pytest.mark.parametrize(("share", "full"), [(1, 100), (0.99, 99), (0.5, 50), (0, 0)])
def test_a_few_values_may_be_left_beyond_full(share, full):
    assert strength(-np.arange(101.0), share) == full


def test_strength_of_no_map_is_none():
    assert strength(np.zeros((0, 3))) == 0


def test_a_pale_ground_keeps_two_fifths_of_the_grey():
    black, red = (Image.new("RGB", (1, 1), colour) for colour in ("black", "red"))
    assert faded(black).getpixel((0, 0)) == (153, 153, 153)
    assert faded(red).getpixel((0, 0)) == (183, 183, 183)  # a luma of 76


def test_heat_is_laid_on_by_seven_tenths_and_on_grey_by_nine():
    photo, full = Image.new("RGB", (2, 2), "black"), np.ones((2, 2), np.float32)
    hot = heat(full, 1).getpixel((0, 0))[0]
    assert blend(photo, heat(full, 1)).getpixel((0, 0))[0] == pytest.approx(0.7 * hot, abs=1)
    over = over_grey(photo, full, 1, 2).getpixel((0, 0))[0]
    assert over == pytest.approx(0.9 * hot + 0.1 * 153, abs=1)


def test_a_written_overlay_is_448_pixels_wide():
    assert SIDE == 448


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        (Style("both"), (-1, 1)),
        (Style("positive"), (0, 1)),
        (Style("negative"), (-1, 0)),
        (Style("negative", "magma"), (0, 1)),
    ],
)
def test_a_style_knows_what_it_shows(style, shown):
    assert style.range == shown

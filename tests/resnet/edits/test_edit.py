"""Edits act where they say, and nowhere else; controls are of equal area, and beside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resnet.edits.areas import Area
from resnet.edits.boxes import Box, EditError
from resnet.edits.changes import Colour, Picture, colour, mean_colour
from resnet.edits.edit import (
    TITLES,
    Edit,
    around,
    background,
    battery,
    blur,
    carton,
    crop,
    erase,
    grey,
    patch,
    rotate,
    text,
)  # fmt: skip
from resnet.pictures.transform import Transform

SIDE = 64
VIEW = Image.fromarray(np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8))
BOX = Box(0.25, 0.5, 0.125, 0.25)
HERE = np.s_[32:48, 16:24]  # rows and columns of it
RED = (255, 0, 0)
MASK = np.zeros((SIDE, SIDE), bool)
MASK[10:30, 20:50] = MASK[30:40, 20:25] = True


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


def changed(edit: Edit) -> np.ndarray:
    return (pixels(edit(VIEW)) != pixels(VIEW)).any(-1)


@st.composite
def boxes(draw) -> Box:
    left, top = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return Box(left, top, draw(st.floats(0.01, 1 - left)), draw(st.floats(0.01, 1 - top)))


def test_a_box_is_erased_and_nothing_else():
    erased = pixels(erase(BOX, Colour(RED))(VIEW))
    assert (erased[HERE] == RED).all()
    erased[HERE] = pixels(VIEW)[HERE]
    assert (erased == pixels(VIEW)).all()


@given(boxes(), st.integers(1, 70))
def test_every_box_lies_inside_and_has_a_pixel(box, side):
    left, top, right, bottom = box.pixels(side)
    assert 0 <= left < right <= side
    assert 0 <= top < bottom <= side


@given(boxes(), st.integers(0, 5))
def test_controls_have_the_same_area_and_share_a_quarter_at_most(box, seed):
    edit = erase(box, Colour(RED))
    own = edit.area.covers(SIDE)
    for control in edit.controls(SIDE, 4, seed):
        there = control.area.covers(SIDE)
        assert there.sum() == own.sum()
        assert 4 * (there & own).sum() <= own.sum()


def test_controls_are_drawn_without_return_from_all_that_is_free_and_by_a_seed():
    edit = erase(Box(0, 0, 0.5, 0.5), Colour(RED))
    places = [control.area.box for control in edit.controls(4, 100)]
    assert (
        len(places) == len(set(places)) == 9 - 3
    )  # 3 × 3 places, of which 3 share half of it or all
    first, again, other = (edit.controls(SIDE, 3, seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("edit", [grey(), rotate(90), crop(), blur()], ids=lambda it: it.name)
def test_what_changes_the_whole_has_no_room_for_a_control(edit):
    assert edit.controls(SIDE, 8) == ()
    assert edit.area.covers(SIDE).all()
    assert edit(VIEW).size == VIEW.size
    assert edit(VIEW) != VIEW


def test_changes_of_the_whole_are_what_they_are_called():
    assert (pixels(grey()(VIEW)).std(-1) == 0).all()
    assert (pixels(rotate(90)(VIEW)) == np.rot90(pixels(VIEW))).all()
    even = Image.new("RGB", (SIDE, SIDE), RED)
    assert {edit(even).getpixel((0, 0)) for edit in (rotate(30), blur(), crop())} == {RED}
    assert pixels(blur()(VIEW)).std() < pixels(VIEW).std() / 8
    halves = Image.fromarray(np.repeat(np.uint8([[[0] * 3] * 32 + [[250] * 3] * 32]), 64, 0))
    dark = (pixels(crop()(halves))[0, :, 0] < 125).sum()
    assert dark == SIDE / 2  # the middle stays the middle


def test_a_picture_is_pasted_as_large_as_the_box():
    pasted = pixels(patch(BOX, Picture(Image.new("L", (9, 40), 200)))(VIEW))
    assert (pasted[HERE] == 200).all()
    assert changed(patch(BOX, Picture(Image.new("RGB", (9, 40), "white")))).sum() <= 16 * 8


def test_a_background_is_all_but_the_mask():
    swapped = background(MASK, Picture(Image.new("RGB", (100, 30), (1, 2, 3))))
    after = pixels(swapped(VIEW))
    assert (after[~MASK] == (1, 2, 3)).all()
    assert (after[MASK] == pixels(VIEW)[MASK]).all()
    assert (swapped.area.covers(SIDE) == ~MASK).all()
    moved = swapped.controls(SIDE, 3)
    assert [int(each.area.covers(SIDE).sum()) for each in moved] == [int((~MASK).sum())] * 3


def test_the_background_of_a_box_is_all_around_it():
    assert (pixels(around(BOX, Colour(RED))(VIEW))[HERE] == pixels(VIEW)[HERE]).all()
    assert around(BOX, Colour(RED)).area.covers(SIDE).sum() == SIDE**2 - 16 * 8


def test_an_empty_mask_is_refused():
    with pytest.raises(EditError, match="mask is empty"):
        background(np.zeros((SIDE, SIDE), bool), Colour(RED))


def test_words_are_half_transparent_and_stay_in_their_box():
    black = Image.new("RGB", (SIDE, SIDE))
    box = Box(0.25, 0.25, 0.5, 0.25)
    written = pixels(text("Stock", box)(black))
    assert 100 < written.max() <= 128
    written[box.pixels(SIDE).top : 32, 16:48] = 0
    assert not written.any()


@pytest.mark.parametrize(("words", "said"), [("  ", "no words"), ("a捷", "no letter for “捷”")])
def test_words_that_cannot_be_set_are_refused(words, said):
    with pytest.raises(EditError, match=said):
        text(words, BOX)


def test_the_carton_watermark_is_six_thin_letters_across_the_middle():
    black = Image.new("RGB", (224, 224))
    drawn = pixels(carton()(black))[..., 0]
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    assert 96 <= rows[0] < rows[-1] < 134
    assert columns[0] < 6
    assert columns[-1] > 210
    assert 60 < drawn.max() <= 128
    assert (drawn > 0).mean() < 0.07
    thirds = [drawn[:, 2 + 72 * i : 74 + 72 * i] for i in range(3)]
    assert np.abs(thirds[0] - thirds[1]).mean() < 1


def test_the_battery_is_fixed_and_every_edit_has_a_title():
    names = [edit.name for edit in battery()]
    assert names == [
        "carton", "tag top left", "tag top right", "tag bottom left", "tag bottom right",
        "crop", "grey", "blur",
    ]  # fmt: skip
    assert set(names) <= set(TITLES)
    corners = [changed(edit) for edit in battery()[1:5]]
    there = zip(corners, ((0, 0), (0, -1), (-1, 0), (-1, -1)), strict=True)
    assert all(at[place] for at, place in there)
    assert all(at.sum() <= 64 for at in corners)


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "", "90,0,20,10", "0,0,0,10", "nan,0,1,1"])
def test_what_is_no_box_inside_is_refused(box):
    with pytest.raises(EditError, match="per cent"):
        Box.read(box)


def test_a_box_is_read_in_per_cent():
    assert Box.read("25, 50, 12.5, 25") == BOX


def test_a_colour_is_one_that_is_known_or_the_model_s_mean():
    assert colour("red") == Colour(RED)
    with pytest.raises(EditError, match="no colour “pink”; take red"):
        colour("pink")
    assert mean_colour(Transform(8, 8, (0.2, 0.4, 0.6), (1, 1, 1))) == Colour((51, 102, 153))
    assert mean_colour(Transform(8, 8, (0.2,), (1,))) == Colour((51, 51, 51))


def test_an_area_around_a_box_spans_the_whole():
    assert Area(BOX, outside=True).span(SIDE).size == (SIDE, SIDE)
    assert Area(BOX).span(SIDE).size == (8, 16)

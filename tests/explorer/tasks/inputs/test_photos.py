"""Photographs as values."""

import pickle

import pytest

from explorer.tasks.inputs.photos import Photo, judge, middle, reduced, sample
from resnet.pictures.reading import ImageError
from tests.explorer.pages import png


@pytest.fixture
def photo(tmp_path) -> Photo:
    path = tmp_path / "0123"
    path.write_bytes(png())
    return Photo("orange.png", "0123", path)


def test_it_travels_without_its_pixels(photo):
    assert len(pickle.dumps(photo)) < 1000
    assert pickle.loads(pickle.dumps(photo)).image.size == (120, 90)
    assert not photo.drawn


@pytest.mark.parametrize("family", ["shapes", "solids"])
def test_samples_are_drawn_by_their_number(family):
    scenes = [sample(number, family) for number in range(1, 9)]
    assert all(scene.drawn for scene in scenes)
    assert len({scene.image.tobytes() for scene in scenes}) == 8
    assert len({scene.key for scene in scenes}) == 8
    assert sample(1, family).key != sample(1, "solids" if family == "shapes" else "shapes").key


def test_samples_of_a_model_that_knows_photographs_are_files():
    cat = sample(3, "imagenet")
    assert not cat.drawn
    assert cat.name == "Cat"
    assert cat.image.size == (451, 300)


def test_it_is_shown_small_with_its_own_size(photo):
    small = reduced(photo, 60)
    assert (small.image.size, small.size) == ((60, 45), (120, 90))
    assert middle(photo, 30).size == (30, 30)
    assert photo.image.size == (120, 90)


def test_what_is_no_picture_is_judged():
    judge(png(), "orange.png")
    with pytest.raises(ImageError):
        judge(b"nothing", "orange.png")

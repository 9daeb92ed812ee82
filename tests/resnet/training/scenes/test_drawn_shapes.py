"""Shapes: what a scene promises, and what must not give its class away."""

import subprocess
import sys

import numpy as np
import pytest

from resnet.training.scenes.drawn_shapes import (
    HELD_OUT_SEEDS,
    SHAPES,
    SIZE,
    TRAINING_SEEDS,
    Scene,
    scene,
    scenes,
)


@pytest.fixture(scope="module")
def singles() -> list[Scene]:
    return list(scenes(TRAINING_SEEDS[:400]))


@pytest.fixture(scope="module")
def pairs() -> list[Scene]:
    return list(scenes(TRAINING_SEEDS[:60], objects=2))


@pytest.mark.parametrize("objects", [1, 2])
def test_a_scene_holds_an_image_and_a_label_and_a_mask_for_each_object(objects):
    one = scene(7, objects)
    assert one.image.shape == (SIZE, SIZE, 3)
    assert one.image.dtype == np.uint8
    assert one.masks.shape == (objects, SIZE, SIZE)
    assert one.masks.dtype == np.bool_
    assert len(one.labels) == objects
    assert all(0 <= label < len(SHAPES) for label in one.labels)


@pytest.mark.parametrize("objects", [1, 2])
def test_a_seed_always_gives_the_same_scene(objects):
    once, again = scene(11, objects), scene(11, objects)
    assert once.labels == again.labels
    np.testing.assert_array_equal(once.image, again.image)
    np.testing.assert_array_equal(once.masks, again.masks)


def test_another_seed_gives_another_scene(singles):
    assert len({one.image.tobytes() for one in singles}) == len(singles)


def test_training_and_held_out_seeds_share_nothing():
    assert max(TRAINING_SEEDS) < min(HELD_OUT_SEEDS)


def test_any_other_number_of_objects_is_refused():
    with pytest.raises(ValueError, match="1 or 2 objects; got 3"):
        scene(0, objects=3)


def test_there_are_ten_classes_and_each_is_drawn_about_equally_often(singles):
    counts = np.bincount([one.labels[0] for one in singles], minlength=10)
    assert len(SHAPES) == len(set(SHAPES)) == 10
    # 400 / 10, five standard deviations of a binomial either way
    assert counts.min() >= 10
    assert counts.max() <= 70


def test_a_bare_scene_is_an_object_on_flat_ground():
    for seed in range(20):
        one = scene(seed, bare=True)
        far = ~_grown(one.masks[0], 3)
        assert one.image[far].std(0).max() < 12  # the grain alone
        assert one.image[~far].std(0).max() > 12


def _grown(mask: np.ndarray, by: int) -> np.ndarray:
    """The mask and all within `by` pixels of it, the border included."""
    shifts = range(-by, by + 1)
    return np.any([np.roll(mask, (dy, dx), (0, 1)) for dy in shifts for dx in shifts], axis=0)


def test_two_objects_are_of_different_classes_and_lie_apart(pairs):
    for one in pairs:
        assert one.labels[0] != one.labels[1]
        assert not (one.masks[0] & one.masks[1]).any()


def test_every_object_stays_visible_and_clear_of_the_border(singles, pairs):
    visible = np.array([mask.sum() for one in singles + pairs for mask in one.masks])
    assert visible.min() >= 60  # of 4096 pixels
    border = np.ones((SIZE, SIZE), bool)
    border[1:-1, 1:-1] = False
    touching = [(mask & border).any() for one in singles + pairs for mask in one.masks]
    assert np.mean(touching) < 0.05


def test_a_mask_lies_on_the_object_since_colours_change_at_its_edge(singles):
    """The image's gradient is steeper along a mask's outline than along the same one moved."""
    on, moved = [], []
    for one in singles[:100]:
        slope = _slope(one.image)
        outline = _slope(one.masks[0][..., None]) > 0
        on.append(slope[outline].mean())
        moved.append(slope[np.roll(outline, (16, 16), (0, 1))].mean())
    assert np.mean(np.array(on) > np.array(moved)) > 0.95


def test_clutter_covers_a_part_of_some_objects(singles):
    """What a disc lacks of the ellipse around it stands before it, or is due to a slant."""
    circle = SHAPES.index("circle")
    discs = [one.masks[0] for one in singles if one.labels[0] == circle]
    covered = [1 - disc.sum() / _ellipse_area(disc) for disc in discs]
    assert np.mean(np.array(covered) > 0.05) > 0.1
    assert max(covered) < 0.6


def test_mean_colour_does_not_tell_the_class(singles):
    """Nearest class mean of image, object and surroundings: chance is 0.1, here ± 0.035."""
    labels = np.array([one.labels[0] for one in singles])
    colours = np.array([_mean_colours(one) for one in singles])
    fit, held = slice(0, 200), slice(200, 400)
    centres = np.array([colours[fit][labels[fit] == k].mean(0) for k in range(10)])
    nearest = np.linalg.norm(colours[held][:, None] - centres, axis=-1).argmin(1)
    assert np.mean(nearest == labels[held]) < 0.2


def test_scenes_are_drawn_when_they_are_asked_for():
    endless = scenes(iter(lambda: 3, None))
    assert next(endless).labels == scene(3).labels


def test_drawing_needs_no_torch():
    code = (
        "import sys; from resnet.training.scenes.drawn_shapes import scene; "
        "scene(0); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _slope(image: np.ndarray) -> np.ndarray:
    """Change of (H, W, C) from each pixel to the next ones, summed: (H, W)."""
    image = image.astype(float)
    down = np.abs(np.diff(image, axis=0, append=image[-1:])).sum(-1)
    right = np.abs(np.diff(image, axis=1, append=image[:, -1:])).sum(-1)
    return down + right


def _ellipse_area(mask: np.ndarray) -> float:
    """Area of the upright ellipse of a mask's height and width."""
    height, width = mask.any(1).sum(), mask.any(0).sum()
    return np.pi / 4 * height * width


def _mean_colours(one: Scene) -> np.ndarray:
    mask = one.masks[0]
    parts = (one.image.mean((0, 1)), one.image[mask].mean(0), one.image[~mask].mean(0))
    return np.concatenate(parts)

"""Solids: what a scene promises, and what must not give its class away."""

import subprocess
import sys

import numpy as np
import pytest

from resnet.training.scenes.drawn_shapes import TRAINING_SEEDS, Scene
from resnet.training.scenes.drawn_solids import SIZE, SOLIDS, sample, scene, scenes


@pytest.fixture(scope="module")
def shown() -> list[Scene]:
    return list(scenes(TRAINING_SEEDS[:200]))


def test_a_scene_holds_an_image_a_label_and_a_mask(shown):
    for one in shown:
        assert (one.image.shape, one.image.dtype) == ((SIZE, SIZE, 3), np.uint8)
        assert (one.masks.shape, one.masks.dtype) == ((1, SIZE, SIZE), np.bool_)
        assert one.labels[0] in range(len(SOLIDS))


def test_a_seed_always_gives_the_same_scene_and_another_seed_another(shown):
    again = scene(TRAINING_SEEDS[3])
    np.testing.assert_array_equal(again.image, shown[3].image)
    np.testing.assert_array_equal(again.masks, shown[3].masks)
    assert again.labels == shown[3].labels
    assert len({one.image.tobytes() for one in shown}) == len(shown)


def test_there_are_ten_classes_and_each_is_drawn_about_equally_often(shown):
    counts = np.bincount([one.labels[0] for one in shown], minlength=10)
    assert len(SOLIDS) == len(set(SOLIDS)) == 10
    # 200 / 10, four and a half standard deviations of a binomial either way
    assert counts.min() >= 2
    assert counts.max() <= 40


def test_a_solid_is_whole_and_large_enough_to_be_pointed_at(shown):
    for one in shown:
        assert one.masks.mean() > 0.04
        border = one.masks[0].copy()
        border[1:-1, 1:-1] = False
        assert not border.any()


def test_a_mask_lies_on_the_solid_since_colours_change_at_its_edge(shown):
    """The image's gradient is steeper along a mask's outline than along the same one moved."""
    on, moved = [], []
    for one in shown[:60]:
        slope = _slope(one.image)
        outline = _slope(one.masks[0][..., None]) > 0
        on.append(slope[outline].mean())
        moved.append(slope[np.roll(outline, (40, 40), (0, 1))].mean())
    assert np.mean(np.array(on) > np.array(moved)) > 0.95


def test_mean_colour_does_not_tell_the_class(shown):
    """Nearest class mean of solid and surroundings: chance is 0.1, here ± 0.03."""
    labels = np.array([one.labels[0] for one in shown])
    colours = np.array([_mean_colours(one) for one in shown])
    fit, held = slice(0, 100), slice(100, 200)
    centres = np.array([colours[fit][labels[fit] == k].mean(0) for k in range(10)])
    nearest = np.linalg.norm(colours[held][:, None] - centres, axis=-1).argmin(1)
    assert np.mean(nearest == labels[held]) < 0.2


def test_the_ground_is_darker_where_the_solid_keeps_the_sun_from_it(shown):
    """Close around the solid the darkest ground is far below the median of all."""
    contrasts = []
    for one in shown[:60]:
        ground = one.image.mean(-1)[~one.masks[0]]
        contrasts.append(np.percentile(ground, 1) / np.median(ground))
    assert np.median(contrasts) < 0.8


def test_samples_are_scenes_of_their_own():
    seen = {sample(number).tobytes() for number in range(1, 9)}
    assert len(seen) == 8
    assert sample(1).size == (SIZE, SIZE)


def test_drawing_needs_no_torch():
    code = (
        "import sys; from resnet.training.scenes.drawn_solids import scene; "
        "scene(0); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _slope(image: np.ndarray) -> np.ndarray:
    """Change of (H, W, C) from each pixel to the next ones, summed: (H, W)."""
    image = image.astype(float)
    down = np.abs(np.diff(image, axis=0, append=image[-1:])).sum(-1)
    right = np.abs(np.diff(image, axis=1, append=image[:, -1:])).sum(-1)
    return down + right


def _mean_colours(one: Scene) -> np.ndarray:
    mask = one.masks[0]
    return np.concatenate([one.image[mask].mean(0), one.image[~mask].mean(0)])

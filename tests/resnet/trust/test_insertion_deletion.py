"""Curves of what is inserted and deleted, and their controls."""

import numpy as np
import pytest
import torch

from resnet.model.progress import last
from resnet.trust.insertion_deletion import (
    BASELINES,
    controls,
    curve_forwards,
    score_curves,
)
from tests.resnet.trust.drawn import DRAWN, LABEL


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("baseline", BASELINES)
def test_inserting_the_true_object_first_beats_every_control(shapes, image, baseline):
    mask = DRAWN.masks[0].astype(np.float32)
    found = last(
        score_curves(shapes.model, image, LABEL, mask, None, baseline, steps=16, randoms=3)
    )
    by_name = {curve.name: curve for curve in found}
    assert [*by_name] == ["map", "random 1", "random 2", "random 3", "centre", "edges", "empty"]
    best = by_name.pop("map")
    assert all(best.insertion_auc > curve.insertion_auc for curve in by_name.values())


def test_curves_run_between_the_image_and_its_baseline_pixel_by_pixel(shapes, image):
    values = noise(4, 64, 64).astype(np.float32)
    first = next(score_curves(shapes.model, image, LABEL, values, None, steps=4)).result[0]

    def score(x):
        return float(shapes.model(x).softmax(1)[0, LABEL])

    grey = torch.zeros_like(image)
    ends = [score(grey), score(image)]
    assert [first.insertion[0], first.insertion[-1]] == pytest.approx(ends, abs=1e-5)
    assert [first.deletion[-1], first.deletion[0]] == pytest.approx(ends, abs=1e-5)
    highest = torch.from_numpy(values >= np.quantile(values, 0.75))
    quarter = torch.where(highest, image, grey)
    assert first.insertion[1] == pytest.approx(score(quarter), abs=1e-4)
    assert first.insertion_auc == pytest.approx(
        sum((a + b) / 8 for a, b in zip(first.insertion[:-1], first.insertion[1:], strict=True))
    )


def test_controls_ask_no_model_and_repeat(image):
    first, again, other = (controls(image, (8, 8), 2, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["random 1"], other["random 1"])
    assert first["centre"][3:5, 3:5].min() > first["centre"][0, 0]
    assert not first["empty"].any()
    flat = image.clone()
    flat[..., :32] = 1
    flat[..., 32:] = 0
    edges = controls(flat, (8, 8))["edges"]
    assert set(np.argwhere(edges > 0)[:, 1].tolist()) == {3, 4}


def test_a_baseline_that_is_not_is_named(shapes, image):
    with pytest.raises(ValueError, match="grey or blurred"):
        next(score_curves(shapes.model, image, LABEL, np.zeros((8, 8), np.float32), None, "black"))


def test_the_forwards_of_curves_are_counted_before(shapes, image):
    seen = []

    def model(x):
        seen.append(len(x))
        return shapes.model(x)

    last(score_curves(model, image, LABEL, np.zeros((8, 8), np.float32), None, steps=4, randoms=1))
    assert sum(seen) == curve_forwards(steps=4, randoms=1)

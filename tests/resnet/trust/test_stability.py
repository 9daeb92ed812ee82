"""Maps of a changed picture and in other precisions."""

import numpy as np
import pytest
from PIL import Image

from resnet.maps.similarity import pearson
from resnet.model.progress import last
from resnet.trust.stability import rounding, stability, view_changes
from tests.resnet.trust.drawn import DRAWN, LABEL


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def test_maps_are_moved_back_before_they_are_compared():
    values = noise(0, 16, 16).astype(np.float32)
    by_name = {change.name: change for change in view_changes(16)}
    assert [*by_name][:3] == ["shift 1 px", "shift 2 px", "flip"]
    one, other = by_name["flip"].aligned(values, values[:, ::-1])
    assert np.array_equal(one, other)
    moved = np.concatenate([np.zeros((16, 2), np.float32), values[:, :-2]], axis=1)
    one, other = by_name["shift 2 px"].aligned(values, moved)
    assert one.shape == (16, 14)
    assert np.array_equal(one, other)


def test_what_moves_in_the_picture_moves_as_its_map_does():
    view = Image.fromarray(DRAWN.image)
    for change in view_changes(64):
        changed = change.apply(view)
        assert changed.size == view.size
        grey = (np.asarray(p.convert("L"), float) for p in (view, changed))
        assert pearson(*change.aligned(*grey)) > 0.9, change.name


def test_stability_is_the_correlation_of_both_maps(shapes, asked):
    view = Image.fromarray(DRAWN.image)
    found = {
        row.change: row
        for row in last(stability(shapes.model, view, shapes.transform.tensor, asked))
    }
    mirrored = Image.fromarray(DRAWN.image[:, ::-1].copy())
    one, other = (
        asked.on_pixels(shapes.model, shapes.transform.tensor(v)[None]) for v in (view, mirrored)
    )
    row = found["flip"]
    assert row.correlation == pytest.approx(np.corrcoef(one.ravel(), other[:, ::-1].ravel())[0, 1])
    logits = shapes.model(shapes.transform.tensor(mirrored)[None])[0]
    assert row.probability == pytest.approx(float(logits.softmax(0)[LABEL]), abs=1e-5)


def test_rounding_is_small_and_named(shapes, image):
    found = {row.precision: row for row in last(rounding(shapes.model, image, LABEL))}
    assert [*found] == ["bf16", "fp16"]
    assert 0 < found["fp16"].map_error < found["bf16"].map_error < 0.05

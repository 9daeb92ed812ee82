"""Embeddings in the plane: the two directions of most variance, and ever the same sample."""

import numpy as np

from resnet.audit.findings.plane import plane, sample


def test_points_keep_the_two_directions_in_which_embeddings_differ_most():
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(200, 2)) * (5, 2)
    turned, _ = np.linalg.qr(rng.normal(size=(16, 16)))
    embeddings = wide @ turned[:2] + 0.01 * rng.normal(size=(200, 16))
    found = plane(embeddings.astype(np.float32))
    distances = np.linalg.norm(found.points[0] - found.points[1:], axis=1)
    assert np.allclose(distances, np.linalg.norm(wide[0] - wide[1:], axis=1), rtol=0.05, atol=0.1)
    assert sum(found.shares) > 0.99


def test_a_sample_is_ever_the_same_and_in_order():
    places = np.arange(100, 50, -1)
    assert np.array_equal(sample(places, 50), places)
    some = sample(places, 20)
    assert np.array_equal(some, sample(places, 20))
    assert len({*some.tolist()}) == 20
    assert np.all(np.diff(some) < 0)

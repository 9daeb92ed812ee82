"""Solids as distance functions, how they rest, and what rays make of them."""

import numpy as np
import pytest

from resnet.training.scenes.grounds import _GROUNDS
from resnet.training.scenes.ray_marching import lit, meet, normals, open_above
from resnet.training.scenes.solids import ALL

SPHERE = ALL["sphere"].distance  # of radius 0.8
EYE = np.array([[0], [0], [5]], np.float32)
AHEAD = np.array([[0], [0], [-1]], np.float32)


def _points(n: int, reach: float = 1.5) -> np.ndarray:
    return np.random.default_rng(0).uniform(-reach, reach, (3, n)).astype(np.float32)


@pytest.mark.parametrize("name", ALL)
def test_a_distance_never_changes_faster_than_its_point_moves(name):
    """What makes it a lower bound, so that no step of a ray can pass through the solid."""
    distance = ALL[name].distance
    one, other = _points(20_000), _points(40_000)[:, 20_000:]
    near = one + 0.02 * other  # the steepest places are found by short ways
    for end in (other, near):
        change = abs(distance(one) - distance(end))
        assert (change <= np.linalg.norm(one - end, axis=0) + 1e-5).all()


@pytest.mark.parametrize("name", ALL)
def test_a_solid_lies_in_the_unit_ball_around_a_point_of_its_own(name):
    points = _points(50_000, 1.3)
    inside = ALL[name].distance(points) < 0
    assert np.linalg.norm(points[:, inside], axis=0).max() < 1.001
    assert 0.02 < inside.mean() < 0.25  # none is a sliver


@pytest.mark.parametrize("name", ALL)
def test_a_solid_at_rest_touches_the_ground_and_stays_above_it(name):
    for rest in ALL[name].rests:
        down = np.array(rest.down)[:, None] / np.linalg.norm(rest.down)
        below = _points(200_000, 1.0)
        below += (rest.height - (down * below).sum(0)) * down  # onto the ground
        touching = ALL[name].distance(below.astype(np.float32)).min()
        assert -0.001 <= touching < 0.02, rest


def test_a_ray_meets_a_sphere_where_geometry_says():
    across = np.linspace(-0.15, 0.15, 31)
    rays = np.stack([np.sin(across), 0 * across, -np.cos(across)]).astype(np.float32)
    met, missed = meet(SPHERE, EYE, rays)
    least = 5 * abs(np.sin(across))  # how near it comes to the middle
    expected = 5 * np.cos(across) - np.sqrt(0.64 - least**2)
    np.testing.assert_allclose(met, expected, atol=0.01)
    assert (missed == 0).all()


def test_a_ray_that_misses_says_by_how_much():
    slants = np.array([0.162, 0.18, 0.3])  # the last one passes by the unit ball
    rays = np.stack([np.sin(slants), 0 * slants, -np.cos(slants)]).astype(np.float32)
    _, missed = meet(SPHERE, EYE, rays)
    gaps = (5 * np.sin(slants[:2]) - 0.8) / (5 * np.cos(slants[:2]))
    np.testing.assert_allclose(missed[:2], gaps, rtol=0.15)
    assert np.isinf(missed[2])


def test_normals_of_a_sphere_point_away_from_its_middle():
    points = _points(100)
    points *= 0.8 / np.linalg.norm(points, axis=0)
    np.testing.assert_allclose(normals(SPHERE, points), points / 0.8, atol=0.01)


def test_light_is_taken_by_the_solid_softly_and_only_behind_it():
    row = np.array([0.0, 0.75, 0.85, 0.95, 1.3, 3.0], np.float32)
    ground = np.stack([row, 0 * row - 1.5, 0 * row])
    shares = lit(SPHERE, ground, np.array([[0], [1], [0]], np.float32), start=0.01)
    assert (shares[:2] == 0).all()
    assert (np.diff(shares[1:5]) > 0).all()
    assert (shares[4:] == 1).all()
    above = -ground
    assert (lit(SPHERE, above, np.array([[0], [1], [0]], np.float32), start=0.01) == 1).all()


def test_the_sky_is_seen_least_close_to_the_solid():
    up = np.array([[0], [1], [0]], np.float32)
    ground = np.array([[0.1, 0.5, 0.9, 3.0], [-0.8] * 4, [0.0] * 4], np.float32)
    sky = open_above(SPHERE, ground, up)
    assert (np.diff(sky) > 0).all()
    assert sky[-1] == 1
    assert sky[0] > 0.19


@pytest.mark.parametrize("texture", _GROUNDS)
def test_a_ground_has_tones_between_0_and_1_that_vary(texture):
    for seed in range(5):
        tones = texture(np.random.default_rng(seed), 8 * _points(2000)[:2] + 30)
        assert tones.min() >= 0
        assert tones.max() <= 1
        assert tones.std() > 0.05

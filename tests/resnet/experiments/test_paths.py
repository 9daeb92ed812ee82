"""Paths: their numbers, their gradients against all of them one by one, and what is kept."""

from itertools import pairwise
from math import comb

import pytest

from resnet.counts.path_counts import path_share
from resnet.experiments.paths import Settings, run
from resnet.experiments.registry import kept_record
from resnet.model.progress import last


def rows_of(net):
    return [row for row in kept_record("paths")["rows"] if row["net"] == net]


def test_lengths_with_one_path_are_measured_twice_alike():
    rows = last(run(Settings(nets=("digits_residual20",), images=4, draws=2)))
    assert [row.paths for row in rows] == [comb(9, k) for k in range(10)]
    for row in rows[0], rows[-1]:
        assert row.mean == row.low == row.high == pytest.approx(row.together, rel=1e-4)
    assert all(row.low <= row.median <= row.high for row in rows)


def test_no_sum_is_longer_than_its_parts():
    """Triangle inequality, which a fair sample keeps up to its noise."""
    for net in ("digits_residual20", "digits_residual56", "shapes_resnet20"):
        rows = rows_of(net)
        assert all(row["together"] < 2 * row["summed"] for row in rows)
        assert rows[0]["whole"] <= sum(row["together"] for row in rows)


def test_short_paths_make_the_gradient_of_56_layers():
    """A sum is no longer than its parts: what long paths bring is at most their sizes, added."""
    rows = rows_of("digits_residual56")
    assert path_share(27, 8, 19) > 0.98
    assert max(rows, key=lambda row: row["together"])["length"] == 6
    assert path_share(27, 14, 27) == 0.5
    assert sum(row["together"] for row in rows[14:]) < 0.0185 * rows[0]["whole"]
    assert path_share(27, 0, 10) == pytest.approx(0.124, abs=0.0005)
    assert sum(row["together"] for row in rows[11:]) < 0.15 * rows[0]["whole"]
    assert all(b["median"] < a["median"] for a, b in pairwise(rows))


def test_on_shapes_the_long_paths_carry_it():
    rows = rows_of("shapes_resnet20")
    assert max(rows, key=lambda row: row["together"])["length"] == 7
    assert rows[9]["mean"] / rows[0]["mean"] == pytest.approx(75, abs=1)

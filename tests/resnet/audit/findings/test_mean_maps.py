import numpy as np
import pytest

from resnet.audit.findings.mean_maps import mean_maps


def test_each_group_has_the_mean_of_its_maps_the_largest_first():
    maps = np.random.default_rng(0).normal(size=(7, 3, 4)).astype(np.float32)
    groups = np.array([5, 2, 5, -1, 5, 2, 9])
    found = mean_maps(maps, groups)
    assert [(one.group, one.images) for one in found] == [(5, 3), (2, 2), (9, 1)]
    for one in found:
        assert one.values == pytest.approx(maps[groups == one.group].mean(0), abs=1e-6)


def test_of_no_map_there_is_no_mean():
    assert mean_maps(np.empty((2, 3, 3), np.float32), np.array([-1, -1])) == ()

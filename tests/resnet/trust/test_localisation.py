"""Whether a map lies on an object, by hand."""

import numpy as np
import pytest

from resnet.trust.localisation import localisation


def test_localisation_by_hand():
    mask = np.zeros((4, 4), bool)
    mask[:2, :2] = True
    values = np.full((4, 4), -1.0, np.float32)
    values[0, 0], values[0, 1], values[3, 3] = 3, 2, 1
    found = localisation(values, mask)
    assert found.hit
    assert found.energy == pytest.approx(5 / 6)
    assert found.iou == pytest.approx(2 / 6)  # highest four: two inside, (3, 3) and then (0, 2)
    assert localisation(mask.astype(np.float32), mask).iou == 1
    empty = localisation(np.zeros((4, 4), np.float32), ~mask)
    assert (empty.hit, empty.energy) == (False, 0)

"""Data sets by name: what is in them and how they are shaped."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from resnet.training.datasets import DatasetError, load_dataset


def test_an_unknown_name_is_refused_with_those_that_there_are():
    with pytest.raises(DatasetError, match="digits, shapes, solids, fashion-mnist, cifar10"):
        load_dataset("cifar-100")


def test_digits_are_scikit_learns_in_order_and_normalised():
    data = load_dataset("digits")
    assert (len(data.train), len(data.test)) == (1437, 360)
    both = torch.cat([data.train.images, data.test.images])[:, 0] * data.std[0] + data.mean[0]
    np.testing.assert_allclose(both * 16, load_digits().images, atol=1e-4)
    assert data.train.images.mean().abs() < 1e-5
    assert data.train.images.std() == pytest.approx(1, abs=1e-5)


def test_sizes_channels_and_numbers():
    data = load_dataset("shapes", train=6, test=3, size=16, channels=1)
    assert data.train.images.shape == (6, 1, 16, 16)
    assert len(data.test) == 3
    assert load_dataset("solids", train=2, test=1).train.images.shape == (2, 3, 192, 192)
    assert load_dataset("digits", size=16, channels=3).test.images.shape == (360, 3, 16, 16)
    with pytest.raises(DatasetError, match="1,437"):
        load_dataset("digits", train=2000)

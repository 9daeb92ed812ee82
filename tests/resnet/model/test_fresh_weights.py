"""Weights that are drawn anew."""

from concurrent.futures import ThreadPoolExecutor

import torch

from resnet.model.fresh_weights import fresh
from resnet.network.spec import ResNetSpec


def test_visitors_at_once_draw_the_weights_of_their_own_seeds():
    spec = ResNetSpec.of_depth(8, "cifar")
    alone = [fresh(spec, seed).fc.weight for seed in range(4)]
    with ThreadPoolExecutor(8) as threads:
        found = [*threads.map(lambda seed: fresh(spec, seed).fc.weight, [0, 1, 2, 3] * 8)]
    assert all(torch.equal(weight, alone[i % 4]) for i, weight in enumerate(found))

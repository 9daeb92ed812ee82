"""Gradients of single paths, which add up to the whole."""

from dataclasses import replace
from itertools import product

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from resnet.model.fresh_weights import fresh
from resnet.network.spec import ResNetSpec
from resnet.residual.path_gradients import gradients_along_path, gradients_by_length, magnitude
from resnet.training.datasets import Examples

SMALL = ResNetSpec.of_depth(14, "cifar", planes=(4, 8, 16), stem_width=4, image_size=8)


PREACT = replace(SMALL, shortcut="B", preact=True)


@pytest.fixture
def examples():
    dice = torch.Generator().manual_seed(0)
    return Examples(torch.randn(3, 3, 8, 8, generator=dice), torch.tensor([0, 3, 9]))


def gradient(model, examples):
    images = examples.images.clone().requires_grad_()
    loss = F.cross_entropy(model(images), examples.labels, reduction="sum")
    return torch.autograd.grad(loss, images)[0]


@pytest.mark.parametrize("spec", [SMALL, replace(SMALL, shortcut="B"), PREACT])
def test_all_paths_add_up_to_the_gradient(spec, examples):
    model = fresh(spec).eval().requires_grad_(False).double()
    examples = replace(examples, images=examples.images.double())
    sums = torch.zeros(7, *examples.images.shape, dtype=torch.float64)
    for taken in product((False, True), repeat=6):
        sums[sum(taken)] += gradients_along_path(model, examples, taken)
    whole = gradient(model, examples)
    close = {"rtol": 1e-9, "atol": 1e-12 * float(whole.abs().max())}
    torch.testing.assert_close(sums.sum(0), whole, **close)
    torch.testing.assert_close(gradients_by_length(model, examples), sums, **close)


def test_a_path_sees_only_its_own_blocks(examples):
    """With every branch's weights at zero, only the path through none is left."""
    model = fresh(SMALL).eval().requires_grad_(False)
    for plan in SMALL.blocks():
        model.get_submodule(plan.name).last_bn.weight.zero_()
    sums = gradients_by_length(model, examples)
    assert magnitude(sums)[0] > 0
    assert not sums[1:].any()


def test_a_plain_network_is_refused(examples):
    model = fresh(replace(SMALL, shortcut="none")).eval()
    with pytest.raises(ValueError, match="plain"):
        gradients_by_length(model, examples)

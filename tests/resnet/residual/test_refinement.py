"""The angle between a block's update and the way down: held against a step that is taken."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from resnet.model.fresh_weights import fresh
from resnet.network.spec import ResNetSpec
from resnet.residual.lesion_sweep import run_blocks
from resnet.residual.refinement import update_cosines
from resnet.training.datasets import Examples

SMALL = ResNetSpec.of_depth(14, "cifar", planes=(4, 8, 16), stem_width=4, image_size=8)


@pytest.fixture
def examples():
    dice = torch.Generator().manual_seed(0)
    images = torch.randn(3, 3, 8, 8, generator=dice, dtype=torch.float64)
    return Examples(images, torch.tensor([0, 3, 9]))


@pytest.mark.parametrize("spec", [SMALL, replace(SMALL, shortcut="B", preact=True)])
def test_cosines_are_of_the_slope_of_the_loss_along_the_update(spec, examples):
    """The slope is a difference of two losses, of x moved to both sides along F(x)."""
    model = fresh(spec).eval().requires_grad_(False).double()
    names = [plan.name for plan in spec.blocks()]
    updates = {update.block: update for update in update_cosines(model, examples)}
    assert [*updates] == [plan.name for plan in spec.blocks() if plan.keeps_shape]
    name = "layer2.1"
    before, rest = names[: names.index(name)], names[names.index(name) :]
    x = run_blocks(model, model.stem(examples.images), before).requires_grad_()
    _, branch = model.get_submodule(name).lanes(x)

    def losses(x):
        logits = model.classify(model.finish(run_blocks(model, x, rest)))
        return F.cross_entropy(logits, examples.labels, reduction="none")

    (gradient,) = torch.autograd.grad(losses(x).sum(), x)
    with torch.no_grad():
        slope = (losses(x + 1e-6 * branch) - losses(x - 1e-6 * branch)) / 2e-6
        lengths = branch.flatten(1).norm(dim=1) * gradient.flatten(1).norm(dim=1)
    torch.testing.assert_close(updates[name].own, -slope / lengths, rtol=1e-4, atol=1e-8)
    assert updates[name].size == 8 * 4 * 4


def test_the_other_image_is_the_next(examples):
    """Of two images that are the same, the other's gradient is one's own."""
    model = fresh(SMALL).eval().requires_grad_(False).double()
    twice = examples.part([1, 1])
    for update in update_cosines(model, twice):
        torch.testing.assert_close(update.own, update.other)
    different = next(update_cosines(model, examples))
    assert not torch.allclose(different.own, different.other)


def test_a_step_straight_down_has_cosine_one(examples):
    """And no update none: where the last γ is 0, nothing is added."""
    model = fresh(SMALL).eval().requires_grad_(False).double()
    for plan in SMALL.blocks():
        model.get_submodule(plan.name).last_bn.weight.zero_()
    for update in update_cosines(model, examples):
        assert not update.own.any()
    block = model.get_submodule("layer3.1")
    names = [plan.name for plan in SMALL.blocks()]
    x = run_blocks(model, model.stem(examples.images), names[:-1]).requires_grad_()
    loss = F.cross_entropy(model.classify(model.finish(block(x))), examples.labels, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, x)
    block.lanes = lambda x: (x, -1e-9 * gradient / gradient.norm())
    *_, last = update_cosines(model, examples)
    torch.testing.assert_close(last.own, torch.ones(3, dtype=torch.float64), rtol=1e-3, atol=0)

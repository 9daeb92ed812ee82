"""Gains of blocks multiply to what the gradient of the whole network does."""

from math import prod

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from resnet import ResNetSpec, build
from resnet.residual.block_gains import block_gains
from resnet.training.datasets import Examples
from tests.networks import lively

EXAMPLES = Examples(
    torch.randn(3, 1, 8, 8, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 2, 1])
)


def model(shortcut):
    torch.manual_seed(0)
    return lively(
        build(
            ResNetSpec(
                block="basic", layers=(4,), planes=(6,), stem="cifar", stem_width=6,
                shortcut=shortcut, in_channels=1, num_classes=3, image_size=8,
            )
        )
    )  # fmt: skip


def size(gradient):
    return gradient.double().square().sum((1, 2, 3)).mean().sqrt().item()


@pytest.mark.parametrize("shortcut", ["A", "none"])
def test_the_product_is_the_gradient_at_the_first_over_that_at_the_last(shortcut):
    net = model(shortcut)
    gains = [*block_gains(net, EXAMPLES)]
    assert [gain.name for gain in gains] == [f"layer1.{n}" for n in (3, 2, 1, 0)]
    x = net.stem(EXAMPLES.images).detach().requires_grad_()
    end = net.layer1(x)
    loss = F.cross_entropy(net.classify(net.finish(end)), EXAMPLES.labels, reduction="sum")
    at_end, at_start = torch.autograd.grad(loss, (end, x))
    assert prod(gain.whole for gain in gains) == pytest.approx(size(at_start) / size(at_end), 1e-5)


def test_a_plain_block_has_its_branch_alone_and_no_sum_is_longer_than_its_terms():
    for gain in block_gains(model("none"), EXAMPLES):
        assert gain.whole == gain.branch
    for gain in block_gains(model("A"), EXAMPLES):
        assert abs(gain.gate - gain.branch) <= gain.whole <= gain.gate + gain.branch
        assert 0 < gain.gate <= 1


def test_training_mode_is_refused():
    with pytest.raises(ValueError, match="training mode"):
        next(block_gains(model("A").train(), EXAMPLES))

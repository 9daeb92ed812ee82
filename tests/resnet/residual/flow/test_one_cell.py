"""The numbers of one cell add up to what the model computes there, forward and back."""

from itertools import pairwise

import pytest
import torch

from resnet import ResNetSpec, build
from resnet.residual.flow.one_cell import both_ways, walk_through
from tests.networks import lively

SPEC = ResNetSpec(
    block="basic", layers=(2, 1), planes=(4, 8), stem="cifar", stem_width=4, num_classes=5,
    image_size=12,
)  # fmt: skip
IMAGES = torch.randn(1, 3, 12, 12, generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(3)
    return lively(build(SPEC))


@pytest.fixture(scope="module")
def pair(model):
    return both_ways(model, IMAGES, "layer1.0", 2)


def test_both_terms_of_the_gradient_add_up_and_the_twin_has_one(model, pair):
    _, residual, plain = walk_through(model, pair)
    (total,) = (op for op in residual.ops if op.kind == "add")
    branch = residual.ops[0].returned[0]
    assert total.returned == (total.arrived, total.arrived)
    assert residual.gradient == pytest.approx(total.arrived + branch, rel=1e-5)
    assert plain.gradient == pytest.approx(plain.ops[0].returned[0], rel=1e-5)
    assert len(plain.ops) == len(residual.ops) - 1


def test_what_each_operation_hands_back_is_what_arrives_at_the_one_before(model, pair):
    for walk in walk_through(model, pair)[1:]:
        for before, after in pairwise(walk.ops):
            assert after.returned[-1] == pytest.approx(before.arrived, rel=1e-5, abs=1e-9)
            assert after.reads[-1] == before.out


@pytest.mark.parametrize("cell", [None, (0, 0), (11, 5)])
def test_windows_are_one_channels_share_and_all_channels_shares_are_the_whole(model, pair, cell):
    place, residual, _ = walk_through(model, pair, cell)
    assert cell is None or (place.row, place.column) == cell
    flow, gradients = pair.residual.flow, pair.residual.gradients
    for number, op in enumerate(residual.ops, start=1):
        if op.kind != "conv":
            continue
        conv = model.get_submodule(op.path)
        read = place.inner if op.path.endswith("2") else place.outer
        alone = torch.zeros_like(flow.values[number - 1])
        alone[:, read] = flow.values[number - 1][:, read]
        at = (0, op.channel, place.row, place.column)
        given = sum(a * b for a, b in zip(op.windows.values, op.windows.kernel, strict=True))
        assert conv(alone)[at].item() == pytest.approx(given, rel=1e-4, abs=1e-6)
        alone = torch.zeros_like(gradients[number])
        alone[:, op.channel] = gradients[number][:, op.channel]
        back = torch.nn.functional.conv_transpose2d(alone, conv.weight, padding=1)
        turned = op.windows.kernel[::-1]
        given = sum(a * b for a, b in zip(op.windows.gradients, turned, strict=True))
        assert back[0, read, place.row, place.column].item() == pytest.approx(
            given, rel=1e-4, abs=1e-9
        )


def test_bn_is_a_straight_line_at_the_cell(model, pair):
    for op in walk_through(model, pair).residual.ops:
        if op.normalised is not None:
            slope = op.normalised.gamma / op.normalised.sigma
            line = slope * (op.reads[0] - op.normalised.mean) + op.normalised.beta
            assert op.out == pytest.approx(line, rel=1e-4, abs=1e-6)
            assert op.returned[0] == pytest.approx(slope * op.arrived, rel=1e-4, abs=1e-9)


def test_the_model_is_left_as_it_was(model):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    both_ways(model, IMAGES, "layer1.0", 0)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_only_a_block_whose_walk_is_told_is_walked_through(model):
    with pytest.raises(ValueError, match="identity shortcut"):
        both_ways(model, IMAGES, "layer2.0", 0)
    with pytest.raises(KeyError):
        both_ways(model, IMAGES, "layer9.0", 0)

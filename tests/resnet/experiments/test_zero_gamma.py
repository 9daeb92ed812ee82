"""Zero γ: the deep network equals the shallow one, made here anew, to the last bit."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from resnet.experiments.registry import kept_record
from resnet.experiments.zero_gamma import Settings, difference, run, shallow
from resnet.model.fresh_weights import fresh
from resnet.model.module import Block
from resnet.model.progress import last
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import network_for


def start(depth: int, zero: bool, **changes):
    data = load_dataset("digits", train=128)
    spec = network_for(data, depth, zero_init_residual=zero, **changes)
    return fresh(spec, 0), data.train.images


def by_hand(model, x: torch.Tensor) -> torch.Tensor:
    """Stem, option A as slicing and zeros, the mean over places, and the classifier."""
    x = F.relu(model.bn1(model.conv1(x)))
    for extra in (8, 16):
        x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, extra, extra))
    return model.fc(x.mean((2, 3)))


@pytest.mark.parametrize("depth", [8, 56, 110])
@pytest.mark.parametrize("training", [False, True])
def test_at_the_start_the_deep_net_is_the_shallow_one(depth, training):
    model, images = start(depth, zero=True)
    model.train(training)
    assert torch.equal(model(images), shallow(model)(images))
    torch.testing.assert_close(shallow(model)(images), by_hand(model, images))
    assert difference(model, images) == 0.0


@pytest.mark.parametrize(("depth", "least", "most"), [(20, 1.5, 4), (56, 3, 8), (110, 5, 11)])
def test_with_gamma_one_it_is_not_the_less_the_deeper(depth, least, most):
    data = load_dataset("digits")
    for seed in range(3):
        model = fresh(network_for(data, depth), seed)
        assert least < difference(model, data.train.images[:64]) < most


def test_measuring_the_difference_moves_nothing():
    model, images = start(20, zero=False)
    before = {name: value.clone() for name, value in model.eval().state_dict().items()}
    difference(model, images)
    assert not model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_projections_stay_in_the_shallow_net():
    model, images = start(20, zero=True, shortcut="B")
    assert torch.equal(model.eval()(images), shallow(model)(images))


def test_at_the_first_update_no_convolution_of_a_block_has_a_gradient():
    model, images = start(20, zero=True)
    labels = load_dataset("digits", train=128).train.labels
    F.cross_entropy(model.train()(images), labels).backward()
    blocks = [module for module in model.modules() if isinstance(module, Block)]
    assert len(blocks) == 9
    for block in blocks:
        assert not block.conv1.weight.grad.any()
        assert not block.conv2.weight.grad.any()
        assert block.last_bn.weight.grad.any()
    assert model.conv1.weight.grad.any()


def test_a_run_compares_both_from_the_same_seed():
    steps = list(run(Settings(depth=8, batch=256)))
    rows = steps[-1].result
    assert steps[-1].done == steps[-1].total == len(rows) == 10
    assert [(row.gamma, row.step) for row in rows] == [(g, s) for g in (0, 1) for s in range(5)]
    assert {row.away for row in rows if row.gamma == 0} == {0.0}
    assert last(run(Settings(depth=8, batch=256))) == rows


def test_what_is_kept_shows_the_effect():
    rows = kept_record("zero-gamma")["rows"]
    ends = {g: [row["loss"] for row in rows if row["gamma"] == g][-10:] for g in (0, 1)}
    assert sum(ends[1]) > 2 * sum(ends[0])
    assert {row["away"] for row in rows if row["gamma"] == 0} == {0.0}

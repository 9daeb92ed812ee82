"""Gradients by layer, against closed forms and finite differences."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from resnet.experiments.gradients import INITS, Settings, norms, prepare, run
from resnet.experiments.registry import kept_record
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import network_for


def by_kind(rows, kind: str) -> list[float]:
    return [row.gradient for row in rows if row.kind == kind]


def net(depth: int, shortcut: str, **changes) -> nn.Module:
    return fresh(
        network_for(load_dataset("digits", train=64), depth, shortcut=shortcut, **changes), 0
    )


def test_a_linear_chain_has_its_closed_form():
    """y = w₃w₂w₁x with 1×1 convolutions: dL/dwᵢ = L′(y) · y / wᵢ."""
    weights = (0.5, -2.0, 3.0)
    chain = nn.Sequential(*(nn.Conv2d(1, 1, 1, bias=False) for _ in weights)).double()
    for conv, weight in zip(chain, weights, strict=True):
        nn.init.constant_(conv.weight, weight)
    model = nn.Sequential(chain, nn.Flatten(1))
    x = torch.tensor([[1.5, -1.0]], dtype=torch.float64).reshape(1, 1, 1, 2)
    product, label = np.prod(weights), torch.tensor([0])
    p = F.softmax(product * x.flatten(), 0)
    slope = ((p[0] - 1) * x[0, 0, 0, 0] + p[1] * x[0, 0, 0, 1]).item()  # dL/d product
    found = [row.gradient for row in norms(model, "chain", x, label)]
    assert found == pytest.approx([abs(slope * product / weight) for weight in weights])


@pytest.mark.parametrize("norm", ["on", "off"])
def test_a_gradients_norm_is_the_slope_along_it(norm):
    """By central differences of the loss in the direction of a layer's own gradient."""
    data = load_dataset("digits", train=16)
    model = prepare(net(8, "A"), norm, "he-fan-out", 0)
    images, labels = data.train.images.double(), data.train.labels
    row = norms(model, "residual", images, labels)[2]
    weight = model.get_submodule(row.layer).weight
    (gradient,) = torch.autograd.grad(F.cross_entropy(model(images), labels), weight)
    step = 1e-6 * gradient / gradient.norm()
    losses = []
    for sign in (1, -1):
        with torch.no_grad():
            weight += sign * step
            losses.append(F.cross_entropy(model(images), labels).item())
            weight -= sign * step
    assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(row.gradient, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_without_norm_a_plain_net_fades_and_with_it_grows_towards_the_input(seed):
    without = last(run(Settings(depth=56, norm="off", init="normal-0.01", seed=seed)))
    assert by_kind(without, "plain")[0] < 1e-30
    assert by_kind(without, "residual")[0] > 1e-6
    usual = last(run(Settings(seed=seed)))
    plain, residual = (by_kind(usual, kind) for kind in ("plain", "residual"))
    assert plain[0] / plain[-1] > 1000
    assert residual[0] / residual[-1] < 30


def test_what_is_kept_is_what_a_run_finds():
    found = [row.gradient for row in last(run(Settings()))]
    assert [row["gradient"] for row in kept_record("gradients")["rows"]] == pytest.approx(
        found, rel=0.05
    )


def test_initialisations_have_their_deviations():
    """Of a 3×3 convolution, 16 to 32 channels; He's gain is √2."""
    expected = {
        "he-fan-out": (2 / (9 * 32)) ** 0.5,
        "he-fan-in": (2 / (9 * 16)) ** 0.5,
        "xavier": (2 / (9 * (16 + 32))) ** 0.5,
        "normal-0.01": 0.01,
        "normal-0.1": 0.1,
    }
    assert {*INITS} == {*expected}
    for init, deviation in expected.items():
        conv = prepare(net(20, "A"), "on", init, 0).layer2[0].conv1
        assert conv.weight.shape[:2] == (32, 16)
        assert conv.weight.std().item() == pytest.approx(deviation, rel=0.05)


def test_no_norm_is_left_where_none_was_asked_for():
    model = prepare(net(8, "A"), "off", "xavier", 0)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in model.modules())

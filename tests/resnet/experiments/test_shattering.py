"""Gradients along a line, against closed forms, finite differences and known processes."""

from collections import defaultdict

import numpy as np
import pytest
import torch
from torch import nn

from resnet.experiments.registry import kept_record
from resnet.experiments.shattering import (
    Settings,
    autocorrelation,
    ends,
    run,
    settled,
    slopes_along_line,
)
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import network_for


def net(depth: int, shortcut: str, **changes) -> nn.Module:
    return fresh(
        network_for(load_dataset("digits", train=64), depth, shortcut=shortcut, **changes), 0
    )


def test_a_linear_network_has_one_slope_everywhere():
    model = nn.Sequential(nn.Flatten(1), nn.Linear(6, 3))
    start, end = torch.randn(2, 1, 2, 3, generator=torch.Generator().manual_seed(0))
    slope = model[1].weight @ (end - start).flatten()
    torch.testing.assert_close(slopes_along_line(model, start, end, 5), slope.expand(5, 3))


def test_slopes_are_those_of_finite_differences():
    """Where no ReLU turns within the step: nearly everywhere."""
    data = load_dataset("digits", train=256)
    model = settled(net(8, "A"), data).double()
    start, end = (image.double() for image in ends(data, 0))
    slopes = slopes_along_line(model, start, end, 32)
    at, step = torch.linspace(0, 1, 32).double()[:, None, None, None], 1e-7
    with torch.no_grad():
        ahead, behind = (model(start + (at + s) * (end - start)) for s in (step, -step))
    off = (slopes - (ahead - behind) / (2 * step)).abs() / slopes.abs().mean()
    assert (off < 1e-4).double().mean() > 0.98


def test_autocorrelation_is_that_of_known_processes():
    """xₜ = φ·xₜ₋₁ + noise has φ to the power of the lag."""
    dice, phi, series = np.random.default_rng(0), 0.8, np.zeros((4000, 40))
    for t in range(1, len(series)):
        series[t] = phi * series[t - 1] + dice.standard_normal(40)
    found = autocorrelation(series).mean(0)
    np.testing.assert_allclose(found[:8], phi ** np.arange(8), atol=0.02)
    one = series[:, :1]
    pair = np.corrcoef(one[:-3, 0], one[3:, 0])[0, 1]
    assert autocorrelation(one)[0, 3] == pytest.approx(pair, abs=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_nets_slopes_are_noise_and_a_residual_nets_are_not(seed):
    rows = last(run(Settings(depths=(56,), lines=1, seed=seed)))
    next_door = {row.kind: row.correlation for row in rows if row.lag == 1}
    assert abs(next_door["plain"]) < 0.2
    assert next_door["residual"] > 0.6


def test_what_is_kept_shows_shattering():
    found = defaultdict(dict)
    for row in kept_record("shattering")["rows"]:
        found[row["kind"], row["depth"]][row["lag"]] = row["correlation"]
    assert all(lags[0] == pytest.approx(1) for lags in found.values())
    for depth in (56, 110):
        assert abs(found["plain", depth][1]) < 0.1
        assert found["residual", depth][1] > 0.6
    assert abs(found["white noise", 0][1]) < 0.05
    assert found["brown noise", 0][1] > 0.9

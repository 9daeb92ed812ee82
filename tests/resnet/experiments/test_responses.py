"""The experiment of responses: a row of every layer and block, and what is kept of it."""

from statistics import mean

import pytest
import torch

from resnet.experiments.registry import kept_record
from resnet.experiments.responses import NETS, Settings, run
from resnet.model.progress import last
from resnet.residual.block_flow import block_flow, ratios
from resnet.weights.loading import load_classifier


def stored(net, kind):
    return [
        r["value"] for r in kept_record("responses")["rows"] if (r["net"], r["kind"]) == (net, kind)
    ]


def test_ratios_are_those_of_each_block_alone():
    model = load_classifier("digits_residual20").model
    images = torch.randn(3, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    for name, ratio in ratios(model, images):
        assert ratio == pytest.approx(block_flow(model, images, name).ratio)


def test_a_run_has_every_layer_and_every_residual_block():
    rows = last(run(Settings(nets=("digits_plain20", "digits_residual20"), images=5)))
    count = {(r.net, r.kind): sum((s.net, s.kind) == (r.net, r.kind) for s in rows) for r in rows}
    assert count == {
        ("digits_plain20", "response"): 19,
        ("digits_residual20", "response"): 19,
        ("digits_residual20", "block"): 9,
    }


def test_deeper_networks_add_less_in_each_block():
    assert mean(stored("digits_residual20", "block")) == pytest.approx(0.65, abs=0.005)
    assert mean(stored("digits_residual56", "block")) == pytest.approx(0.29, abs=0.005)


def test_bn_keeps_responses_near_one_in_short_trainings():
    assert {r["net"] for r in kept_record("responses")["rows"]} == {*NETS}
    for net in NETS:
        assert mean(stored(net, "response")) == pytest.approx(1, abs=0.17)

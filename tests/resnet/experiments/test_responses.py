"""The experiment of responses: a row of every layer and block, and what is kept of it."""

from statistics import mean

import pytest
import torch

from resnet.experiments.registry import kept_record
from resnet.experiments.responses import NETS, Settings, run
from resnet.model.progress import last
from resnet.residual.flow.block_flow import block_flow, ratios
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


RESIDUAL = ("digits_residual20", "digits_residual56", "digits_residual110")


def test_deeper_networks_add_less_in_each_block():
    means = [mean(stored(net, "block")) for net in RESIDUAL]
    assert means[0] > means[1] + 0.15 > means[2] + 0.15
    for net in RESIDUAL:
        first, *others = stored(net, "block")
        assert first > 1.2
        assert max(others) < 1


def test_the_lesson_says_what_is_kept():
    from explorer.lessons.addition import LESSON

    for net in RESIDUAL[:2]:
        ratios = stored(net, "block")
        extremes = f"({min(ratios):.2f} to {max(ratios):.2f})"
        assert f"{mean(ratios):.2f}" in LESSON.surprise
        assert extremes in LESSON.surprise
    shapes = stored("shapes_resnet20", "block")
    assert len(shapes) == 9
    assert min(shapes) > 1
    assert "All nine blocks of the network trained on Shapes do" in LESSON.surprise


def test_bn_keeps_responses_near_one_in_short_trainings():
    assert {r["net"] for r in kept_record("responses")["rows"]} == {*NETS}
    for net in RESIDUAL:
        assert mean(stored(net, "response")) == pytest.approx(1, abs=0.05)

"""Paths: their numbers, their gradients against all of them one by one, and what is kept."""

from dataclasses import replace
from itertools import pairwise, product
from math import comb

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from resnet.counts.path_counts import path_share
from resnet.drawing.charts.unravelled import MOST, blocks_on_path, draw_unravelled
from resnet.experiments.paths import Settings, run
from resnet.experiments.registry import kept_record
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
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


def rows_of(net):
    return [row for row in kept_record("paths")["rows"] if row["net"] == net]


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


def test_lengths_with_one_path_are_measured_twice_alike():
    rows = last(run(Settings(nets=("digits_residual20",), images=4, draws=2)))
    assert [row.paths for row in rows] == [comb(9, k) for k in range(10)]
    for row in rows[0], rows[-1]:
        assert row.mean == row.low == row.high == pytest.approx(row.together, rel=1e-4)
    assert all(row.low <= row.median <= row.high for row in rows)


def test_no_sum_is_longer_than_its_parts():
    """Triangle inequality, which a fair sample keeps up to its noise."""
    for net in ("digits_residual20", "digits_residual56", "shapes_resnet20"):
        rows = rows_of(net)
        assert all(row["together"] < 2 * row["summed"] for row in rows)
        assert rows[0]["whole"] <= sum(row["together"] for row in rows)


def test_short_paths_make_the_gradient_of_56_layers():
    rows = rows_of("digits_residual56")
    assert path_share(27, 8, 19) > 0.98
    assert path_share(27, 0, 6) == pytest.approx(0.00296, abs=1e-5)
    assert sum(row["together"] for row in rows[7:]) < 0.065 * rows[0]["whole"]
    assert all(b["median"] < a["median"] / 1.5 for a, b in pairwise(rows))


def test_on_shapes_the_long_paths_carry_it():
    rows = rows_of("shapes_resnet20")
    assert max(rows, key=lambda row: row["together"])["length"] == 7
    assert rows[9]["mean"] / rows[0]["mean"] == pytest.approx(75, abs=1)


@pytest.mark.parametrize("blocks", range(1, MOST + 1))
def test_the_picture_has_every_path_and_every_copy(blocks):
    svg = draw_unravelled(blocks)
    for block in range(1, blocks + 1):
        assert svg.count(f'data-name="f {block}"') == 2 ** (blocks - block)
    assert svg.count('class="plus"') == 2**blocks - 1
    rows = [blocks_on_path(row, blocks) for row in range(2**blocks)]
    assert len(set(rows)) == 2**blocks


def test_a_block_out_takes_half_of_the_paths():
    svg = draw_unravelled(3, {2})
    assert svg.count("symbol faint") == 4
    assert "8 paths, 4 left" in svg
    assert svg.count('class="cut"') == 2
    with pytest.raises(ValueError, match="5"):
        draw_unravelled(5)

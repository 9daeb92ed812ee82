"""Shortcuts where shapes differ: costs against others' counts, readings against arithmetic."""

import json
from dataclasses import asdict, replace

import pytest
import torch
from torch import nn

from resnet.experiments.registry import kept_record
from resnet.experiments.shortcuts import NETS, Reading, Row, Settings, lane_gradients, run, variants
from resnet.model.module import Block
from resnet.model.progress import last
from resnet.network.spec import ResNetSpec
from tests.figures import BUILT, OPTIONS, V1, V1_5_MORE


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str, str], Row]:
    found = last(run(Settings()))
    return {(row.net, row.shortcut, row.stride_on): row for row in found}


def test_every_network_has_every_option_once(rows):
    assert len(rows) == 5 + 4 * 10
    assert {net for net, _, _ in rows} == {*NETS}


def test_costs_of_the_options_are_the_references(rows):
    for option in ("A", "B", "C", "none"):
        row = rows["resnet34", option, "3x3"]
        assert (row.params, row.macs) == OPTIONS["resnet34", option]


def test_v1_5_costs_the_same_231_million_in_all_three(rows):
    for net, v1 in V1.items():
        found = [rows[net, "B", stride].macs for stride in ("1x1", "3x3")]
        assert found == [v1.macs, BUILT[net].macs]
        assert found[1] - found[0] == V1_5_MORE


def test_a_strided_1x1_reads_a_quarter_and_an_average_reads_all(rows):
    for (_, option, stride), row in rows.items():
        expected = {"A": 0.25, "B": 0.25, "C": 0.25, "D": 1.0, "none": 0.0}[option]
        assert row.shortcut_reads.share == expected
        assert row.branch_reads.share == (0.25 if stride == "1x1" else 1.0)
        assert row.block_reads.share == max(expected, row.branch_reads.share)


def test_what_is_read_is_every_second_place_of_every_second_line(rows):
    quarter = ("#.#.#.#.", "........") * 4
    assert rows["resnet50", "B", "1x1"].block_reads == Reading(0.25, quarter)
    assert rows["resnet50", "B", "3x3"].block_reads == Reading(1.0, ("########",) * 8)


def test_the_gradient_of_a_projection_is_its_weights_summed():
    """In closed form: BN in eval mode divides by √(1 + ε), and the sum hides no output."""
    spec = ResNetSpec.preset("resnet18")
    plan = next(plan for plan in spec.blocks() if plan.stride == 2)
    shortcut, _, _ = lane_gradients(spec, plan, seed=3)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        weight = Block(spec, plan).downsample[0].weight
    expected = torch.zeros(plan.in_channels, 8, 8)
    expected[:, ::2, ::2] = weight.sum(0) / (1 + nn.BatchNorm2d(1).eps) ** 0.5
    torch.testing.assert_close(shortcut, expected)


def test_bare_shortcuts_are_counted_from_the_options(rows):
    assert rows["resnet34", "B", "3x3"].bare == 16 - 3
    assert rows["resnet50", "B", "3x3"].bare == 16 - 4  # conv2_x widens too
    assert rows["resnet34", "C", "3x3"].bare == rows["resnet34", "none", "3x3"].bare == 0


def test_basic_blocks_have_one_place_for_the_stride():
    assert {spec.stride_on for spec in variants(ResNetSpec.preset("resnet34"))} == {"3x3"}


def test_what_is_kept_is_what_the_code_finds_now(rows):
    record = kept_record("shortcuts")
    assert record["command"] == "python -m resnet experiment shortcuts"
    assert record["rows"] == json.loads(json.dumps([asdict(row) for row in rows.values()]))


def test_another_seed_reads_the_same(rows):
    spec = replace(ResNetSpec.preset("resnet50"), stride_on="1x1")
    plan = next(plan for plan in spec.blocks() if plan.stride == 2)
    _, _, both = lane_gradients(spec, plan, seed=7)
    assert float((both != 0).double().mean()) == 0.25

"""What is quoted is what was printed, and what it says of networks here is so."""

import pytest

from explorer.compare.pairs import PAIRS
from resnet.counts.literature import (
    CIFAR_ERRORS,
    GAMMA_ERRORS,
    LADDER,
    LANE_ERRORS,
    PLAIN_ERRORS,
    RESIDUAL_ERRORS,
    SHORTCUT_ERRORS,
    VARIANTS,
)
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from tests import figures


def test_errors_of_the_options_are_table_3():
    assert [*SHORTCUT_ERRORS.values()] == [*figures.HE_TABLE_3.values()]


def test_the_compare_page_quotes_the_same():
    for pair in PAIRS.values():
        if pair.errors:
            assert pair.errors == (SHORTCUT_ERRORS[pair.left], SHORTCUT_ERRORS[pair.right])


def test_errors_of_the_lane_are_the_transcriptions():
    known = figures.ON_SHORTCUTS
    names = ("identity", "shortcut-only gating b=-6", "exclusive gating best", "1x1 conv")
    assert [*LANE_ERRORS.values()][:4] == [known[name] for name in names]
    assert [*LANE_ERRORS.values()][4:] == [known["scale .5/.5"], known["dropout"]]


def test_the_ladder_is_table_10():
    left_out = {"kernel 5", "kernel 9", "kernel 11", "Swin-T"}
    assert [(rung.top1, rung.gmacs) for rung in LADDER] == [
        (rung.top1, rung.gmacs) for rung in figures.CONVNEXT_LADDER if rung.step not in left_out
    ]


@pytest.mark.parametrize("rung", [rung for rung in LADDER if rung.query], ids=lambda r: r.step)
def test_rungs_that_are_resnets_cost_what_the_paper_says(rung):
    assert round(trace(ResNetSpec.from_query(rung.query)).macs / 1e9, 2) == rung.gmacs


def test_figures_of_the_variants_are_their_sources():
    quoted = {v.name: float(v.quoted.value) for v in VARIANTS if v.quoted}
    assert quoted == {
        "ResNet": figures.HE_TABLE_3["ResNet-50"],
        "stride on the 3×3 (v1.5)": figures.FB_RESNET_50,
        "Pre-activation": figures.PRE_RESNET_1001,
        "Stochastic depth": figures.STOCHASTIC_DEPTH,
        "Wide ResNet": figures.WRN_28_10,
        "ResNeXt": figures.RESNEXT_50,
        "Zero γ": figures.ZERO_GAMMA[256, 0][0],
        "SE-ResNet": figures.SE_RESNET_50,
        "ResNet-RS": figures.RESNET_RS_50,
        "ResNet strikes back": figures.STRIKES_BACK_A1,
        "ConvNeXt": LADDER[-1].top1,
    }


def test_costs_of_the_variants_are_the_references():
    known = {
        "ResNet": figures.V1["resnet50"],
        "Wide ResNet": figures.VARIANTS["WRN-28-10"],
        "SE-ResNet": figures.VARIANTS["SE-ResNet-50, v1"],
        "ResNet-C, ResNet-D": figures.VARIANTS["ResNet-50-D"],
        "Zero γ": figures.VARIANTS["ResNet-50"],
    }
    found = {variant.name: variant.query for variant in VARIANTS}
    for name, cost in known.items():
        graph = trace(ResNetSpec.from_query(found[name]))
        assert (graph.params, graph.macs) == cost


def test_errors_by_depth_are_tables_2_and_6():
    two = figures.HE_TABLE_2
    assert {18: two["plain-18"], 34: two["plain-34"]} == PLAIN_ERRORS
    assert {18: two["ResNet-18"], 34: two["ResNet-34"]} == RESIDUAL_ERRORS
    assert CIFAR_ERRORS == figures.HE_TABLE_6


def test_errors_of_zero_gamma_are_table_2b():
    found = {(batch, g): error for batch, by in GAMMA_ERRORS.items() for g, error in by.items()}
    assert found == figures.ZERO_GAMMA


def test_a_preprint_is_of_its_year():
    numbers = {v.name: v.paper.removeprefix("arXiv:") for v in VARIANTS if "arXiv" in v.paper}
    assert len(numbers) == len(VARIANTS) - 1  # v1.5 is in a README
    assert {v.name: v.year for v in VARIANTS if v.name in numbers} == {
        name: 2000 + int(number[:2]) for name, number in numbers.items()
    }


def test_variants_stand_in_order_and_their_links_can_be_followed():
    assert [v.year for v in VARIANTS] == sorted(v.year for v in VARIANTS)
    for variant in VARIANTS:
        if variant.query:
            assert ResNetSpec.from_query(variant.query).to_query() == variant.query

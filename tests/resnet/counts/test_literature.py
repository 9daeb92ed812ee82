"""What is quoted is what was printed, and what it says of networks here is so."""

import pytest

from explorer.compare.pairs import PAIRS
from resnet.counts.literature import LADDER, LANE_ERRORS, SHORTCUT_ERRORS, VARIANTS
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace


def test_errors_of_the_options_are_table_3(figures):
    table = figures["he2015"]["table3_10crop"]
    names = [
        "plain-34",
        *(f"ResNet-34 {o}" for o in "ABC"),
        *(f"ResNet-{n}" for n in (50, 101, 152)),
    ]
    assert [*SHORTCUT_ERRORS.values()] == [table[name][0] for name in names]


def test_the_compare_page_quotes_the_same():
    for pair in PAIRS.values():
        if pair.errors:
            assert pair.errors == (SHORTCUT_ERRORS[pair.left], SHORTCUT_ERRORS[pair.right])


def test_errors_of_the_lane_are_the_transcriptions(figures):
    known = figures["preact2016"]["shortcut_110"]
    names = ("identity", "shortcut-only gating b=-6", "exclusive gating best", "1x1 conv")
    assert [*LANE_ERRORS.values()][:4] == [known[name] for name in names]
    assert [*LANE_ERRORS.values()][4:] == [known["scale .5/.5"], None]
    assert known["dropout"] == "fail"


def test_the_ladder_is_table_10(figures):
    left_out = {"kernel 5", "kernel 9", "kernel 11", "Swin-T"}
    rows = figures["convnext_ladder"]["rows"]
    assert [[rung.top1, rung.gmacs] for rung in LADDER] == [
        row[1:] for row in rows if row[0] not in left_out
    ]


@pytest.mark.parametrize("rung", [rung for rung in LADDER if rung.query], ids=lambda r: r.step)
def test_rungs_that_are_resnets_cost_what_the_paper_says(rung):
    assert round(trace(ResNetSpec.from_query(rung.query)).macs / 1e9, 2) == rung.gmacs


def test_figures_of_the_variants_are_their_sources(figures):
    quoted = {v.name: float(v.quoted.value) for v in VARIANTS if v.quoted}
    assert quoted == {
        "ResNet": figures["he2015"]["table3_10crop"]["ResNet-50"][0],
        "stride on the 3×3 (v1.5)": figures["fb_resnet_torch_1crop_v1_5"]["rows"]["ResNet-50"][0],
        "Pre-activation": figures["wrn"]["cifar10_cifar100"]["pre-ResNet-1001"][0],
        "Stochastic depth": figures["stochastic_depth"]["cifar10_1202_err"],
        "Wide ResNet": figures["wrn"]["cifar10_cifar100"]["WRN-28-10"][0],
        "ResNeXt": figures["resnext"]["top1_1crop"]["ResNeXt-50 32x4d"],
        "Zero γ": figures["zero_gamma"]["resnet50_top1_err"]["batch256 gamma0"][0],
        "SE-ResNet": figures["senet"]["rows"]["ResNet-50"]["se"][0],
        "ResNet-RS": figures["resnet_rs"]["family"]["50@160"],
        "ResNet strikes back": figures["rsb_resnet50_224"]["A1"]["paper"],
        "ConvNeXt": LADDER[-1].top1,
    }


def test_costs_of_the_variants_are_the_references(figures):
    known, v1 = figures["variants"]["rows"], figures["imagenet_v1_stride_in_first_1x1"]["rows"]
    names = {
        "ResNet": v1["resnet50_v1"],
        "Wide ResNet": known["wrn28_10_c10"],
        "SE-ResNet": known["se_resnet50_v1"],
        "ResNet-C, ResNet-D": known["resnet50_D"],
        "Zero γ": known["resnet50_B(=torchvision)"],
    }
    for variant in VARIANTS:
        if variant.name in names:
            graph = trace(ResNetSpec.from_query(variant.query))
            known_cost = names[variant.name]
            assert (graph.params, graph.macs) == (known_cost["params"], known_cost["macs"])


def test_variants_stand_in_order_and_their_links_can_be_followed():
    assert [v.year for v in VARIANTS] == sorted(v.year for v in VARIANTS)
    for variant in VARIANTS:
        if variant.query:
            assert ResNetSpec.from_query(variant.query).to_query() == variant.query

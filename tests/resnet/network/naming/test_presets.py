"""Networks by name and by depth, and clear refusals."""

from dataclasses import replace
from itertools import pairwise

import pytest
import timm
import torch
import torchvision
from pytorchcv.models.preresnet import preresnet200b
from torch.utils.flop_counter import FlopCounterMode

from resnet import DepthError, ResNetSpec, SpecError, build, trace
from resnet.network.describing import describe_source
from resnet.network.naming.families import FAMILIES
from resnet.network.naming.presets import PRESETS, SOURCES


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("resnet18", 18),
        ("resnet34", 34),
        ("resnet50", 50),
        ("resnet101", 101),
        ("resnet152", 152),
        ("cifar_resnet20", 20),
        ("cifar_resnet1202", 1202),
        ("preact_resnet164", 164),
        ("preact_resnet1001", 1001),
    ],
)
def test_a_preset_has_the_depth_in_its_name(name, depth):
    assert ResNetSpec.preset(name).depth == depth


@pytest.mark.parametrize(("name", "layers"), [("wrn28_10", 28), ("wrn16_8", 16), ("wrn40_4", 40)])
def test_wrn_counts_its_three_projections_and_not_its_classifier(name, layers):
    # Zagoruyko and Komodakis (arXiv:1605.07146): 28 convolutions, of which 3 are projections.
    spec = ResNetSpec.preset(name)
    projections = sum(plan.shortcut == "projection" for plan in spec.blocks())
    assert spec.depth - 1 + projections == layers
    assert "counts the three projections" in describe_source(spec)


@pytest.mark.parametrize(
    ("depth", "family", "layers"),
    [
        (10, "imagenet", (1, 1, 1, 1)),
        (18, "imagenet", (2, 2, 2, 2)),
        (34, "imagenet", (3, 4, 6, 3)),
        (50, "imagenet", (3, 4, 6, 3)),
        (101, "imagenet", (3, 4, 23, 3)),
        (152, "imagenet", (3, 8, 36, 3)),
        (200, "imagenet", (3, 24, 36, 3)),
        (269, "imagenet", (3, 30, 48, 8)),
        (14, "bottleneck", (1, 1, 1, 1)),
        (110, "cifar", (18, 18, 18)),
        (1001, "preact", (111, 111, 111)),
        (26, "bottleneck", (2, 2, 2, 2)),
    ],
)
def test_published_depths_give_the_published_layouts(depth, family, layers):
    assert ResNetSpec.of_depth(depth, family=family).layers == layers


# 2,000 blocks at most, of 2 or 3 layers, and a stem and a classifier
@pytest.mark.parametrize(
    ("family", "first", "deepest", "last", "steps"),
    [
        ("imagenet", 10, 269, 6002, {2, 3}),
        ("basic", 10, 34, 4002, {2}),
        ("bottleneck", 14, 269, 6002, {3}),
        ("cifar", 8, 1202, 3998, {6}),
        ("preact", 11, 1001, 5996, {9}),
    ],
)
def test_a_family_reaches_from_one_block_a_stage_to_2000_in_all(
    family, first, deepest, last, steps
):
    found = FAMILIES[family]
    assert (found.depths[0], found.shown[-1], found.depths[-1]) == (first, deepest, last)
    assert {b - a for a, b in pairwise(found.depths)} == steps
    assert ResNetSpec.of_depth(last, family).depth == last


def test_basic_blocks_end_where_bottlenecks_begin():
    assert ResNetSpec.of_depth(48).block == "basic"
    assert ResNetSpec.of_depth(50).block == "bottleneck"
    assert ResNetSpec.of_depth(48, "basic").layers == ResNetSpec.of_depth(48).layers


def test_the_neighbours_of_a_depth_are_reached_by_a_step():
    cifar = FAMILIES["cifar"]
    assert [cifar.around(depth) for depth in (20, 21, 8, 3998)] == [
        (14, 26), (20, 26), (8, 14), (3992, 3998),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("network", "families"),
    [
        (ResNetSpec(), ["imagenet", "bottleneck"]),
        (ResNetSpec.preset("resnet50d", preact=True), ["imagenet", "bottleneck"]),
        (ResNetSpec.preset("resnet18", stem="cifar"), ["imagenet", "basic"]),
        (ResNetSpec.preset("wrn28_10"), ["cifar"]),
        (ResNetSpec.preset("preact_resnet164"), ["preact"]),
        (ResNetSpec(layers=(3, 4, 6, 4)), []),
        (ResNetSpec(layers=(3, 4, 6), planes=(64, 128, 256)), []),
    ],
)
def test_a_network_is_of_the_family_of_its_blocks(network, families):
    assert [name for name in FAMILIES if FAMILIES[name].fits(network.fields)] == families


@pytest.mark.parametrize("name", [name for name in PRESETS if SOURCES[name].whose != "timm"])
def test_a_preset_reads_what_it_was_published_on(name):
    fields = PRESETS[name]
    seen = (fields["image_size"], fields["num_classes"], fields["in_channels"])
    assert seen == ((32, 10, 3) if fields["stem"] == "cifar" else (224, 1000, 3))


def test_a_spec_is_resnet_50_unless_it_is_told_otherwise():
    assert ResNetSpec().fields == PRESETS["resnet50"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_depth_of_a_family_is_reached_exactly(family):
    for depth in FAMILIES[family].depths[:80]:
        assert ResNetSpec.of_depth(depth, family).depth == depth


@pytest.mark.parametrize(
    ("depth", "family", "nearest"),
    [
        (51, "imagenet", (50, 53)),
        (49, "imagenet", (48, 50)),
        (111, "cifar", (110, 116)),
        (1, "cifar", (8, 14)),
        (10**6, "cifar", (3992, 3998)),
    ],
)
def test_a_depth_between_layouts_is_answered_with_the_two_nearest(depth, family, nearest):
    with pytest.raises(DepthError, match=f"{nearest[0]} and {nearest[1]}") as caught:
        ResNetSpec.of_depth(depth, family)
    assert caught.value.nearest == nearest
    assert [ResNetSpec.of_depth(near, family).depth for near in nearest] == list(nearest)


def test_an_unknown_preset_is_answered_with_near_ones():
    with pytest.raises(SpecError, match="resnet50"):
        ResNetSpec.preset("resnet_50")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_known_by_its_name_whatever_its_input(name):
    assert ResNetSpec.preset(name, num_classes=7, in_channels=1, image_size=96).name == name
    assert ResNetSpec.preset(name).to_query() == f"net={name}"


def test_how_a_network_starts_to_learn_is_no_part_of_its_name():
    assert ResNetSpec(zero_init_residual=True).name == "resnet50"


@pytest.mark.parametrize(("depth", "said"), [(51.0, "whole number; got 51.0"), (True, "got True")])
def test_a_depth_is_a_whole_number(depth, said):
    with pytest.raises(SpecError, match=said):
        ResNetSpec.of_depth(depth)


def test_an_unknown_family_is_answered_with_those_there_are():
    with pytest.raises(SpecError, match="imagenet, basic, bottleneck, cifar, preact"):
        ResNetSpec.of_depth(50, "vgg")


OF_TIMM = [name for name, source in SOURCES.items() if source.whose == "timm"]
OF_TORCHVISION = [name for name, source in SOURCES.items() if source.whose == "torchvision"]


def _multiply_adds(module, side):
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        module.eval()(torch.zeros(1, 3, side, side))
    return counter.get_total_flops() // 2


def _shapes(module):
    return {key: tensor.shape for key, tensor in module.state_dict().items()}


@pytest.mark.parametrize("name", OF_TIMM)
def test_a_preset_of_timms_is_timms(name):
    with torch.device("meta"):
        theirs = timm.create_model(SOURCES[name].called)
    spec = ResNetSpec.preset(name)
    assert theirs.default_cfg["input_size"] == (3, *spec.input_size)
    assert _shapes(theirs) == _shapes(build(spec, device="meta"))
    if spec.depth <= 50:  # deeper ones are of the same blocks
        assert _multiply_adds(theirs, 64) == trace(replace(spec, image_size=64)).macs


@pytest.mark.parametrize("name", OF_TORCHVISION)
def test_a_preset_of_torchvisions_is_torchvisions(name):
    with torch.device("meta"):
        theirs = torchvision.models.get_model(SOURCES[name].called)
    spec = ResNetSpec.preset(name)
    assert _shapes(theirs) == _shapes(build(spec, device="meta"))
    if spec.depth <= 50:
        assert _multiply_adds(theirs, 64) == trace(replace(spec, image_size=64)).macs


# Keras 3, model.count_params(), which counts running statistics too.
KERAS = {
    "ResNet50": 25_636_712,
    "ResNet101": 44_707_176,
    "ResNet152": 60_419_944,
    "ResNet50V2": 25_613_800,
    "ResNet101V2": 44_675_560,
    "ResNet152V2": 60_380_648,
}


@pytest.mark.parametrize("called", KERAS)
def test_a_preset_of_keras_has_as_many_parameters(called):
    graph = trace(ResNetSpec.preset(f"keras_{called.lower()}"))
    assert SOURCES[graph.spec.name] == ("keras", called, "")
    assert graph.params + graph.running == KERAS[called]


# Of ResNet-164 and -1001, the authors' code (KaimingHe/resnet-1k-layers, resnet-pre-act.lua),
# which strides the first 1×1.
@pytest.mark.parametrize(
    ("name", "macs", "sees"),
    [("preact_resnet164", 244_500_992, 255), ("preact_resnet1001", 1_487_849_984, 1557)],
)
def test_pre_activation_networks_cost_and_see_what_the_authors_do(name, macs, sees):
    graph = trace(ResNetSpec.preset(name))
    assert (graph.macs, graph.stages[-2].receptive_field) == (macs, sees)
    assert ResNetSpec.of_depth(graph.spec.depth, "preact") == graph.spec


# Millions of parameters as the papers print them: He et al. 2015, table 6; He et al. 2016, table 4;
# Zagoruyko and Komodakis, table 4.
PRINTED = {
    "cifar_resnet20": "0.27", "cifar_resnet32": "0.46", "cifar_resnet44": "0.66",
    "cifar_resnet56": "0.85", "cifar_resnet110": "1.7", "cifar_resnet1202": "19.4",
    "preact_resnet110": "1.7", "preact_resnet164": "1.7",
    "wrn16_8": "11.0", "wrn28_10": "36.5", "wrn40_4": "8.9",
}  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_a_preset_has_as_many_parameters_as_its_paper_prints(name):
    digits = len(PRINTED[name].partition(".")[2])
    assert f"{trace(ResNetSpec.preset(name)).params / 1e6:.{digits}f}" == PRINTED[name]


@pytest.mark.parametrize("name", ["preact_resnet110", "preact_resnet200"])
def test_the_appendix_activates_before_the_first_split(name):
    graph = trace(ResNetSpec.preset(name))
    kinds = [op.kind for op in graph.stages[0].own_ops]
    assert kinds[:3] == ["conv", "bn", "relu"]
    assert graph.blocks[0].ops[0].kind == "conv"


def test_pre_activation_200_is_pytorchcvs_but_for_its_second_first_normalisation():
    with torch.device("meta"):
        theirs = preresnet200b()
    params = sum(p.numel() for p in theirs.parameters())
    assert trace(ResNetSpec.preset("preact_resnet200")).params == params - 2 * 64


def test_every_preset_has_a_source_and_is_held_to_it():
    held = {*OF_TIMM, *OF_TORCHVISION, *PRINTED, *(f"keras_{name.lower()}" for name in KERAS)}
    assert held | {"preact_resnet200", "preact_resnet1001"} == {*SOURCES} == {*PRESETS}

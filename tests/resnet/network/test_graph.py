"""The graph counts exactly: held against references that nobody here made, and the real module."""

from collections.abc import Iterator

import pytest
import torch
import torchvision
from hypothesis import given, settings
from torch.utils.flop_counter import FlopCounterMode

from resnet import ResNetSpec, build, trace
from resnet.network.presets import PRESETS
from tests.strategies import specs

TORCHVISION = tuple(PRESETS)[:10]


def counts(spec):
    graph = trace(spec)
    return graph.params, graph.macs


def test_every_torchvision_builder(figures):
    for name, row in figures["imagenet_resnets"]["rows"].items():
        graph = trace(ResNetSpec.preset(name))
        assert (graph.params, graph.buffers, graph.macs) == (
            row["params"], row["buffers"], row["macs_224"],
        )  # fmt: skip
        assert sum(op.kind == "conv" for op in graph.ops) == row["n_conv"]
        assert sum(op.params for op in graph.ops if op.kind == "bn") == row["bn_params"]
        for stage, params in row["stage_params"].items():
            if stage.startswith("layer"):
                assert graph.stage(stage).params == params


def test_macs_at_every_input_size(figures):
    for name, row in figures["imagenet_resnets_macs_by_input_size"]["rows"].items():
        for size, macs in row.items():
            if size.isdigit():
                assert trace(ResNetSpec.preset(name, image_size=int(size))).macs == macs


def test_stride_in_the_first_1x1(figures):
    for name, row in figures["imagenet_v1_stride_in_first_1x1"]["rows"].items():
        spec = ResNetSpec.preset(name.removesuffix("_v1"), stride_on="1x1")
        assert counts(spec) == (row["params"], row["macs"])


def test_shortcut_options_and_plain_nets(figures):
    rows = figures["imagenet_18_34_shortcut_options_and_plain"]["rows"]
    assert len(rows) == 8
    for name, row in rows.items():
        net, _, option = name.partition("_")
        plain = net.startswith("plain")
        spec = ResNetSpec.preset(
            net.replace("plain", "resnet"), shortcut="none" if plain else option
        )
        assert counts(spec) == (row["params"], row["macs"])


def test_cifar_nets(figures):
    for name, row in figures["cifar_resnets"]["rows"].items():
        net, _, option = name.partition("_")
        spec = ResNetSpec.preset(net.replace("cifar", "cifar_resnet"), shortcut=option)
        graph = trace(spec)
        assert (graph.params, graph.macs, graph.buffers, spec.depth) == (
            row["params"], row["macs"], row["buffers"], row["weighted_layers"],
        )  # fmt: skip


VARIANTS = {
    "preact110_basic_optA": ("cifar_resnet110", {"preact": True}),
    "preact110_basic_proj": ("cifar_resnet110", {"preact": True, "shortcut": "B"}),
    "preact164_bneck": ("preact_resnet164", {}),
    "preact164_bneck_c100": ("preact_resnet164", {"num_classes": 100}),
    "wrn28_10_c10": ("wrn28_10", {}),
    "wrn28_10_c100": ("wrn28_10", {"num_classes": 100}),
    "wrn40_4_c10": ("wrn28_10", {"layers": (6, 6, 6), "planes": (64, 128, 256)}),
    "resnet50_B(=torchvision)": ("resnet50", {}),
    "resnet50_C": ("resnet50", {"stem": "deep"}),
    "resnet50_D": ("resnet50", {"stem": "deep", "shortcut": "D"}),
    "se_resnet50_v1.5": ("se_resnet50", {}),
    "se_resnet50_v1": ("se_resnet50", {"stride_on": "1x1"}),
    "se_resnet101_v1": ("resnet101", {"se_reduction": 16, "stride_on": "1x1"}),
    "se_resnext50": ("resnext50_32x4d", {"se_reduction": 16}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants(name, figures):
    net, changes = VARIANTS[name]
    row = figures["variants"]["rows"][name]
    assert counts(ResNetSpec.preset(net, **changes)) == (row["params"], row["macs"])


def test_feature_map_sides_at_odd_inputs(figures):
    rows = figures["feature_map_sizes"]["rows"]
    for size, sides in rows.items():
        graph = trace(ResNetSpec.preset("resnet50", image_size=int(size)))
        conv1, stages = graph.ops[0], graph.stages[:-1]
        assert [conv1.out_shape[1], *(stage.out_shape[1] for stage in stages)] == sides


def receptive_fields(figures) -> Iterator[tuple[ResNetSpec, dict]]:
    for name, row in figures["receptive_field"]["rows"].items():
        net, _, variant = name.partition(":")
        if variant == "slim":  # TF-Slim strides at the end of a stage, which no spec here does
            continue
        net = net.replace("cifar", "cifar_resnet")
        yield ResNetSpec.preset(net, stride_on="1x1" if variant == "v1" else "3x3"), row


def test_receptive_fields_and_jumps(figures):
    for spec, row in receptive_fields(figures):
        graph = trace(spec)
        ends = {stage.name: stage for stage in graph.stages}
        ends |= {op.path: op for op in graph.ops if op.path in ("conv1", "maxpool")}
        for name, values in row.items():
            assert (ends[name].receptive_field, ends[name].jump) == (values["rf"], values["stride"])


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_own_metadata(name):
    for weights in torchvision.models.get_model_weights(name):
        size = weights.transforms().crop_size[0]
        graph = trace(ResNetSpec.preset(name, image_size=size))
        assert graph.params == weights.meta["num_params"]
        assert graph.macs / 1e9 == pytest.approx(weights.meta["_ops"], abs=6e-4)


@settings(max_examples=200)
@given(specs())
def test_any_network_equals_its_module_on_the_meta_device(spec):
    graph, model = trace(spec), build(spec, device="meta").eval()
    image = torch.empty(1, spec.in_channels, spec.image_size, spec.image_size, device="meta")
    with FlopCounterMode(display=False) as flops:
        model(image)
    shapes = {name: tuple(x.shape[1:]) for name, x in model.stages(image)}
    assert graph.params == sum(p.numel() for p in model.parameters())
    assert graph.buffers == sum(b.numel() for b in model.buffers())
    assert 2 * graph.macs == flops.get_total_flops()
    assert {stage.name: stage.out_shape for stage in graph.stages[:-1]} == shapes


@settings(max_examples=40)
@given(specs())
def test_every_operation_has_a_module_with_its_shapes(spec):
    model, seen = build(spec, device="meta").eval(), {}

    def shapes(path):
        def keep(module, inputs, output):
            seen[path] = tuple(inputs[0].shape[1:]), tuple(output.shape[1:])

        return keep

    for path, module in model.named_modules():
        module.register_forward_hook(shapes(path))
    model(torch.empty(1, spec.in_channels, spec.image_size, spec.image_size, device="meta"))
    weighted = [op for op in trace(spec).ops if op.params or op.kind in ("maxpool", "pad")]
    for op in weighted:
        assert seen[op.path] == (op.in_shape, op.out_shape), op.path
    names = {name for name, _ in model.named_parameters()}
    assert {name.rpartition(".")[0] for name in names} == {op.path for op in weighted if op.params}


@pytest.mark.parametrize("shortcut", ["A", "B", "D"])
@pytest.mark.parametrize("preact", [False, True])
def test_receptive_field_and_centre_are_where_the_gradient_is(shortcut, preact):
    """A cell in the middle depends on the pixels that the graph names, and on no other."""
    spec = ResNetSpec(
        block="basic", layers=(1, 1, 1), planes=(4, 8, 8), stem_width=4, shortcut=shortcut,
        preact=preact, num_classes=2, in_channels=1, image_size=161,
    )  # fmt: skip
    graph, model = trace(spec), _all_positive(spec)
    image = torch.ones(1, 1, 161, 161, requires_grad=True)
    for name, features in model.stages(image):
        stage, cell = graph.stage(name), features.shape[-1] // 2
        (gradient,) = torch.autograd.grad(
            features[0, :, cell, cell].sum(), image, retain_graph=True
        )
        columns = gradient[0, 0].sum(0).nonzero().flatten()
        seen = (int(columns.min()), int(columns.max()))
        middle = stage.centre + stage.jump * cell
        half = (stage.receptive_field - 1) / 2
        assert seen == (middle - half, middle + half), name


def _all_positive(spec: ResNetSpec) -> torch.nn.Module:
    """No gradient can cancel or be cut off: weights, inputs and so all activations are positive."""
    model = build(spec).eval()
    for parameter in model.parameters():
        torch.nn.init.constant_(parameter, 0.01 if parameter.ndim > 1 else 0.5)
    model.maxpool = torch.nn.AvgPool2d(3, 2, padding=1)  # the same window, and all of it counts
    return model


def test_rollups_add_up():
    graph = trace(ResNetSpec.preset("resnet50"))
    assert sum(stage.macs for stage in graph.stages) == graph.macs
    assert sum(stage.params for stage in graph.stages) == graph.params
    assert [len(stage.blocks) for stage in graph.stages] == [0, 3, 4, 6, 3, 0]
    assert graph.block("layer2.0").in_shape == (256, 56, 56)
    assert {op.lane for op in graph.block("layer2.0").ops} == {"main", "branch", "shortcut"}

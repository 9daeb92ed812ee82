"""The graph counts exactly: held against references that nobody here made, and the real module."""

import pytest
import torch
import torchvision
from hypothesis import given, settings
from torch.utils.flop_counter import FlopCounterMode

from resnet import ResNetSpec, build, trace
from tests import figures
from tests.networks import TORCHVISION
from tests.strategies import specs


def counts(spec):
    graph = trace(spec)
    return graph.params, graph.macs


@pytest.mark.parametrize("name", TORCHVISION)
def test_every_torchvision_builder(name):
    graph = trace(ResNetSpec.preset(name))
    found = figures.Built(
        graph.params,
        graph.macs,
        graph.buffers,
        sum(op.kind == "conv" for op in graph.ops),
        sum(op.params for op in graph.ops if op.kind == "bn"),
        tuple(graph.stage(f"layer{number}").params for number in (1, 2, 3, 4)),
    )
    assert found == figures.BUILT[name]


@pytest.mark.parametrize("name", figures.MACS_AT)
def test_macs_at_every_input_size(name):
    for size, macs in figures.MACS_AT[name].items():
        assert trace(ResNetSpec.preset(name, image_size=size)).macs == macs


def test_stride_in_the_first_1x1():
    for name, cost in figures.V1.items():
        assert counts(ResNetSpec.preset(name, stride_on="1x1")) == cost


def test_shortcut_options_and_plain_nets():
    for (name, shortcut), cost in figures.OPTIONS.items():
        assert counts(ResNetSpec.preset(name, shortcut=shortcut)) == cost


def test_cifar_nets():
    for (name, shortcut), known in figures.CIFAR.items():
        spec = ResNetSpec.preset(name, shortcut=shortcut)
        graph = trace(spec)
        assert (graph.params, graph.macs, graph.buffers, spec.depth) == known


VARIANTS = {
    "pre-activation 110, A": ("cifar_resnet110", {"preact": True}),
    "pre-activation 110, B": ("cifar_resnet110", {"preact": True, "shortcut": "B"}),
    "pre-activation 164": ("preact_resnet164", {"stride_on": "3x3"}),
    "pre-activation 164, 100 classes": (
        "preact_resnet164",
        {"stride_on": "3x3", "num_classes": 100},
    ),
    "WRN-28-10": ("wrn28_10", {}),
    "WRN-28-10, 100 classes": ("wrn28_10", {"num_classes": 100}),
    "WRN-40-4": ("wrn28_10", {"layers": (6, 6, 6), "planes": (64, 128, 256)}),
    "ResNet-50": ("resnet50", {}),
    "ResNet-50-C": ("resnet50", {"stem": "deep"}),
    "ResNet-50-D": ("resnet50", {"stem": "deep", "shortcut": "D"}),
    "SE-ResNet-50": ("se_resnet50", {}),
    "SE-ResNet-50, v1": ("se_resnet50", {"stride_on": "1x1"}),
    "SE-ResNet-101, v1": ("resnet101", {"se_reduction": 16, "stride_on": "1x1"}),
    "SE-ResNeXt-50": ("resnext50_32x4d", {"se_reduction": 16}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants(name):
    net, changes = VARIANTS[name]
    assert counts(ResNetSpec.preset(net, **changes)) == figures.VARIANTS[name]


def test_feature_map_sides_at_odd_inputs():
    for size, sides in figures.SIDES.items():
        graph = trace(ResNetSpec.preset("resnet50", image_size=size))
        conv1, stages = graph.ops[0], graph.stages[:-1]
        assert (conv1.out_shape[1], *(stage.out_shape[1] for stage in stages)) == sides


@pytest.mark.parametrize(("name", "stride_on"), figures.FIELDS)
def test_receptive_fields_and_jumps(name, stride_on):
    graph = trace(ResNetSpec.preset(name, stride_on=stride_on))
    ends = {stage.name: stage for stage in graph.stages}
    ends |= {op.path: op for op in graph.ops if op.path in ("conv1", "maxpool")}
    for place, seen in figures.FIELDS[name, stride_on].items():
        assert (ends[place].receptive_field, ends[place].jump) == seen


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_own_metadata(name):
    for weights in torchvision.models.get_model_weights(name):
        size = weights.transforms().crop_size[0]
        graph = trace(ResNetSpec.preset(name, image_size=size))
        assert graph.params == weights.meta["num_params"]
        assert graph.macs / 1e9 == pytest.approx(weights.meta["_ops"], abs=6e-4)


@settings(max_examples=200)
@given(specs())
def test_any_network_equals_its_module(spec):
    graph, model = trace(spec), build(spec).eval()
    image = torch.zeros(1, spec.in_channels, *spec.input_size)
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        stages = dict(model.stages(image))
        model.classify(stages[spec.stage_names[-1]])
    shapes = {name: tuple(x.shape[1:]) for name, x in stages.items()}
    assert graph.params == sum(p.numel() for p in model.parameters())
    assert graph.buffers == sum(b.numel() for b in model.buffers())
    assert 2 * graph.macs == flops.get_total_flops()
    assert {stage.name: stage.out_shape for stage in graph.stages[:-1]} == shapes


_MODULES = ("maxpool", "ceilpool", "zeropad", "pad", "skip", "stillpool", "mean", "blur")


@settings(max_examples=40)
@given(specs())
def test_every_operation_has_a_module_with_its_shapes(spec):
    model, seen = build(spec).eval(), {}

    def shapes(path):
        def keep(module, inputs, output):
            seen[path] = tuple(inputs[0].shape[1:]), tuple(output.shape[1:])

        return keep

    for path, module in model.named_modules():
        module.register_forward_hook(shapes(path))
    with torch.no_grad():
        model(torch.zeros(1, spec.in_channels, *spec.input_size))
    weighted = [op for op in trace(spec).ops if op.params or op.kind in _MODULES]
    for op in weighted:
        shapes = op.in_shape, op.out_shape
        if op.kind == "conv1d":  # along the channels
            shapes = tuple((1, channels) for channels, *_ in shapes)
        assert seen[op.path] == shapes, op.path
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

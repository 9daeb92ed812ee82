"""What leaves every operation is what forward hooks see, which only tests use."""

import pytest
import torch
from hypothesis import given, settings

from resnet import ResNetSpec, build, trace
from resnet.network.graph import HEAD, STEM
from resnet.residual.flow.block_flow import block_flow
from resnet.residual.flow.op_values import op_values, wiring
from resnet.weights.classifiers.residual_classifier import untrained
from tests.networks import KINDS, lively, watched
from tests.strategies import specs

# Those whose module is called for several operations, or is more than one.
_APART = {"add", "relu", "scale", "mean", "blur"}


def held_to_hooks(spec: ResNetSpec) -> set[str]:
    """The kinds of operations that were compared, in every section of a random network."""
    torch.manual_seed(0)
    model, graph = lively(build(spec)), trace(spec)
    images = torch.randn(2, spec.in_channels, *spec.input_size)
    seen, compared = watched(model, images), set()
    for name in (STEM, *(block.name for block in graph.blocks), HEAD):
        flow = op_values(model, images, graph.section(name))
        values = flow.values
        for each in flow.ops:
            op, calls = each.op, seen[each.op.path]
            assert each.out.shape[1:] == op.out_shape or op.stage != STEM, op.path
            compared.add(op.kind)
            if op.kind == "add":
                assert torch.equal(each.out, values[each.reads[0]] + values[each.reads[1]])
            elif op.path.endswith((".se.conv", ".se.gate")):  # channels are their last axis
                assert torch.equal(each.out.flatten(1), calls[0][1].flatten(1))
            elif op.kind in _APART and op.stage != HEAD:
                assert any(torch.equal(each.out, out) for _, out in calls), op.path
            elif op.kind != "relu":
                ((read, out),) = calls
                assert torch.equal(values[each.reads[0]].flatten(), read.flatten()), op.path
                assert torch.equal(each.out, out), op.path
        if name in (STEM, HEAD):
            continue
        whole = block_flow(model, images, name)
        assert torch.equal(values[-1], whole.out)
        assert torch.equal(values[-1], seen[name][0][1])
    with torch.no_grad():
        assert torch.equal(values[-1], model(images))
    return compared


@settings(max_examples=8)
@given(specs())
def test_every_operation_is_what_hooks_see(spec):
    held_to_hooks(spec)


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        (KINDS["basic"], {"conv", "bn", "relu", "add", "maxpool", "avgpool", "linear"}),
        (KINDS["bottleneck"], {"conv", "bn", "relu", "add"}),
        (KINDS["preact"], {"conv", "bn", "relu", "add"}),
        (KINDS["plain"], {"conv", "bn", "relu"}),
        (KINDS["basic"] | {"shortcut": "A"}, {"pad"}),
        (KINDS["basic"] | {"shortcut": "C"}, {"conv", "add"}),
        (KINDS["basic"] | {"shortcut": "D"}, {"avgpool"}),
        (KINDS["se"], {"sigmoid", "scale"}),
        (KINDS["bottleneck"] | {"attention": "eca"}, {"conv1d", "sigmoid", "scale"}),
        (KINDS["basic"] | {"norm": "group", "planes": (32,) * 4, "stem_width": 32}, {"gn"}),
        (KINDS["basic"] | {"antialias": "binomial"}, {"blur"}),
    ],
)
def test_every_kind_of_block_is_among_them(changes, kinds):
    narrow = {"planes": (8, 16, 32, 64), "stem_width": 8, "num_classes": 7, "image_size": 64}
    assert kinds <= held_to_hooks(ResNetSpec(**narrow | changes))


def test_what_is_read_is_wired_as_the_block_is():
    graph = trace(ResNetSpec.preset("resnet18"))
    assert wiring(graph.block("layer1.0")) == ((0,), (1,), (2,), (3,), (4,), (0, 5), (6,))
    # conv, BN, ReLU, conv, BN; the shortcut's conv and BN from x; sum; ReLU
    assert wiring(graph.block("layer2.0"))[5:] == ((0,), (6,), (7, 5), (8,))
    preact = trace(ResNetSpec.preset("preact_resnet164"))
    lanes = wiring(preact.block("layer2.0"))  # BN and ReLU are read by both lanes
    assert lanes[2] == (2,)
    assert lanes[9] == (2,)
    assert lanes[10] == (10, 9)
    gated = trace(ResNetSpec(**KINDS["se"])).block("layer1.0")
    (scale,) = [i for i, op in enumerate(gated.ops) if op.kind == "scale"]
    assert wiring(gated)[scale] == (scale - 5, scale)  # the last BN, and its gate


def test_the_model_is_left_as_it_was_and_training_mode_is_refused():
    spec = ResNetSpec.preset("cifar_resnet20")
    model, section = lively(build(spec)), trace(spec).block("layer2.1")
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    op_values(model, torch.randn(1, 3, 32, 32), section)
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert not model.training
    with pytest.raises(ValueError, match="eval"):
        op_values(model.train(), torch.randn(1, 3, 32, 32), section)


def test_an_untrained_network_grows_until_float32_holds_it_no_more():
    spec = ResNetSpec.preset("cifar_resnet1202", image_size=8)
    model, graph = untrained(spec).model, trace(spec)
    images = torch.ones(1, 3, 8, 8)
    assert op_values(model, images, graph.block("layer1.0")).finite
    assert not op_values(model, images, graph.block("layer3.199")).finite

"""What flows through a block is what the forward computes, seen by hooks that only tests use."""

from dataclasses import fields

import pytest
import torch
import torchvision
from hypothesis import given, settings

from resnet import ResNetSpec, TooLarge, build, trace
from resnet.residual.flow.block_flow import BlockFlow, block_flow, channel, check_size, macs_until
from resnet.weights.classifiers.residual_classifier import untrained
from tests.networks import lively, watched
from tests.strategies import specs


@settings(max_examples=25)
@given(specs())
def test_every_lane_is_what_hooks_see_in_one_forward(spec):
    torch.manual_seed(0)
    model = lively(build(spec))
    images = torch.randn(2, spec.in_channels, *spec.input_size)
    seen = watched(model, images)
    before = None
    for plan in spec.blocks():
        got = block_flow(model, images, plan.name)
        ((x, out),) = seen[plan.name]
        assert torch.equal(got.x, x)
        assert torch.equal(got.out, out)
        assert torch.equal(got.branch, seen[f"{plan.name}.se"][0][1])
        assert before is None or torch.equal(got.x, before)
        before = got.out
        if plan.shortcut == "none":
            assert got.shortcut is None
            assert torch.equal(got.total, got.branch)
        else:
            assert torch.equal(got.shortcut, seen[f"{plan.name}.downsample"][0][1])
            assert torch.equal(got.total, got.shortcut + got.branch)
        into_last_relu = seen[f"{plan.name}.relu"][-1][0]
        assert torch.equal(got.total, got.out if spec.preact else into_last_relu)


@pytest.mark.parametrize(("name", "last"), [("resnet18", "bn2"), ("resnet50", "bn3")])
def test_torchvision_computes_the_same_lanes(name, last):
    torch.manual_seed(0)
    theirs = lively(torchvision.models.get_model(name))
    ours = build(ResNetSpec.preset(name)).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    images = torch.randn(1, 3, 64, 64)
    seen = watched(theirs, images)
    for block in ("layer1.0", "layer1.1", "layer3.0", "layer4.1"):
        got = block_flow(ours, images, block)
        x, out = seen[block][0]
        pairs = [(got.x, x), (got.branch, seen[f"{block}.{last}"][0][1]), (got.out, out)]
        pairs.append((got.total, seen[f"{block}.{last}"][0][1] + got.shortcut))
        projected = seen[f"{block}.downsample"]
        pairs.append((got.shortcut, projected[0][1] if projected else x))
        for mine, their in pairs:
            assert torch.allclose(mine, their, rtol=1e-4, atol=1e-4 * float(their.abs().max()))


def test_the_model_is_left_as_it_was():
    model = lively(build(ResNetSpec.preset("cifar_resnet20")))
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    block_flow(model, torch.randn(1, 3, 32, 32), "layer2.1")
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert not model.training
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())


def test_training_mode_and_unknown_blocks_are_refused():
    model, images = build(ResNetSpec.preset("cifar_resnet20")), torch.randn(1, 3, 32, 32)
    with pytest.raises(ValueError, match="eval"):
        block_flow(model.train(), images, "layer1.0")
    with pytest.raises(KeyError, match=r"layer9\.0"):
        block_flow(model.eval(), images, "layer9.0")


def test_a_shared_activation_is_normalised_once_a_forward():
    spec = ResNetSpec.preset("preact_resnet164", layers=(1, 1, 1))
    model = build(spec).train()
    model(torch.randn(2, 3, 32, 32))
    assert {int(m.num_batches_tracked) for m in model.modules() if hasattr(m, "running_var")} == {1}


@settings(max_examples=15)
@given(specs())
def test_a_channel_has_a_source_where_the_shortcut_adds_it_unchanged(spec):
    model = lively(build(spec))
    images = torch.randn(1, spec.in_channels, *spec.input_size)
    for plan in spec.blocks():
        got = block_flow(model, images, plan.name)
        sources = [plan.source(c) for c in range(plan.out_channels)]
        if plan.shortcut not in ("identity", "padding"):
            assert set(sources) == {None}
            continue
        x = got.x
        if spec.preact and plan.shortcut == "padding":  # reads ReLU(BN(x))
            with torch.no_grad():
                x = model.get_submodule(plan.name).bn1(x).relu()
        thinned = x[:, :, :: plan.stride, :: plan.stride]
        for c, source in enumerate(sources):
            expected = torch.zeros(()) if source is None else thinned[:, source]
            assert torch.equal(got.shortcut[:, c], expected.expand_as(got.shortcut[:, c]))
        assert [s for s in sources if s is not None] == list(range(plan.in_channels))


def known(**changes: torch.Tensor | None) -> BlockFlow:
    """x = shortcut = (3, 4) and F(x) = (−4, 3), so the sum is (−1, 7)."""
    x, branch = torch.tensor([3.0, 4.0]), torch.tensor([-4.0, 3.0])
    parts = {"x": x, "shortcut": x, "branch": branch, "total": x + branch}
    parts |= {"out": parts["total"].relu()} | changes
    return BlockFlow(**{k: v if v is None else v.view(1, 2, 1, 1) for k, v in parts.items()})


def test_the_ratio_and_the_share_below_zero_are_those_worked_by_hand():
    assert known().ratio == pytest.approx(1.0)
    assert known(branch=torch.tensor([0.0, 10.0])).ratio == pytest.approx(2.0)
    assert known().below_zero == 0.5
    assert known(total=torch.zeros(2)).below_zero == 0.0


def test_there_is_no_ratio_to_nothing():
    assert known(shortcut=None).ratio is None
    assert known(shortcut=torch.zeros(2)).ratio is None


@pytest.mark.parametrize("field", [f.name for f in fields(BlockFlow) if f.name != "shortcut"])
def test_values_beyond_float32_are_noticed(field):
    assert known().finite
    assert not known(**{field: torch.tensor([1.0, torch.inf])}).finite


def test_an_untrained_network_grows_until_float32_holds_it_no_more():
    spec = ResNetSpec.preset("cifar_resnet1202", image_size=8)
    model, images = untrained(spec).model, torch.ones(1, 3, 8, 8)
    assert block_flow(model, images, "layer1.0").finite
    assert not block_flow(model, images, "layer3.199").finite


def test_the_mean_over_channels_is_linear_and_one_channel_is_a_slice():
    values = torch.randn(2, 5, 3, 3)
    assert torch.equal(channel(values, 4), values[:, 4])
    assert torch.allclose(channel(values, None), sum(values[:, c] for c in range(5)) / 5)


def test_a_network_too_large_is_refused_with_its_size():
    check_size(trace(ResNetSpec.preset("wide_resnet101_2")))
    large = ResNetSpec.preset("resnet152", width_per_group=256)
    held = sum(v.numel() * 4 for v in build(large, device="meta").state_dict().values())
    with pytest.raises(TooLarge, match=rf"weights .* {held / 1e9:.2f} GB"):
        check_size(trace(large))
    with pytest.raises(TooLarge, match="activations"):
        check_size(trace(ResNetSpec.preset("resnet18", image_size=1024)))


def test_random_weights_follow_from_the_seed_alone():
    spec = ResNetSpec.preset("cifar_resnet20")
    torch.manual_seed(1)
    one = untrained(spec)
    torch.manual_seed(2)
    two, other = untrained(spec), untrained(spec, seed=1)
    assert torch.equal(one.model.layer2[1].conv1.weight, two.model.layer2[1].conv1.weight)
    assert not torch.equal(one.model.layer2[1].conv1.weight, other.model.layer2[1].conv1.weight)
    assert one.family == "random"
    assert not one.model.training


def test_a_forward_costs_what_its_blocks_do():
    graph = trace(ResNetSpec.preset("resnet50"))
    head = sum(op.macs for op in graph.stages[-1].own_ops)
    assert macs_until(graph, graph.blocks[-1].name) == graph.macs - head
    first = sum(op.macs for op in graph.stages[0].own_ops) + graph.blocks[0].macs
    assert macs_until(graph, "layer1.0") == first
    with pytest.raises(KeyError):
        macs_until(graph, "layer5.0")

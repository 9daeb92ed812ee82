"""What is said of one number gives that very number."""

import pytest
import torch
from hypothesis import given, settings

from resnet import ResNetSpec, build, trace
from resnet.network.graph import HEAD, STEM
from resnet.residual.flow import arithmetic
from resnet.residual.flow.arithmetic import follow, mixed, normalised, of_channel, one_channel
from resnet.residual.flow.op_values import Flow, op_values
from tests.networks import KINDS, lively
from tests.strategies import specs

NARROW = {"planes": (8, 16, 32, 64), "stem_width": 8, "num_classes": 7, "image_size": 64}


def flow_of(spec: ResNetSpec, name: str) -> tuple[torch.nn.Module, Flow]:
    torch.manual_seed(0)
    model = lively(build(spec))
    images = torch.randn(1, spec.in_channels, *spec.input_size)
    return model, op_values(model, images, trace(spec).section(name))


def works_out(model: torch.nn.Module, flow: Flow, channel: int) -> set[str]:
    """Work every operation out by what is said of it; the kinds that were."""
    followed, kinds = follow(model, flow, channel), set()
    for number, each in enumerate(flow.ops, start=1):
        own, read = followed.written[number], followed.read[number - 1]
        out = one_channel(each.out, own)
        reads = [one_channel(flow.values[n], c) for n, c in zip(each.reads, read, strict=True)]
        kinds.add(each.op.kind)
        if each.op.kind in ("conv", "linear", "conv1d"):
            said = mixed(model, flow, each, own)
            given = (said.kernels[said.top] * said.windows).sum((-2, -1))  # (h, w, S)
            found = given.sum(-1) + said.bias
            assert said.top.shape[-1] == len(said.kernels)
            assert (given.abs().diff(dim=-1) <= 1e-6).all()  # the largest first
        elif each.op.kind in ("bn", "gn"):
            said = normalised(model, flow, each, own)
            found = said.gamma * (reads[0] - said.mean) / said.sigma + said.beta
        elif each.op.kind == "relu":
            found = reads[0].clamp(min=0)
        elif each.op.kind == "add":
            found = reads[0] + reads[1]
        elif each.op.kind == "scale":
            found = reads[0] * reads[1]
        elif each.op.kind == "sigmoid":
            found = 1 / (1 + (-reads[0]).exp())
        elif each.op.kind == "pad":
            thinned = one_channel(flow.values[each.reads[0]], read[0])
            found = (
                thinned[:: each.op.stride, :: each.op.stride] if read[0] is not None else 0 * out
            )
        else:
            continue
        scale = float(out.abs().max()) + 1e-6
        assert torch.allclose(found, out, atol=1e-5 * scale, rtol=1e-4), each.op.path
    return kinds


@settings(max_examples=8)
@given(specs())
def test_every_number_is_what_is_said_of_it(spec):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arithmetic, "SHOWN", 10**6)
        for name in (STEM, trace(spec).blocks[-1].name, HEAD):
            model, flow = flow_of(spec, name)
            works_out(model, flow, flow.values[-1].shape[1] // 2)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (KINDS["se"], "scale"),
        (KINDS["bottleneck"] | {"attention": "eca"}, "conv1d"),
        (KINDS["basic"] | {"norm": "group", "planes": (32,) * 4, "stem_width": 32}, "gn"),
        (KINDS["bottleneck"] | {"groups": 2}, "conv"),
        (KINDS["basic"] | {"shortcut": "A"}, "pad"),
    ],
)
@pytest.mark.parametrize("channel", [0, 12])
def test_every_kind_of_operation_is_worked_out(monkeypatch, changes, kind, channel):
    monkeypatch.setattr(arithmetic, "SHOWN", 10**6)
    assert kind in works_out(*flow_of(ResNetSpec(**NARROW | changes), "layer2.0"), channel)


def test_channels_are_followed_to_where_they_come_from():
    model, flow = flow_of(ResNetSpec(**NARROW | KINDS["basic"]), "layer1.0")
    followed = follow(model, flow, 5)
    x, conv1, bn1, relu, conv2, bn2, total, out = followed.written
    assert x == conv2 == bn2 == total == out == 5  # the identity adds channel 5 of x
    assert conv1 == bn1 == relu
    kernels = model.get_submodule("layer1.0.conv2").weight[5]  # (I, 3, 3)
    with torch.inference_mode():
        given = torch.conv2d(flow.values[3], kernels[:, None], padding=1, groups=len(kernels))
    assert relu == int(given[0].abs().sum((1, 2)).argmax())
    maps = [*of_channel(flow, followed)]
    assert torch.equal(maps[-1], flow.values[-1][0, 5])
    assert torch.equal(maps[3], flow.values[3][0, relu])


def test_a_channel_on_the_way_may_be_chosen():
    model, flow = flow_of(ResNetSpec(**NARROW | KINDS["basic"]), "layer1.0")
    usual, other = follow(model, flow, 5), follow(model, flow, 5, {3: 2, 0: 7})
    assert usual.written[3] != 2
    assert other.written == (7, 2, 2, 2, 5, 5, 5, 5)
    assert other.read[5] == (5, 5)  # the sum reads x's own channel all the same


def test_a_padded_channel_has_no_source_and_x_is_shown_where_the_branch_reads_it():
    model, flow = flow_of(ResNetSpec(**NARROW | KINDS["basic"] | {"shortcut": "A"}), "layer2.0")
    pad = [each.op.kind for each in flow.ops].index("pad")
    padded, carried = follow(model, flow, 0), follow(model, flow, 7)
    assert padded.read[pad] == (None,)
    assert padded.written[0] == padded.read[0][0]
    assert carried.read[pad] == (3,)  # 8 → 16: four zero channels on either side
    assert carried.written[0] == 3


def test_the_mean_is_over_the_channels_of_every_value():
    model, flow = flow_of(ResNetSpec(**NARROW | KINDS["se"]), "layer2.0")
    followed = follow(model, flow, None)
    assert set(followed.written) == {None}
    for map_, value in zip(of_channel(flow, followed), flow.values, strict=True):
        assert torch.allclose(map_, value[0].mean(0), atol=1e-6)


def test_few_in_channels_are_written_out():
    model, flow = flow_of(ResNetSpec(**NARROW | KINDS["basic"]), "layer2.0")
    said = mixed(model, flow, flow.ops[0], 3)
    assert said.top.shape == (8, 8, arithmetic.SHOWN)
    assert said.windows.shape == (8, 8, arithmetic.SHOWN, 3, 3)
    assert len(said.kernels) == 8

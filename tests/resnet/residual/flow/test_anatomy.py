"""A block's parts add up to the logit: held against hand-written forwards, autograd and hooks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from PIL import Image
from torch.nn import functional as F  # noqa: N812

from resnet import ResNetSpec, build
from resnet.residual.flow.anatomy import Channels, anatomies, channel_shares, dissect
from resnet.residual.flow.block_flow import block_flow
from tests.networks import KINDS, frozen, lively

ALL = KINDS | {"option A": {"block": "basic", "layers": (2, 1, 1, 1), "shortcut": "A"}}
LINEAR = [kind for kind in ALL if kind != "se"]  # gates multiply


def model_of(kind: str) -> torch.nn.Module:
    return frozen(**ALL[kind])


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))


def near(mine: torch.Tensor, theirs: torch.Tensor) -> bool:
    return torch.allclose(mine, theirs, rtol=1e-4, atol=1e-5 * float(theirs.abs().max()) + 1e-7)


@pytest.mark.parametrize("kind", ALL)
def test_shortcut_and_branch_add_up_to_the_sum_in_every_cell_of_every_block(kind, image):
    blocks, _ = anatomies(model_of(kind), image, 2)
    for part in blocks.values():
        carried = 0 if part.shortcut is None else part.shortcut
        assert near(carried + part.branch, part.total)
        assert (part.shortcut is None) == (kind == "plain")


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "preact"])
def test_at_the_last_block_the_parts_are_the_class_weights_through_the_open_relus(kind, image):
    model = model_of(kind)
    blocks, logits = anatomies(model, image, 4)
    name, last = list(blocks.items())[-1]
    seen = block_flow(model, image, name)
    gate = model.fc.weight[4][:, None, None] * (seen.total[0] > 0)  # W_c ⊙ mask
    cells = seen.total.shape[-1] * seen.total.shape[-2]
    for part, values in ((last.shortcut, seen.shortcut), (last.branch, seen.branch)):
        if values is not None:
            assert near(part, (gate * values[0]).sum(0) / cells)
    assert sum(last.sums[:2]) + float(model.fc.bias[4]) == pytest.approx(
        float(logits[0, 4]), rel=1e-4, abs=1e-5
    )


def test_in_a_preactivation_net_the_final_norm_scales_the_parts_and_adds_its_shift(image):
    model = model_of("preact")
    blocks, logits = anatomies(model, image, 1)
    name, last = list(blocks.items())[-1]
    seen, norm = block_flow(model, image, name), model.norm
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    shift = norm.bias - norm.running_mean * scale
    cells = seen.total.shape[-1] * seen.total.shape[-2]
    over = (scale[:, None, None] * seen.total[0] + shift[:, None, None]) > 0
    gate = model.fc.weight[1][:, None, None] * over / cells
    assert near(last.shortcut, (gate * scale[:, None, None] * seen.shortcut[0]).sum(0))
    assert near(last.branch, (gate * scale[:, None, None] * seen.branch[0]).sum(0))
    added = float((gate * shift[:, None, None]).sum())
    total = sum(last.sums[:2]) + added + float(model.fc.bias[1])
    assert total == pytest.approx(float(logits[0, 1]), rel=1e-4, abs=1e-5)


def forward_from(model, name: str, total: torch.Tensor) -> torch.Tensor:
    """The logits from a block's sum on, op by op, for basic post-activation blocks."""
    x, behind = F.relu(total), False

    def norm(bn, x):
        return F.batch_norm(x, bn.running_mean, bn.running_var, bn.weight, bn.bias, eps=bn.eps)

    for stage in model.spec.stage_names:
        for number, block in enumerate(getattr(model, stage)):
            if behind:
                stride = block.conv1.stride[0]
                y = F.conv2d(x, block.conv1.weight, stride=stride, padding=1)
                y = norm(
                    block.bn2, F.conv2d(F.relu(norm(block.bn1, y)), block.conv2.weight, padding=1)
                )
                if isinstance(block.downsample, torch.nn.Sequential):
                    conv, bn = block.downsample
                    x = norm(bn, F.conv2d(x, conv.weight, stride=stride))
                x = F.relu(x + y)
            behind = behind or f"{stage}.{number}" == name
    return x.mean((2, 3)) @ model.fc.weight.T + model.fc.bias


@pytest.mark.parametrize("name", ["layer1.0", "layer2.0", "layer2.1", "layer4.0"])
def test_before_the_last_block_the_parts_are_gradient_times_activation(name, image):
    model = model_of("basic")
    blocks, logits = anatomies(model, image, 5)
    seen = block_flow(model, image, name)
    total = seen.total.clone().requires_grad_()
    mine = forward_from(model, name, total)
    assert torch.allclose(mine, logits, atol=1e-4)
    (gradient,) = torch.autograd.grad(mine[0, 5], total)
    for part, values in (("shortcut", seen.shortcut), ("branch", seen.branch)):
        assert near(getattr(blocks[name], part), (gradient * values)[0].sum(0))


@pytest.mark.parametrize("kind", LINEAR)
def test_where_nothing_multiplies_the_sums_map_is_the_logits_linear_part(kind, image):
    """logit(t) = map + rest with the same rest for t scaled a little: no ReLU switches."""
    model = model_of(kind).double()
    name = next(model.spec.blocks()).name
    blocks, logits = anatomies(model, image.double(), 3)
    names = [plan.name for plan in model.spec.blocks()]
    with torch.no_grad():
        x = model.get_submodule(name).finish(
            block_flow(model, image.double(), name).total * (1 + 1e-7)
        )
        for other in names[1:]:
            x = model.get_submodule(other)(x)
        moved = model.classify(model.finish(x))[0, 3]
    assert float(moved - logits[0, 3]) / 1e-7 == pytest.approx(blocks[name].sums[2], rel=1e-3)


def test_ratios_are_those_of_the_block_alone(image):
    model = model_of("bottleneck")
    for name, part in anatomies(model, image, 0)[0].items():
        assert part.ratio == pytest.approx(block_flow(model, image, name).ratio, rel=1e-5)


def test_a_plain_net_has_no_ratio_and_keeps_nothing(image):
    for part in anatomies(model_of("plain"), image, 0)[0].values():
        assert part.ratio is None
        assert part.sums[0] == 0
        assert part.channels.kept == part.channels.mixed == 0


def test_channels_are_kept_mixed_overwritten_or_silent_by_their_energy():
    shortcut = torch.tensor([2.0, 1.0, 1.0, 0.0, 0.0, 1.0]).view(1, 6, 1, 1)
    branch = torch.tensor([1.0, 2.0, -1.0, 0.0, 3.0, 0.0]).view(1, 6, 1, 1)
    assert channel_shares(shortcut, branch) == Channels(2 / 6, 1 / 6, 2 / 6, 1 / 6)
    assert channel_shares(None, branch) == Channels(0, 0, 4 / 6, 2 / 6)


def test_energy_is_summed_over_places():
    shortcut = torch.tensor([[3.0, 4.0]]).view(1, 1, 1, 2)
    quarter = torch.tensor([[0.0, 2.5]]).view(1, 1, 1, 2)  # norms 5 and 2.5
    assert channel_shares(shortcut, quarter).kept == 1
    assert channel_shares(shortcut, quarter * 1.01).mixed == 1


def test_a_dissection_adds_up_on_a_photograph(shapes):
    image = Image.effect_noise((90, 70), 80).convert("RGB")
    found = dissect(shapes, image, 6)
    see = shapes.transform
    with torch.no_grad():
        logit = float(shapes.model(see.tensor(see.view(image)).unsqueeze(0))[0, 6])
    last = list(found.blocks)[-1]
    assert found.logit == pytest.approx(logit, abs=1e-4)
    assert found.behind(last) == pytest.approx(found.bias, abs=1e-4)
    assert found.bias == float(shapes.model.fc.bias[6])
    assert list(found.blocks) == [plan.name for plan in shapes.spec.blocks()]


def test_the_model_is_left_as_it_was_and_serves_two_threads_at_once(shapes):
    model = shapes.model
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    images = [Image.effect_noise((64, 64), sigma).convert("RGB") for sigma in (40, 90)]
    alone = [dissect(shapes, image, 1) for image in images]
    with ThreadPoolExecutor(2) as pool:
        together = pool.map(lambda image: [dissect(shapes, image, 1) for _ in range(4)], images)
    for expected, again in zip(alone, together, strict=True):
        for found in again:
            for name, part in found.blocks.items():
                assert torch.allclose(part.branch, expected.blocks[name].branch, atol=1e-5)
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert not model.training
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())
    assert not any(m._forward_hooks or m._backward_hooks for m in model.modules())


def test_a_zeroed_branch_contributes_nothing():
    model = lively(build(ResNetSpec.preset("cifar_resnet20"))).requires_grad_(False)
    last = model.layer2[1].bn2
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    part = anatomies(model, torch.randn(1, 3, 32, 32), 0)[0]["layer2.1"]
    assert part.branch.abs().max() == 0
    assert part.ratio == 0
    assert torch.equal(part.shortcut, part.total)
    assert part.channels.overwritten == part.channels.mixed == 0

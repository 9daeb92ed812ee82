"""A gradient brought back by the rules written out is autograd's, at every operation."""

from dataclasses import replace

import pytest
import torch

from resnet import ResNetSpec, build, trace
from resnet.model.module import add
from resnet.residual.flow.backward import arriving, backward
from resnet.residual.flow.op_values import op_values, through
from tests.networks import frozen, lively

IMAGES = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
SPEC = ResNetSpec(
    block="basic", layers=(2, 1), planes=(8, 16), stem="cifar", stem_width=8, num_classes=5,
    image_size=16,
)  # fmt: skip


def taught(model, name):
    """∂logit/∂output of every module of a block, by backward hooks of the whole network."""
    seen, hooks = {}, []
    for path, module in model.named_modules():
        if path.startswith(f"{name}.") and not path.endswith(("relu", "se", "aa", "downsample")):
            hooks.append(
                module.register_full_backward_hook(
                    lambda _, __, grads, path=path: seen.__setitem__(path, grads[0])
                )
            )
    images = IMAGES[:, :, :16, :16].clone().requires_grad_()
    model(images)[:, 3].sum().backward()
    for hook in hooks:
        hook.remove()
    return seen


@pytest.mark.parametrize("changes", [
    {}, {"block": "bottleneck"}, {"shortcut": "none"}, {"shortcut": "C"}, {"preact": True},
    {"groups": 2, "block": "bottleneck", "width_per_group": 32}, {"dilations": (1, 2)},
])  # fmt: skip
@pytest.mark.parametrize("name", ["layer1.0", "layer2.0"])
def test_every_gradient_is_what_hooks_of_the_whole_network_see(changes, name):
    torch.manual_seed(0)
    model = lively(build(replace(SPEC, **changes)))
    flow = op_values(model, IMAGES[:, :, :16, :16], trace(model.spec).block(name))
    back = backward(model, flow, arriving(model, flow, 3))
    seen, compared = taught(model, name), 0
    for each, gradient in zip(flow.ops, back.gradients[1:], strict=True):
        if each.op.path in seen:
            torch.testing.assert_close(gradient, seen[each.op.path], rtol=1e-4, atol=1e-7)
            compared += 1
    assert compared >= 4


def test_the_parts_at_x_are_those_of_the_shortcut_and_of_the_branch():
    model = frozen(**{"block": "basic", "layers": (1, 2, 1, 1)})
    flow = op_values(model, IMAGES, trace(model.spec).block("layer2.1"))
    back = backward(model, flow, arriving(model, flow, 0))
    x = flow.entered.clone().requires_grad_()
    block = model.get_submodule("layer2.1")
    shortcut, branch = block.lanes(x)
    total = add(shortcut, branch)
    (at_sum,) = torch.autograd.grad(
        block.finish(total), total, back.gradients[-1].clone(), retain_graph=True
    )
    (by_branch,) = torch.autograd.grad(branch, x, at_sum)
    torch.testing.assert_close(back.parts[0][0], by_branch, rtol=1e-4, atol=1e-7)
    assert torch.equal(back.parts[0][1], at_sum)
    torch.testing.assert_close(back.gradients[0], at_sum + by_branch, rtol=1e-4, atol=1e-7)


def test_the_plain_twin_runs_the_same_branch():
    torch.manual_seed(0)
    model = lively(build(SPEC))
    flow = op_values(model, IMAGES[:, :, :16, :16], trace(SPEC).block("layer1.1"))
    twin = trace(replace(SPEC, shortcut="none")).block("layer1.1")
    plain = through(model, flow.entered, twin)
    assert torch.equal(plain.ops[4].out, flow.ops[4].out)
    assert torch.equal(plain.values[-1], flow.ops[4].out.relu())


def test_an_operation_without_a_rule_is_refused():
    model = lively(build(replace(SPEC, se_reduction=4)))
    flow = op_values(model, IMAGES[:, :, :16, :16], trace(model.spec).block("layer1.0"))
    with pytest.raises(KeyError):
        backward(model, flow, torch.ones_like(flow.values[-1]))

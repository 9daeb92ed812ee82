"""Completeness, infidelity and sensitivity against autograd and cases whose answer is known."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from resnet.model.progress import last
from resnet.trust import faithfulness
from resnet.trust.faithfulness import completeness, infidelities, sensitivity
from tests.networks import KINDS, frozen
from tests.resnet.trust.drawn import LABEL


@pytest.mark.parametrize("kind", ["basic", "bottleneck", "preact", "plain"])
def test_what_hirescam_leaves_out_is_what_the_later_biases_give(kind):
    """By Euler: a net of convolutions, BN and ReLU is homogeneous in A and all additive terms."""
    model, image = frozen(**KINDS[kind]), torch.randn(1, 3, 64, 64)
    model.fc.weight.mul_(100)
    rows = {(row.layer, row.method): row for row in last(completeness(model, image, 2))}
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.bias.requires_grad_()
    later = {name: _later(model, name) for name in model.spec.stage_names}
    model(image)[0, 2].backward()
    for name, norms in later.items():
        biases = sum(float((_constant(norm) * norm.bias.grad).sum().detach()) for norm in norms)
        assert rows[name, "hirescam"].gap == pytest.approx(biases, rel=1e-3, abs=1e-3)
    assert abs(rows["layer1", "hirescam"].gap) > 0.05
    assert rows["layer4", "gradcam"].gap == pytest.approx(0, abs=1e-3)


def _constant(norm: nn.BatchNorm2d) -> Tensor:
    """What a normalisation adds: β - γ μ / σ."""
    return norm.bias - norm.weight * norm.running_mean / (norm.running_var + norm.eps).sqrt()


def _later(model, stage) -> list[nn.BatchNorm2d]:
    """The normalisations between a stage's output and the logits."""
    names = model.spec.stage_names
    after = [model.get_submodule(name) for name in names[names.index(stage) + 1 :]]
    final = [model.norm] if stage != names[-1] else []
    found = (m for part in [*after, *final] for m in part.modules())
    return [m for m in found if isinstance(m, nn.BatchNorm2d)]


class _Linear(nn.Module):
    """A model whose every loss is known: the logits are weighted sums of the pixels."""

    def __init__(self, weight: Tensor):
        super().__init__()
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        return (x * self.weight).sum((1, 2, 3))[:, None]


def test_a_map_that_says_exactly_what_is_lost_has_no_infidelity():
    dice = torch.Generator().manual_seed(0)
    weight, image = (
        torch.randn(3, 16, 16, generator=dice),
        torch.randn(1, 3, 16, 16, generator=dice),
    )
    truth = (image[0] * weight).sum(0).numpy()
    found = last(infidelities(_Linear(weight), image, 0, truth, samples=20))
    errors = {row.name: row.error for row in found}
    assert errors["map"] == pytest.approx(0, abs=0.02)
    assert 1 < errors["even"] <= errors["empty"]
    doubled = last(infidelities(_Linear(weight), image, 0, 2 * truth, samples=20))
    assert doubled[0].error == pytest.approx(0, abs=0.02)


def test_an_empty_map_has_the_infidelity_of_expecting_no_loss():
    dice = torch.Generator().manual_seed(0)
    image = torch.randn(1, 3, 16, 16, generator=dice)
    model, lost = _Linear(torch.ones(3, 16, 16)), []

    def watched(x):
        lost.extend((float(image.sum()) - model(x)[:, 0]).tolist())
        return model(x)

    *_, empty = last(infidelities(watched, image, 0, np.ones((16, 16), np.float32), samples=12))
    squares = [loss**2 for loss in lost if abs(loss) > 1e-5]
    assert len(squares) == 3 * 12
    assert empty.error == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-3)


def test_progress_of_infidelity_counts_every_forward(shapes, image):
    values = np.ones((64, 64), np.float32)
    seen = []

    def model(x):
        seen.append(len(x))
        return shapes.model(x)

    steps = list(infidelities(model, image, LABEL, values, samples=10))
    assert sum(seen) == steps[-1].total == steps[-1].done == faithfulness.infidelity_forwards(10)


def test_sensitivity_repeats_and_is_that_of_captums_formula(shapes, image, asked):
    found = [last(sensitivity(shapes.model, image, asked, samples=3)) for _ in range(2)]
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    dice = torch.Generator().manual_seed(0)
    own = asked.of(shapes.model, image).maps
    moved = []
    for _ in range(3):
        near = image + (2 * torch.rand(image.shape, generator=dice) - 1) * 0.02
        moved.append(float((asked.of(shapes.model, near).maps - own).norm() / own.norm()))
    assert found[0] == pytest.approx(max(moved), rel=1e-3)

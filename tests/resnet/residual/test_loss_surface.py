"""The loss on a plane of weights: directions, a known surface, and what is left of the model."""

import pytest
import torch
from torch import nn

from resnet.model.fresh_weights import fresh
from resnet.residual.loss_surface import axis_steps, loss_at, random_direction
from resnet.training.datasets import Examples, load_dataset
from resnet.training.sgd_recipe import network_for, score


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits", train=256)


@pytest.fixture
def model(digits):
    return fresh(network_for(digits, 8), seed=1).eval()


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_each_filter_of_a_direction_is_as_long_as_the_models(model):
    along = random_direction(model, dice())
    filters = 0
    for name, weight in model.named_parameters():
        if weight.dim() == 1:  # biases and BN's γ and β
            assert not along[name].any()
            continue
        for ours, trained in zip(along[name], weight, strict=True):
            torch.testing.assert_close(ours.norm(), trained.detach().norm())
            filters += 1
    assert filters == 16 + 2 * 16 + 2 * 32 + 2 * 64 + 10


def test_directions_are_random_and_follow_from_the_seed(model):
    one, two = (random_direction(model, dice(seed))["conv1.weight"] for seed in (0, 1))
    assert torch.equal(one, random_direction(model, dice(0))["conv1.weight"])
    cosine = torch.cosine_similarity(one.flatten(), two.flatten(), dim=0)
    assert abs(cosine) < 0.4  # 144 numbers: a standard deviation of 0.083


def test_the_centre_is_the_loss_of_the_weights_as_they_are(model, digits):
    plane = random_direction(model, dice()), random_direction(model, dice(1))
    assert loss_at(model, digits.train, plane, (0, 0)) == pytest.approx(
        score(model, digits.train).loss, rel=1e-6
    )


def test_the_model_is_left_bit_for_bit(model, digits):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    plane = random_direction(model, dice()), random_direction(model, dice(1))
    assert loss_at(model, digits.train, plane, (0.5, -1)) != loss_at(
        model, digits.train, plane, (0, 0)
    )
    after = model.state_dict()
    assert [*before] == [*after]
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    assert not model.training
    assert all(weight.grad is None for weight in model.parameters())


class Parabola(nn.Module):
    """Logits 0 and ln(e^|w|² − 1), so that the cross-entropy of class 0 is |w|²."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[3.0, 4.0]], dtype=torch.float64))

    def forward(self, x):
        square = self.weight.square().sum()
        return torch.stack([torch.zeros_like(square), torch.log(torch.expm1(square))])[None]


def test_a_parabola_has_the_surface_that_is_known():
    """Along a and b the loss is |w + xa + yb|², and both are as long as w: 5."""
    model = Parabola()
    examples = Examples(torch.zeros(1, 1, dtype=torch.float64), torch.tensor([0]))
    a, b = ({"weight": torch.tensor([v], dtype=torch.float64)} for v in ([5.0, 0], [0, 5.0]))
    for x in axis_steps(2, 0.5):
        for y in axis_steps(2, 0.5):
            expected = (3 + 5 * x) ** 2 + (4 + 5 * y) ** 2
            assert loss_at(model, examples, (a, b), (x, y)) == pytest.approx(expected, rel=1e-9)
    drawn = random_direction(model, dice())["weight"]
    assert drawn.norm().item() == pytest.approx(5)


def test_places_are_even_and_the_centre_is_one_of_them():
    assert axis_steps(2, 0.5) == (-0.5, -0.25, 0, 0.25, 0.5)

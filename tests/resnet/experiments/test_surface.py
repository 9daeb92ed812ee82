"""The loss surface: directions, a surface that is known, and what is left of the model."""

from dataclasses import fields
from math import log

import pytest
import torch
from torch import nn

from resnet import load_classifier
from resnet.experiments.registry import kept_record
from resnet.experiments.surface import Row, Settings, run
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
from resnet.residual.loss_surface import axis_steps, loss_at, random_direction
from resnet.residual.surface_shape import dips, share_below
from resnet.training.datasets import Examples, load_dataset
from resnet.training.paper_recipe import network_for, score
from resnet.weights.loading import WeightsError


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


def test_dips_and_shares_of_a_relief_that_is_drawn():
    bowl = [[x * x + y * y for x in range(-3, 4)] for y in range(-3, 4)]
    assert dips(bowl) == 1
    assert share_below(bowl, 1.5) == pytest.approx(5 / 49)
    eggs = [[(x % 2) + (y % 2) for x in range(7)] for y in range(7)]  # low where both are even
    assert dips(eggs) == 4
    assert dips([[0.0] * 5] * 5) == 0


def test_a_short_run_has_all_lines_of_all_networks():
    settings = Settings(depths=(8,), epochs=1, half=1, images=32)
    steps = [*run(settings)]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    rows = steps[-1].result
    assert [row.kind for row in rows] == ["plain"] * 3 + ["residual"] * 3
    assert [row.y for row in rows[:3]] == [-1, 0, 1]
    assert last(run(settings)) == rows


@pytest.mark.parametrize("kind", ["plain", "residual"])
def test_the_bundled_pair_has_its_own_loss_at_the_centre(kind):
    data = load_dataset("digits")
    rows = last(run(Settings(depths=(20,), weights="bundled", half=1, images=len(data.train))))
    centre = next(row for row in rows if (row.kind, row.y) == (kind, 0))
    trained = score(load_classifier(f"digits_{kind}20").model, data.train)
    assert centre.losses[1] == pytest.approx(trained.loss, rel=1e-3)
    assert centre.train_error == trained.error


def test_what_is_not_bundled_is_one_message():
    with pytest.raises(WeightsError, match="digits_plain32"):
        last(run(Settings(depths=(32,), weights="bundled")))


@pytest.fixture(scope="module")
def grids():
    rows = kept_record("surface")["rows"]
    return {
        (kind, depth): [r["losses"] for r in rows if (r["kind"], r["depth"]) == (kind, depth)]
        for kind in ("plain", "residual")
        for depth in (20, 56)
    }


def test_what_is_kept_has_the_fields_of_the_code(grids):
    record = kept_record("surface")
    assert record["command"] == "python -m resnet experiment surface"
    assert {tuple(row) for row in record["rows"]} == {tuple(f.name for f in fields(Row))}
    assert all(len(grid) == 41 == len(line) for grid in grids.values() for line in grid)
    assert all(loss > 0 for grid in grids.values() for line in grid for loss in line)


def test_depth_narrows_the_plain_networks_plane_alone(grids):
    share = {key: share_below(grid, log(10)) for key, grid in grids.items()}
    assert abs(share["plain", 20] - share["residual", 20]) < 0.05
    assert share["plain", 56] < 0.05 < 0.3 < share["residual", 56]
    assert dips(grids["plain", 56]) > dips(grids["residual", 56]) == 1


def test_the_lesson_says_what_is_kept(grids):
    from explorer.lessons.surface import LESSON

    for (_, depth), grid in grids.items():
        assert f"{100 * share_below(grid, log(10)):.0f} %" in LESSON.surprise, depth
    assert dips(grids["plain", 56]) == 4
    assert "four dips" in LESSON.surprise
    errors = {(r["kind"], r["depth"]): r["train_error"] for r in kept_record("surface")["rows"]}
    assert f"{100 * errors['plain', 56]:.1f} %" in LESSON.surprise

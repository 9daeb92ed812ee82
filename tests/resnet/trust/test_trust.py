"""Measures of trust against scipy, scikit-image, autograd and cases whose answer is known."""

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

from resnet import ResNetSpec, build
from resnet.maps.attribute import Question
from resnet.maps.similarity import pearson, spearman, ssim
from resnet.model.progress import last
from resnet.training.drawn_shapes import HELD_OUT_SEEDS, scene
from resnet.trust import faithfulness
from resnet.trust.faithfulness import completeness, infidelities, sensitivity
from resnet.trust.insertion_deletion import (
    BASELINES,
    controls,
    curve_forwards,
    score_curves,
)
from resnet.trust.localisation import localisation
from resnet.trust.randomisation import cascade, randomised_parts
from resnet.trust.stability import rounding, stability, view_changes
from tests.networks import KINDS, frozen

DRAWN = scene(HELD_OUT_SEEDS[900_002], objects=2)
LABEL = DRAWN.labels[0]


@pytest.fixture(scope="module")
def image(shapes) -> Tensor:
    return shapes.transform.tensor(Image.fromarray(DRAWN.image))[None]


@pytest.fixture(scope="module")
def asked() -> Question:
    return Question("gradcam", "layer3", LABEL)


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=30), st.integers(0, 99))
def test_rank_correlation_is_scipys_also_with_ties(values, seed):
    stats = pytest.importorskip("scipy.stats")
    other = np.random.default_rng(seed).integers(0, 4, len(values))
    if len(set(values)) == 1 or len(set(other.tolist())) == 1:
        assert np.isnan(spearman(values, other))
        return
    assert spearman(values, other) == pytest.approx(stats.spearmanr(values, other).statistic)


def test_rank_correlation_by_hand():
    assert spearman([1, 2, 3, 4], [10, 20, 30, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.9486833)
    assert np.isnan(spearman([0.1] * 7, range(7)))


def test_correlation_is_numpys():
    a, b = noise(0, 9, 9), noise(1, 9, 9)
    assert pearson(a, b) == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1])


@pytest.mark.parametrize("size", [7, 32, 65])
def test_structural_similarity_is_scikit_images(size):
    metrics = pytest.importorskip("skimage.metrics")
    a, b = (
        values / np.abs(values).max() for values in (noise(1, size, size), noise(2, size, size))
    )
    b = (a + b) / np.abs(a + b).max()
    assert ssim(a, b) == pytest.approx(metrics.structural_similarity(a, b, data_range=2))


def test_structural_similarity_knows_a_map_from_noise():
    a = noise(1, 40, 40)
    assert ssim(a, 5 * a) == pytest.approx(1)
    assert abs(ssim(a, noise(2, 40, 40))) < 0.1


def test_localisation_by_hand():
    mask = np.zeros((4, 4), bool)
    mask[:2, :2] = True
    values = np.full((4, 4), -1.0, np.float32)
    values[0, 0], values[0, 1], values[3, 3] = 3, 2, 1
    found = localisation(values, mask)
    assert found.hit
    assert found.energy == pytest.approx(5 / 6)
    assert found.iou == pytest.approx(2 / 6)  # highest four: two inside, (3, 3) and then (0, 2)
    assert localisation(mask.astype(np.float32), mask).iou == 1
    empty = localisation(np.zeros((4, 4), np.float32), ~mask)
    assert (empty.hit, empty.energy) == (False, 0)


@pytest.mark.parametrize("baseline", BASELINES)
def test_inserting_the_true_object_first_beats_every_control(shapes, image, baseline):
    mask = DRAWN.masks[0].astype(np.float32)
    found = last(
        score_curves(shapes.model, image, LABEL, mask, None, baseline, steps=16, randoms=3)
    )
    by_name = {curve.name: curve for curve in found}
    assert [*by_name] == ["map", "random 1", "random 2", "random 3", "centre", "edges", "empty"]
    best = by_name.pop("map")
    assert all(best.insertion_auc > curve.insertion_auc for curve in by_name.values())


def test_curves_run_between_the_image_and_its_baseline_pixel_by_pixel(shapes, image):
    values = noise(4, 64, 64).astype(np.float32)
    first = next(score_curves(shapes.model, image, LABEL, values, None, steps=4)).result[0]

    def score(x):
        return float(shapes.model(x).softmax(1)[0, LABEL])

    grey = torch.zeros_like(image)
    ends = [score(grey), score(image)]
    assert [first.insertion[0], first.insertion[-1]] == pytest.approx(ends, abs=1e-5)
    assert [first.deletion[-1], first.deletion[0]] == pytest.approx(ends, abs=1e-5)
    highest = torch.from_numpy(values >= np.quantile(values, 0.75))
    quarter = torch.where(highest, image, grey)
    assert first.insertion[1] == pytest.approx(score(quarter), abs=1e-4)
    assert first.insertion_auc == pytest.approx(
        sum((a + b) / 8 for a, b in zip(first.insertion[:-1], first.insertion[1:], strict=True))
    )


def test_controls_ask_no_model_and_repeat(image):
    first, again, other = (controls(image, (8, 8), 2, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["random 1"], other["random 1"])
    assert first["centre"][3:5, 3:5].min() > first["centre"][0, 0]
    assert not first["empty"].any()
    flat = image.clone()
    flat[..., :32] = 1
    flat[..., 32:] = 0
    edges = controls(flat, (8, 8))["edges"]
    assert set(np.argwhere(edges > 0)[:, 1].tolist()) == {3, 4}


def test_a_baseline_that_is_not_is_named(shapes, image):
    with pytest.raises(ValueError, match="grey or blurred"):
        next(score_curves(shapes.model, image, LABEL, np.zeros((8, 8), np.float32), None, "black"))


def test_a_network_that_forgets_loses_its_map(shapes, image, asked):
    found = last(cascade(shapes.model, image, asked))
    assert [step.part for step in found] == [*randomised_parts(shapes.model)]
    assert found[0].part == "fc"
    assert abs(found[-1].rank_correlation) < 0.5
    assert abs(found[-1].ssim) < 0.2
    assert found[-1].rank_correlation < found[0].rank_correlation


def test_guided_backpropagation_keeps_its_map_longer(shapes, image, asked):
    guided = Question("guided", "layer3", LABEL)
    *_, (of_guided, of_cam) = zip(
        islice(cascade(shapes.model, image, guided), 8),
        islice(cascade(shapes.model, image, asked), 8),
        strict=True,
    )
    assert of_guided.result[-1].rank_correlation > of_cam.result[-1].rank_correlation + 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_randomised_is_every_parameter_and_begins_as_the_spec_does(kind):
    model = frozen(**KINDS[kind])
    model.fc.weight.fill_(7)
    image = torch.randn(1, 3, 32, 32)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    seen = []

    class Spy(Question):
        def on_pixels(self, model, image):
            seen.append({name: value.clone() for name, value in model.state_dict().items()})
            return super().on_pixels(model, image)

    last(cascade(model, image, Spy("gradcam", "layer4", 1), seed=9))
    trained, after_fc, *_, final = seen
    same = {name for name in before if torch.equal(trained[name], after_fc[name])}
    assert set(before) - same == {"fc.weight", "fc.bias"}
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            assert not torch.equal(final[f"{name}.weight"], before[f"{name}.weight"])
        if isinstance(module, nn.BatchNorm2d):
            assert torch.equal(final[f"{name}.running_mean"], torch.zeros(module.num_features))
            assert torch.equal(final[f"{name}.running_var"], torch.ones(module.num_features))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_randomisation_follows_its_seed(shapes, image, asked):
    runs = [next(cascade(shapes.model, image, asked, seed)).result[0] for seed in (1, 1, 2)]
    assert np.allclose(runs[0].values, runs[1].values, atol=1e-6)
    assert not np.allclose(runs[0].values, runs[2].values, atol=1e-3)


def test_maps_are_moved_back_before_they_are_compared():
    values = noise(0, 16, 16).astype(np.float32)
    by_name = {change.name: change for change in view_changes(16)}
    assert [*by_name][:3] == ["shift 1 px", "shift 2 px", "flip"]
    one, other = by_name["flip"].aligned(values, values[:, ::-1])
    assert np.array_equal(one, other)
    moved = np.concatenate([np.zeros((16, 2), np.float32), values[:, :-2]], axis=1)
    one, other = by_name["shift 2 px"].aligned(values, moved)
    assert one.shape == (16, 14)
    assert np.array_equal(one, other)


def test_what_moves_in_the_picture_moves_as_its_map_does():
    view = Image.fromarray(DRAWN.image)
    for change in view_changes(64):
        changed = change.apply(view)
        assert changed.size == view.size
        grey = (np.asarray(p.convert("L"), float) for p in (view, changed))
        assert pearson(*change.aligned(*grey)) > 0.9, change.name


def test_stability_is_the_correlation_of_both_maps(shapes, asked):
    view = Image.fromarray(DRAWN.image)
    found = {
        row.change: row
        for row in last(stability(shapes.model, view, shapes.transform.tensor, asked))
    }
    mirrored = Image.fromarray(DRAWN.image[:, ::-1].copy())
    one, other = (
        asked.on_pixels(shapes.model, shapes.transform.tensor(v)[None]) for v in (view, mirrored)
    )
    row = found["flip"]
    assert row.correlation == pytest.approx(np.corrcoef(one.ravel(), other[:, ::-1].ravel())[0, 1])
    logits = shapes.model(shapes.transform.tensor(mirrored)[None])[0]
    assert row.probability == pytest.approx(float(logits.softmax(0)[LABEL]), abs=1e-5)


def test_rounding_is_small_and_named(shapes, image):
    found = {row.precision: row for row in rounding(shapes.model, image, LABEL)}
    assert [*found] == ["bf16", "fp16"]
    assert 0 < found["fp16"].map_error < found["bf16"].map_error < 0.05


@pytest.mark.parametrize("kind", ["basic", "bottleneck", "preact", "plain"])
def test_what_hirescam_leaves_out_is_what_the_later_biases_give(kind):
    """By Euler: a net of convolutions, BN and ReLU is homogeneous in A and all additive terms."""
    model, image = frozen(**KINDS[kind]), torch.randn(1, 3, 64, 64)
    model.fc.weight.mul_(100)
    rows = {(row.layer, row.method): row for row in completeness(model, image, 2)}
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


def test_the_forwards_of_curves_are_counted_before(shapes, image):
    seen = []

    def model(x):
        seen.append(len(x))
        return shapes.model(x)

    last(score_curves(model, image, LABEL, np.zeros((8, 8), np.float32), None, steps=4, randoms=1))
    assert sum(seen) == curve_forwards(steps=4, randoms=1)


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


def test_nothing_of_trust_changes_the_model(asked):
    spec = ResNetSpec.preset("cifar_resnet20")
    model = build(spec).eval().requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    image, view = torch.randn(1, 3, 32, 32), Image.fromarray(DRAWN.image).resize((32, 32))
    values = asked.of(model, image)
    next(score_curves(model, image, 1, values.maps[0].numpy(), values.stage))
    next(cascade(model, image, asked))
    next(stability(model, view, lambda v: image[0], asked))
    completeness(model, image, 1)
    next(sensitivity(model, image, asked))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module.training or module._forward_hooks for module in model.modules())
    assert all(p.grad is None and not p.requires_grad for p in model.parameters())

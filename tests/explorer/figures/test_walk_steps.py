"""The steps of a walk: every number is the one before it, made by the arithmetic that is shown."""

import pytest
import torch

from explorer.figures.walk_numbers import LAST, rounded
from explorer.figures.walk_steps import frame
from resnet import ResNetSpec, build
from resnet.drawing.charts.worked_numbers import Number
from resnet.residual.flow.one_cell import both_ways, walk_through
from tests.networks import lively


@pytest.fixture(scope="module")
def twins():
    torch.manual_seed(5)
    spec = ResNetSpec(
        block="basic", layers=(2,), planes=(4,), stem="cifar", stem_width=4, num_classes=3,
        image_size=8,
    )  # fmt: skip
    model = lively(build(spec))
    images = torch.randn(1, 3, 8, 8)
    return walk_through(model, both_ways(model, images, "layer1.0", 1))


def texts(lane):
    return [(wire.forward, wire.back) for wire in (lane.enters, *(b.wire for b in lane.boxes))]


def test_numbers_come_one_step_after_another_forward_then_back(twins):
    known = [sum(bool(text) for pair in texts(frame(twins, "a", 4, step).residual) for text in pair)
             for step in range(LAST + 1)]  # fmt: skip
    assert known[0] == 1
    assert known[7] == 8  # x and what each of seven operations writes
    assert known == sorted(known)
    assert known[LAST] == 16


def test_the_twin_never_has_a_shortcut_or_a_sum(twins):
    for step in range(LAST + 1):
        shown = frame(twins, "a", 4, step)
        assert shown.plain.shortcut is None
        assert len(shown.plain.boxes) == 6
        assert shown.sentence
        assert shown.rows


def test_the_sums_are_of_the_numbers_that_are_shown(twins):
    for step in (1, 4, 6, 12, 15, LAST):
        for row in frame(twins, "a", 4, step).rows:
            line = row.lines[-1]
            numbers = [float(part.text.strip("()").replace("−", "-").removeprefix("1 · "))
                       for part in line if isinstance(part, Number)]  # fmt: skip
            assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=1e-9), step


def test_the_last_step_has_the_one_and_f_prime_and_the_twin_f_prime_alone(twins):
    residual, plain = frame(twins, "a", 4, LAST).rows
    assert [p.symbol for p in residual.lines[0] if isinstance(p, Number)] == [
        "1 · ∂L/∂⊕", "F′ · ∂L/∂⊕", "∂L/∂x"
    ]  # fmt: skip
    assert [p.symbol for p in plain.lines[0] if isinstance(p, Number)] == ["F′ · ∂L/∂F", "∂L/∂x"]


def test_branches_that_compute_the_same_are_written_once(twins):
    assert [row.title for row in frame(twins, "a", 4, 3).rows] == ["both blocks"]


def test_rounded_numbers_stay_within_a_unit_of_the_exact_ones(twins):
    for walk in twins[1:]:
        for exact, shown in zip(walk.ops, rounded(walk, -2).ops, strict=True):
            assert shown.out == pytest.approx(exact.out, abs=0.0151)
            assert shown.arrived == pytest.approx(exact.arrived * 100, abs=0.0051)

"""The experiment of the loss surface: its lines, and what is kept of it."""

from dataclasses import fields
from math import log

import pytest

from resnet import load_classifier
from resnet.experiments.registry import kept_record
from resnet.experiments.surface import Row, Settings, run
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
from resnet.residual.surface_shape import dips, share_below
from resnet.training.datasets import load_dataset
from resnet.training.paper_recipe import network_for, score
from resnet.weights.loading import WeightsError


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits", train=256)


@pytest.fixture
def model(digits):
    return fresh(network_for(digits, 8), seed=1).eval()


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

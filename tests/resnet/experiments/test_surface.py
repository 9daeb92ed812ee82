"""The experiment of the loss surface: its lines, and what is kept of it."""

from dataclasses import fields
from itertools import product
from math import log

import pytest

from resnet import load_classifier
from resnet.experiments.registry import kept_record, kept_records
from resnet.experiments.surface import Row, Settings, run
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
from resnet.residual.surface_shape import dips, share_below, thinned
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import network_for, score
from resnet.weights.loading import WeightsError


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits", train=256)


@pytest.fixture
def model(digits):
    return fresh(network_for(digits, 8), seed=1).eval()


def test_a_short_run_has_all_lines_of_all_networks():
    settings = Settings(depths=(8,), weights="trained", epochs=1, half=1, images=32)
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
    rows = last(run(Settings(depths=(20,), half=1, images=len(data.train))))
    centre = next(row for row in rows if (row.kind, row.y) == (kind, 0))
    trained = score(load_classifier(f"digits_{kind}20").model, data.train)
    assert centre.losses[1] == pytest.approx(trained.loss, rel=1e-3)
    assert centre.train_error == trained.error


def test_what_is_not_bundled_is_one_message():
    with pytest.raises(WeightsError, match="digits_plain32"):
        last(run(Settings(depths=(32,))))


NETS = [*product(("plain", "residual"), (20, 56))]


def planes(record):
    """The losses of each kind and depth."""
    return {
        net: [r["losses"] for r in record["rows"] if (r["kind"], r["depth"]) == net] for net in NETS
    }


@pytest.fixture(scope="module")
def grids():
    return planes(kept_record("surface"))


def test_what_is_kept_has_the_fields_of_the_code(grids):
    record = kept_record("surface")
    assert record["command"] == "python -m resnet experiment surface"
    assert {tuple(row) for row in record["rows"]} == {tuple(f.name for f in fields(Row))}
    assert all(len(grid) == 21 == len(line) for grid in grids.values() for line in grid)
    assert all(loss > 0 for grid in grids.values() for line in grid for loss in line)
    for net, digest in record["sha256"].items():
        assert load_classifier(net).sha256 == digest


def test_depth_narrows_the_plain_networks_plane_more_along_any_directions():
    records = kept_records("surface")
    assert [record["settings"]["seed"] for record in records] == [0, 1, 2]
    for record in records:
        found = planes(record)
        share = {net: share_below(grid, log(10)) for net, grid in found.items()}
        assert share["plain", 56] < 0.6 * share["plain", 20]
        assert share["residual", 56] > 0.65 * share["residual", 20]
        assert share["residual", 56] > 1.6 * share["plain", 56]
        assert min(map(min, found["plain", 56])) > 1 > min(map(min, found["residual", 56]))
        assert [dips(thinned(grid, 11)) for grid in found.values()] == [1, 1, 1, 1]


def test_the_lesson_says_what_is_kept(grids):
    from explorer.lessons.surface import LESSON

    for net, grid in grids.items():
        assert f"{100 * share_below(grid, log(10)):.1f} %" in LESSON.surprise, net
    errors = {(r["kind"], r["depth"]): r["train_error"] for r in kept_record("surface")["rows"]}
    assert f"({100 * errors['plain', 56]:.1f} % training error)" in LESSON.surprise

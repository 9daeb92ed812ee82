"""Degradation: a deep plain net keeps a high training error where a residual one does not."""

import pytest

from resnet.experiments.degradation import Settings, run
from resnet.experiments.registry import kept_record
from resnet.model.progress import last


def final(rows: list[dict]) -> dict[tuple[str, int], dict]:
    return {(row["kind"], row["depth"]): row for row in rows}


def test_what_is_kept_shows_degradation():
    found = final(kept_record("degradation")["rows"])
    depths = (20, 32, 56, 110)
    assert {*found} == {(kind, depth) for kind in ("plain", "residual") for depth in depths}
    plain, residual = (
        [found[kind, n]["train_error"] for n in depths] for kind in ("plain", "residual")
    )
    assert plain == sorted(plain)
    assert plain[2] > plain[0] + 0.3  # 56 layers against 20
    assert all(plain[i] > residual[i] + 0.3 for i in (2, 3))
    assert max(residual[:3]) < 0.01


def test_a_plain_net_learns_less_than_its_residual_twin():
    found = {row.kind: row for row in last(run(Settings(depths=(32,), epochs=6, train=700)))}
    assert found["residual"].train_error < 0.1
    assert found["plain"].train_error > found["residual"].train_error + 0.2


def test_errors_are_shares_of_all_images():
    """So that each, times the number of images, is whole."""
    for row in kept_record("degradation")["rows"]:
        for error, n in ((row["train_error"], 1437), (row["test_error"], 360)):
            assert error * n == pytest.approx(round(error * n), abs=1e-6)


def test_rows_come_after_each_epoch_of_each_network():
    steps = list(run(Settings(depths=(8,), epochs=2, train=256, test=50)))
    assert [step.done for step in steps] == [1, 2, 3, 4, 5, 6, 7, 8]
    rows = steps[-1].result
    assert [(row.kind, row.depth, row.epoch) for row in rows] == [
        ("plain", 8, 1), ("plain", 8, 2), ("residual", 8, 1), ("residual", 8, 2)
    ]  # fmt: skip
    assert all(row.test_error * 50 == pytest.approx(round(row.test_error * 50)) for row in rows)


def test_a_seed_gives_the_same_rows_again_and_another_others():
    asked = {"depths": (8,), "epochs": 1, "train": 128, "test": 20}
    one, again, other = (last(run(Settings(**asked, seed=seed))) for seed in (1, 1, 2))
    assert one == again
    assert one != other

"""Degradation: a deep plain net keeps a high training error where a residual one does not."""

import json
from itertools import pairwise, product

import pytest
import torch

from resnet.experiments.degradation import Settings, batch_error, run
from resnet.experiments.registry import command_line, kept_records
from resnet.fetch.bundled import ASSETS
from resnet.model.fresh_weights import fresh
from resnet.model.progress import last
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import network_for

DEPTHS, SEEDS = (20, 56, 110), (0, 1, 2)
USUAL, EVERY, FAST = kept_records("degradation")


def ends(record: dict, which: str) -> dict[tuple[str, int], list[float]]:
    """The errors of each kind and depth after the last epoch, one of each seed."""
    last_epoch = record["settings"]["epochs"]
    rows = [row for row in record["rows"] if row["epoch"] == last_epoch]
    nets = dict.fromkeys((row["kind"], row["depth"]) for row in rows)
    return {net: [row[which] for row in rows if (row["kind"], row["depth"]) == net] for net in nets}


def test_every_network_is_kept_of_every_seed():
    for record, kinds, depths in (
        (USUAL, ("plain", "residual"), DEPTHS),
        (FAST, ("residual",), (20, 110)),
    ):
        found = {(row["kind"], row["depth"], row["seed"]) for row in record["rows"]}
        assert found == {*product(kinds, depths, SEEDS)}
    assert USUAL["command"] == command_line("degradation", Settings())
    fast = Settings(depths=(20, 110), kinds=("residual",), rate=0.1, warm=1)
    assert FAST["command"] == command_line("degradation", fast)


def test_of_every_depth_a_run_is_kept_that_is_the_usual_one_where_both_have_it():
    depths = (8, 14, 20, 32, 44, 56, 74, 92, 110)
    assert EVERY["command"] == command_line("degradation", Settings(depths=depths, seeds=(0,)))
    usual = [row for row in USUAL["rows"] if row["seed"] == 0]
    assert [row for row in EVERY["rows"] if row["depth"] in DEPTHS] == usual
    errors = ends(EVERY, "train_error")
    plain = [errors["plain", depth][0] for depth in depths]
    assert all(deeper > shallower - 0.05 for shallower, deeper in pairwise(plain))
    assert max(errors["residual", depth][0] for depth in depths) < 0.01


def test_deeper_plain_nets_learn_less_and_residual_ones_do_not_with_any_seed():
    for which in ("train_error", "batch_error"):
        found = ends(USUAL, which)
        assert max(found["plain", 20]) + 0.2 < min(found["plain", 56])
        assert max(found["plain", 56]) < min(found["plain", 110]) + 0.1
        assert min(found["plain", 110]) > 0.5
        for depth in DEPTHS:
            assert max(found["residual", depth]) < 0.01


def after(epoch: int, which: str) -> list[float]:
    """The errors of the residual 110 layers at rate 0.1, of each seed."""
    wanted = ("residual", 110, epoch)
    rows = FAST["rows"]
    return [row[which] for row in rows if (row["kind"], row["depth"], row["epoch"]) == wanted]


def test_at_rate_01_residual_110_degrades_too_with_any_seed():
    from explorer.lessons.degradation import LESSON

    warmed, thrown, end = (after(epoch, "batch_error") for epoch in (1, 2, 30))
    assert all(back > warm + 0.1 for warm, back in zip(warmed, thrown, strict=True))
    assert min(end) > 0.03
    for errors in (warmed, thrown, end):
        assert f"{100 * min(errors):.0f} to {100 * max(errors):.0f} %" in LESSON.surprise
    assert {f"{100 * error:.0f} %" for error in after(2, "train_error")} == {"90 %"}
    assert "say 90 % meanwhile" in LESSON.surprise
    assert max(ends(FAST, "batch_error")["residual", 20]) < 0.01


def test_a_plain_net_learns_less_than_its_residual_twin():
    for seed in SEEDS:
        settings = Settings(depths=(32,), epochs=8, train=700, seeds=(seed,))
        found = {row.kind: row for row in last(run(settings))}
        assert found["residual"].train_error < 0.4
        assert found["plain"].train_error > found["residual"].train_error + 0.2


def test_the_batchs_statistics_leave_the_model_as_it_was():
    """And are those that training mode has: of a batch of all, the module's own answers."""
    data = load_dataset("digits", train=100)
    model = fresh(network_for(data, 8, 4), 1).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = batch_error(model, data.train)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not model.training
    with torch.inference_mode():
        answers = model.train()(data.train.images).argmax(1)
    assert found == float((answers != data.train.labels).double().mean())


def test_the_bundled_networks_are_those_of_the_first_seed():
    """One spine: what is taken apart elsewhere is what was trained here."""
    measured = {"train_error": ends(USUAL, "train_error"), "test_error": ends(USUAL, "test_error")}
    for kind, depth in [*product(("plain", "residual"), (20, 56)), ("residual", 110)]:
        file = ASSETS / f"digits_{kind}{depth}.json"
        about = json.loads(file.read_text("utf-8"))
        assert about["recipe"] == USUAL["recipe"]
        for which, errors in measured.items():
            assert about["measured"][which] == errors[kind, depth][0]


def test_errors_are_shares_of_all_images():
    """So that each, times the number of images, is whole."""
    sizes = {"train_error": 1437, "batch_error": 1437, "test_error": 360}
    for row, (which, n) in product((*USUAL["rows"], *FAST["rows"]), sizes.items()):
        assert row[which] * n == pytest.approx(round(row[which] * n), abs=1e-6)


def test_rows_come_after_each_epoch_of_each_network():
    steps = list(run(Settings(depths=(8,), epochs=2, train=256, test=50, seeds=(0,))))
    assert [step.done for step in steps] == [1, 2, 3, 4, 5, 6, 7, 8]
    rows = steps[-1].result
    assert [(row.kind, row.depth, row.epoch) for row in rows] == [
        ("plain", 8, 1), ("plain", 8, 2), ("residual", 8, 1), ("residual", 8, 2)
    ]  # fmt: skip
    assert all(row.test_error * 50 == pytest.approx(round(row.test_error * 50)) for row in rows)


def test_a_seed_gives_the_same_rows_again_and_another_others():
    asked = {"depths": (8,), "epochs": 1, "train": 128, "test": 20}
    one, again, other = (last(run(Settings(**asked, seeds=(seed,)))) for seed in (1, 1, 2))
    assert one == again
    assert [row.train_loss for row in one] != [row.train_loss for row in other]
    both = last(run(Settings(**asked, seeds=(1, 2))))
    assert [row for row in both if row.seed == 1] == [*one]

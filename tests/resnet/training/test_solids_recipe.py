"""Training on Solids, in the small."""

from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner

from resnet.cli.commands import cli
from resnet.model.fresh_weights import fresh
from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.training.scenes.drawn_solids import SIZE, SOLIDS
from resnet.training.solids_recipe import BUNDLED, SPEC, SolidsRecipe, measure, round_weights, train

TINY = ResNetSpec.preset(
    "cifar_resnet20", layers=(1,), planes=(4,), stem_width=4, image_size=SIZE, num_classes=10
)
SHORT = SolidsRecipe(scenes=6, sizes=(48, 96), batch=3, rates=((0, 0.003), (2, 0)))


def test_scenes_are_rendered_once_and_then_learned_from():
    model = fresh(TINY)
    before = model.conv1.weight.clone()
    seen = list(train(model, SHORT))
    assert [p.phase for p in seen] == ["drawing"] * 6 + ["training"] * 4
    assert [(p.step, p.epoch) for p in seen[6:]] == [(1, 0), (2, 0), (3, 1), (4, 1)]
    assert not torch.equal(model.conv1.weight, before)
    assert not model.training


def test_the_same_seed_gives_the_same_weights():
    one, again = fresh(TINY), fresh(TINY)
    for model in (one, again):
        for _ in train(model, SHORT):
            pass
    assert torch.equal(one.fc.weight, again.fc.weight)


def test_a_model_for_other_classes_or_a_batch_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="10 classes"):
        next(train(build(replace(TINY, num_classes=5)), SHORT))
    with pytest.raises(ValueError, match="does not fit"):
        next(train(fresh(TINY), replace(SHORT, batch=7)))


def test_both_placements_are_measured():
    measured = measure(fresh(TINY), n=4)
    assert measured["n"] == measured["pointing_game"]["n"] == 4
    assert set(measured["pointing_game"]) == {"receptive-field", "conventional", "n"}
    assert 0 <= measured["held_out_accuracy"] <= 1


def test_rounded_weights_are_bfloat16s_and_counters_stay():
    model = fresh(TINY)
    model.bn1.num_batches_tracked.fill_(1001)
    weight = model.fc.weight.clone()
    round_weights(model)
    assert torch.equal(model.fc.weight, weight.bfloat16().float())
    assert not torch.equal(model.fc.weight, weight)
    assert model.bn1.num_batches_tracked == 1001


def test_the_bundled_network_has_all_that_the_architecture_page_draws():
    assert (SPEC.depth, SPEC.stem, SPEC.shortcut, len(SPEC.layers)) == (18, "imagenet", "B", 4)
    assert (SPEC.num_classes, SPEC.image_size) == (len(SOLIDS), SIZE)
    assert BUNDLED.sizes[-1] == SIZE


def test_the_command_takes_no_options_that_the_recipe_decides():
    done = CliRunner().invoke(cli, ["train", "--data", "solids", "--depth", "20"])
    assert done.exit_code == 2
    assert "--depth" in done.stderr

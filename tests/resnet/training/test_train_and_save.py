"""The command that trains and keeps a network: what it writes is what it trained."""

import json

import torch
from click.testing import CliRunner

from resnet import load_classifier
from resnet.cli.commands import cli
from resnet.model.fresh_weights import fresh
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import SgdRecipe, fit, network_for

WORDS = ["--data", "digits", "--depth", "8", "--shortcut", "none", "--width", "4"]


def test_a_net_is_trained_measured_and_kept(tmp_path):
    file = tmp_path / "net.safetensors"
    words = ["train", *WORDS, "--epochs", "1", "--seed", "3", "--out", str(file), "--json"]
    done = CliRunner().invoke(cli, words)
    about = json.loads(done.stdout)
    assert about == json.loads(file.with_suffix(".json").read_text("utf-8"))
    assert about["command"].startswith(" ".join(["python -m resnet train", *WORDS]))
    assert (about["measured"]["n_train"], about["measured"]["n_test"]) == (1437, 360)
    loaded = load_classifier(file)
    assert (loaded.spec.shortcut, loaded.spec.planes, loaded.assumed) == ("none", (4, 8, 16), ())

    data = load_dataset("digits")
    spec = network_for(data, 8, 4, shortcut="none")
    *_, last = fit(model := fresh(spec, 3), data, SgdRecipe(epochs=1, seed=3))
    assert torch.equal(loaded.model.conv1.weight, model.conv1.weight)
    assert about["measured"]["test_error"] == last.test.error

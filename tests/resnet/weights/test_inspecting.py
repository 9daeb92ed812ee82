"""Inspecting: a file by names and shapes alone, and of one that is not read, what is near."""

import json

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import save as save_safetensors
from torchvision.models import squeezenet1_1

from resnet.cli.commands import cli
from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.given.owner_says import Given
from resnet.weights.inspecting import inspect
from tests.checkpoints import saved

SPEC = ResNetSpec.preset("cifar_resnet20", num_classes=3)
STATE = build(SPEC).state_dict()
KUANGLIU = {key.replace("fc.", "linear."): tensor for key, tensor in STATE.items()}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("net.safetensors", save_safetensors(KUANGLIU)),
        ("net.pth", saved(KUANGLIU)),
        ("net.th", saved(KUANGLIU, _use_new_zipfile_serialization=False)),
    ],
)
def test_shapes_tell_the_network_and_each_rename(name, data):
    found = inspect(data, name)
    assert not found.refusal
    assert found.renamed == {"linear.weight": "fc.weight", "linear.bias": "fc.bias"}
    assert found.spec == SPEC
    assert "no max-pooling after the 3×3 stem" in map(str, found.assumed)
    assert found.missing == ()


def test_counters_that_lack_are_named():
    state = {k: v for k, v in STATE.items() if k != "bn1.num_batches_tracked"}
    assert inspect(saved(state), "net.pth").missing == ("bn1.num_batches_tracked",)


def test_what_does_not_fit_is_named_with_the_nearest_network():
    state = {**STATE, "layer1.1.conv2.weight": torch.ones(1, 2, 3, 3), "neck.weight": torch.ones(1)}
    del state["layer3.2.bn2.bias"]
    found = inspect(saved(state), "net.pth")
    assert found.nearest == "cifar_resnet20"
    assert [(m.key, m.expected is None, m.got is None) for m in found.misfits] == [
        ("layer1.1.conv2.weight", False, False),
        ("layer3.2.bn2.bias", False, True),
        ("neck.weight", True, False),
    ]


def test_a_trunk_is_one_in_words_and_as_json(tmp_path):
    trunk = {key: tensor for key, tensor in STATE.items() if not key.startswith("fc.")}
    path = tmp_path / "net.pth"
    path.write_bytes(saved(trunk))
    found = inspect(path)
    assert (found.refusal, found.trunk, found.missing) == ("", True, ())
    assert not inspect(saved(STATE), "net.pth").trunk
    said = CliRunner().invoke(cli, ["inspect", str(path)])
    assert "a trunk: it has no classifier" in said.output
    assert "classes" not in said.output
    told = json.loads(CliRunner().invoke(cli, ["inspect", str(path), "--json"]).output)
    assert (told["read"], told["trunk"]) == (True, True)
    del trunk["layer3.2.bn2.bias"]
    assert [m.key for m in inspect(saved(trunk), "net.pth").misfits] == ["layer3.2.bn2.bias"]


def test_a_stranger_has_no_nearest_network_and_another_family_its_builder():
    found = inspect(saved({"pixels": torch.ones(3)}), "net.pth")
    assert (found.nearest, [m.key for m in found.misfits]) == ("", ["pixels"])
    assert inspect(saved(squeezenet1_1().state_dict()), "n.pth").builder == "squeezenet1_1"


def test_what_the_owner_says_counts():
    plain = inspect(saved(STATE), "net.pth", Given(network="shortcut=none"))
    assert plain.spec.shortcut == "none"


def test_the_command_says_it_in_words_and_as_json(tmp_path):
    ema = tmp_path / "two.ckpt"
    ema.write_bytes(saved({"state_dict": KUANGLIU, "state_dict_ema": STATE}))
    call = CliRunner().invoke(cli, ["inspect", str(ema), "--part", "state_dict"])
    assert call.exit_code == 0
    assert "linear.weight  fc.weight" in call.output
    asked = CliRunner().invoke(cli, ["inspect", str(ema), "--json"])
    assert asked.exit_code == 1
    assert json.loads(asked.output)["networks"] == ["state_dict", "state_dict_ema"]


def test_a_folder_is_its_weights_and_an_empty_one_says_what_it_lacks(tmp_path):
    folder = tmp_path / "net"
    folder.mkdir()
    assert "holds neither" in inspect(folder).refusal
    (folder / "model.safetensors").write_bytes(save_safetensors(KUANGLIU))
    found = CliRunner().invoke(cli, ["inspect", str(folder), "--json"])
    assert json.loads(found.output)["names"] == dict(inspect(folder / "model.safetensors").names)

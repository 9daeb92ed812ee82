"""Folders of weights, and names on a hub that is a server of our own: read as uploads are."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import save

from resnet import explain, load_classifier
from resnet.fetch.download import DownloadError
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_residual
from resnet.weights.reading.checkpoint import CheckpointError
from resnet.weights.snapshots import is_snapshot
from tests.checkpoints import saved
from tests.command_line import run
from tests.hub import playing
from tests.networks import frozen
from tests.trap import Trap

SMALL = Given(crop=64)
NAME = "timm/small"


@pytest.fixture(scope="module")
def model():
    return frozen(block="basic", layers=(1, 1, 1, 1))


@pytest.fixture
def folder(model, tmp_path):
    """A local snapshot."""
    path = tmp_path / "networks" / "mine"
    path.mkdir(parents=True)
    (path / "config.json").write_text("{}")
    (path / "model.safetensors").write_bytes(save(model.state_dict()))
    return path


@pytest.fixture
def _hub(folder, monkeypatch, tmp_path):
    """A hub that has the same, and a pickle that is a program."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    trap = {"pytorch_model.bin": saved(Trap(tmp_path / "sprung"))}
    with playing({NAME: files, "owner/trap": trap}) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield


def answers_as(model, classifier) -> bool:
    image = Image.effect_noise((64, 64), 80).convert("RGB")
    batch = classifier.transform.tensor(image)[None]
    return torch.allclose(explain(classifier, [image]).logits, model(batch), atol=1e-5)


@pytest.mark.parametrize("load", [load_classifier, load_residual])
def test_a_folder_is_read(load, folder, model):
    for name in (folder, str(folder), f"{folder}/"):
        classifier = load(name, given=SMALL)
        assert answers_as(model, classifier)
        assert "mine" in classifier.title
    (folder / "pytorch_model.bin").write_bytes(saved(model.state_dict()))
    (folder / "model.safetensors").unlink()
    assert answers_as(model, load(folder, given=SMALL))


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"holds neither model\.safetensors nor"):
        load_classifier(tmp_path)


def test_a_bare_word_is_the_catalogues_whatever_lies_here(tmp_path, monkeypatch):
    (tmp_path / "shapes_resnet20").mkdir()
    monkeypatch.chdir(tmp_path)
    assert not is_snapshot("shapes_resnet20")
    assert is_snapshot(Path("shapes_resnet20"))
    assert is_snapshot("./shapes_resnet20")
    assert load_classifier("shapes_resnet20").family == "shapes"


@pytest.mark.usefixtures("_hub")
@pytest.mark.parametrize("name", [NAME, f"hf-hub:{NAME}"])
def test_a_name_on_the_hub_is_fetched_once_and_then_read_offline(name, model):
    with pytest.raises(DownloadError, match="it is not here"):
        load_classifier(name, offline=True)
    classifier = load_classifier(name, given=SMALL)
    assert answers_as(model, classifier)
    assert (classifier.name, classifier.source) == (name, name)
    assert answers_as(model, load_classifier(name, given=SMALL, offline=True))


@pytest.mark.usefixtures("_hub")
def test_a_pickle_from_the_hub_is_data_or_refused(tmp_path):
    with pytest.raises(CheckpointError, match="would run code"):
        load_classifier("hf-hub:owner/trap")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.usefixtures("_hub")
def test_the_command_line_takes_them(folder, tmp_path):
    Image.effect_noise((64, 64), 80).convert("RGB").save(tmp_path / "noise.png")
    assert run("fetch", NAME).status == 0
    for model in (NAME, folder):
        asked = ("--model", model, "--size", 64, "--json", "--out", tmp_path / "maps")
        done = run("explain", tmp_path / "noise.png", *asked)
        assert done.status == 0, done.stderr
        assert len(json.loads(done.stdout)["photos"][0]["predictions"]) == 5
    failed = run("fetch", "timm/none")
    assert failed.status == 2
    assert failed.stderr == "The hub has no “timm/none”, or shows it to its owners alone.\n"

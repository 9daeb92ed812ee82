"""Published weights under any name are told by their SHA-256; what is said of them goes first."""

import json
import shutil
from dataclasses import replace
from hashlib import sha256

import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from resnet.cli.commands import cli
from resnet.model.fresh_weights import fresh
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.catalogue import catalogue
from resnet.weights.given.labels import imagenet_names
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier
from tests.other_families import cached


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture
def squeezenet(monkeypatch, folder, tmp_path):
    """An entry, and its file somewhere else under another name."""
    return renamed(cached(monkeypatch, folder, "squeezenet1_1")[1], tmp_path)


@pytest.fixture
def resnet(monkeypatch, folder, tmp_path):
    """The same of a residual network."""
    entry, path = catalogue()["cifar10_resnet20"], folder / "resnet20.th"
    torch.save(fresh(entry.spec, 0).state_dict(), path)
    prefix = sha256(path.read_bytes()).hexdigest()[:8]
    entry = replace(entry, path=path, sha256_prefix=prefix)
    monkeypatch.setitem(catalogue(), entry.name, entry)
    return renamed(entry, tmp_path)


def renamed(entry, folder):
    path = folder / "renamed.pth"
    shutil.copy(entry.path, path)
    return entry, path


@pytest.fixture(params=["squeezenet", "resnet"])
def published(request):
    return request.getfixturevalue(request.param)


def test_it_has_its_own_name_labels_and_transform(published):
    entry, path = published
    found, by_name = load_classifier(path), load_classifier(entry.name)
    assert (found.name, found.title, found.family) == (
        entry.name, entry.title, entry.family,
    )  # fmt: skip
    assert (found.labels, found.transform) == (entry.labels, entry.transform)
    assert (found.spec, found.layers) == (by_name.spec, by_name.layers)
    assert (found.assumed, found.source) == ((), "file renamed.pth")
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(found.model(x), by_name.model(x))


def test_of_the_bytes_of_an_upload_as_well(published):
    entry, path = published
    assert load_classifier("x.pth", data=path.read_bytes()).name == entry.name


def test_what_its_owner_says_goes_before_and_the_rest_stays(published):
    entry, path = published
    labels = tuple(f"a {i}" for i in range(len(entry.labels)))
    said = load_classifier(path).as_given(Given(labels, crop=96))
    assert (said.labels, said.transform.crop) == (labels, 96)
    assert (said.transform.mean, said.transform.resize) == (
        entry.transform.mean, entry.transform.resize,
    )  # fmt: skip
    assert said.transform.interpolation == entry.transform.interpolation


def test_other_weights_whose_hash_begins_alike_are_not_taken_for_it(published, monkeypatch):
    entry, path = published
    other = "alexnet" if entry.family == "cifar10" else "cifar10_resnet32"
    theirs = next(each for name, each in catalogue().items() if name.startswith(other))
    forged = replace(theirs, sha256_prefix=entry.sha256_prefix)
    monkeypatch.setitem(catalogue(), theirs.name, forged)
    monkeypatch.setitem(catalogue(), entry.name, replace(entry, sha256_prefix="00000000"))
    assert load_classifier(path).family == "file"


def test_any_other_file_of_a_thousand_classes_is_offered_imagenets_names(squeezenet, tmp_path):
    entry, path = squeezenet
    state = torch.load(path, weights_only=True)
    torch.save({"state_dict": state}, tmp_path / "mine.pth")
    Image.fromarray(scene(1_700_003, objects=2).image).save(tmp_path / "photo.png")
    words = ["explain", str(tmp_path / "photo.png"), "--device", "cpu", "--size", "64"]
    words += ["--out", str(tmp_path / "maps")]
    mine = ["--model", str(tmp_path / "mine.pth")]
    offered = CliRunner().invoke(cli, [*words, *mine])
    assert "if they are ImageNet's, say --labels imagenet" in offered.output
    named = CliRunner().invoke(cli, [*words, *mine, "--labels", "imagenet", "--json"])
    (row,) = json.loads(named.stdout)["photos"]
    assert row["target"] == imagenet_names()[row["target_index"]]
    assert "unnamed" not in row
    genuine = CliRunner().invoke(cli, [*words, "--model", str(path)])
    assert f"By its SHA-256 the file is {entry.title}" in genuine.output
    assert "without names" not in genuine.output


def test_imagenets_names_are_a_thousand():
    assert (len(imagenet_names()), imagenet_names()[0]) == (1000, "tench")

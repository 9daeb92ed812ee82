"""Bundles of networks that are no residual ones: computed again, or refused in a sentence."""

import json
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision import models

from resnet.evidence.bundle import gather, write
from resnet.evidence.manifest import BundleError
from resnet.evidence.replay import replay
from resnet.maps.explain import explain
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier
from tests.resnet.evidence.bundles import changed, refused, zipped

GIVEN = Given(labels=("cat", "dog", "fish"), crop=96)


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """A SqueezeNet of somebody's own, as a file."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("own") / "mine.safetensors"
    save_file(models.squeezenet1_1(num_classes=3).state_dict(), path)
    return path


@pytest.fixture(scope="session")
def own(weights, photo):
    """The files of a bundle of its answer, by name."""
    classifier = load_classifier(weights, given=GIVEN)
    data = write(gather(classifier, photo, "dog", ["features.7", "classifier.2"]))
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_manifest_names_the_builder_and_the_maps_are_the_answers(own, weights, photo):
    said, classifier = json.loads(own["manifest.json"]), load_classifier(weights, given=GIVEN)
    assert (said["builder"], said["spec"], said["placement"]) == (
        "squeezenet1_1",
        "",
        "conventional",
    )
    for layer in ("features.7", "classifier.2"):
        expected = explain(classifier, [photo], "dog", layer).maps[0].numpy()
        assert np.array_equal(np.load(BytesIO(own[f"maps/{layer}.npy"])), expected)
        assert f"overlays/{layer}.png" in own


def test_where_no_layer_is_named_it_is_the_last_one(weights, photo):
    assert [*gather(load_classifier(weights, given=GIVEN), photo).maps] == ["classifier.2"]


def test_it_is_computed_again_with_the_file_that_its_owner_names(tmp_path, own, weights):
    path = zipped(tmp_path / "b.zip", own)
    found = replay(path, str(weights))
    assert (found.same, found.manifest.label) == (True, "dog")
    with pytest.raises(BundleError, match="no bundle holds; name it with --model"):
        replay(path)
    values = np.load(BytesIO(own["maps/features.7.npy"]))
    buffer = BytesIO()
    np.save(buffer, values + 1e-3 * np.abs(values).max())
    other = zipped(tmp_path / "other.zip", own | {"maps/features.7.npy": buffer.getvalue()})
    assert not replay(other, str(weights)).same


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"builder": "../x"}, "not a builder's name"),
        ({"builder": ["vgg16"]}, "not a builder's name"),
        ({"builder": "vgg16"}, "another network"),
        ({"builder": "", "spec": "net=resnet50"}, "not stages"),
        ({"builder": "", "spec": "net=resnet50", "layers": ["layer1"],
          "full": {"layer1": 1}}, "another network"),
        ({"layers": ["../../etc"]}, "not names of layers"),
        ({"layers": ["features..7"]}, "not names of layers"),
        ({"layers": ["features.99"], "full": {"features.99": 1.0}}, "that have a map"),
        ({"target": 3}, "0 to 2"),
        ({"target": 10**9}, "0 to 999999"),
        ({"more": {"layer": "features.7", "methods": ["saliency"]}}, "residual networks alone"),
        ({"transform": {"resize": 8, "crop": 8, "mean": [0.5], "std": [1],
                        "interpolation": "bilinear"}}, "labels or channels"),
        ({"transform": {"resize": 8, "crop": 8, "mean": [0, 0, 0], "std": [1, 1, 1],
                        "interpolation": "bilinear"}}, "cannot read 8×8 pixels"),
    ],
)  # fmt: skip
def test_a_manifest_that_lies_is_refused_in_one_sentence(tmp_path, own, weights, fields, said):
    assert said in refused(zipped(tmp_path / "b.zip", changed(own, **fields)), str(weights))


def test_hours_of_work_are_said_and_not_begun(tmp_path, own, weights, monkeypatch):
    monkeypatch.setattr("resnet.evidence.replay.MOST", 10**8)
    path = zipped(tmp_path / "b.zip", own)
    assert "takes some" in refused(path, str(weights))
    assert replay(path, str(weights), any_cost=True).same

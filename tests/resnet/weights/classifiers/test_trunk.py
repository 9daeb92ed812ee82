"""A trunk: features of its library, maps by norm alone, and nothing that asks for a class."""

import json

import numpy as np
import pytest
import timm
import torch
from PIL import Image

from resnet.edits.asking import ask_again
from resnet.edits.edit import grey
from resnet.evidence.bundle import gather
from resnet.maps.answers import ExplainError
from resnet.maps.explain import as_batch, explain, explain_layers, look
from resnet.modules.borrowed import ExploreError
from resnet.modules.explore import explore
from resnet.network.spec import ResNetSpec
from resnet.text.language import table
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.classifiers.trunk import Trunk
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier, load_residual
from resnet.weights.probe import Probe, pattern, settled
from resnet.weights.reading.checkpoint import CheckpointError
from tests.checkpoints import saved
from tests.command_line import run

SIZE = Given(crop=64)
PHOTO = Image.fromarray(scene(1_700_003, objects=2).image)


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(0)
    narrow = {"layers": (1, 1, 1, 1), "channels": (8, 16, 24, 32), "zero_init_last": False}
    return timm.create_model("resnet26", num_classes=0, **narrow).eval()


@pytest.fixture(scope="module")
def trunk(theirs):
    return load_classifier("net.pth", data=saved(theirs.state_dict()), given=SIZE)


def test_its_maps_are_norms_of_its_librarys_features(theirs, trunk):
    found = explain(trunk, [PHOTO, PHOTO.rotate(90)])
    with torch.inference_mode():
        features = theirs.forward_features(
            as_batch(trunk, [trunk.transform.view(each) for each in (PHOTO, PHOTO.rotate(90))])
        )
    assert torch.allclose(found.maps, features.norm(dim=1), rtol=1e-4)
    assert (found.method, found.stage.name) == ("norm", "layer4")
    assert (found.logits.shape, found.targets.shape, found.biases.shape) == ((2, 0), (0,), (0,))
    assert found.top(0) == ()
    assert "Feature norm at layer4" in found._repr_html_()


def test_every_stage_has_its_norm(trunk):
    found = explain_layers(trunk, [PHOTO])
    assert [*found] == ["layer1", "layer2", "layer3", "layer4"]
    for layer in trunk.layers:
        assert found[layer.name].maps.shape == (1, *layer.out_shape[1:])
        assert float(found[layer.name].maps.min()) >= 0


def test_whatever_is_of_a_class_is_refused_in_a_sentence(trunk):
    assert isinstance(trunk, Trunk)
    for asked in ({"targets": 3}, {"targets": "tabby"}, {"method": "gradcam"}):
        with pytest.raises(ExplainError, match="is a trunk: it has no classifier"):
            explain(trunk, [PHOTO], **asked)
    with pytest.raises(ExplainError, match="is a trunk"):
        gather(trunk, PHOTO)
    with pytest.raises(GivenError, match="no classes apart"):
        trunk.as_given(Given(labels=("cat", "dog")))
    (seen,) = look(trunk, [PHOTO])
    assert (len(seen.logits), len(seen.maps), trunk.labels) == (0, 0, ())
    assert all(why in table("zh") for why in trunk.lacks.values())


def test_a_network_with_a_classifier_has_no_norm_in_place_of_a_map():
    with pytest.raises(ExplainError, match="ask for a map of a class"):
        explain(load_classifier("shapes_resnet20"), [PHOTO], method="norm")


def test_what_needs_logits_is_refused(theirs, tmp_path):
    path = tmp_path / "net.pth"
    path.write_bytes(saved(theirs.state_dict()))
    with pytest.raises(CheckpointError, match="needs logits"):
        load_residual(path)
    with pytest.raises(ExploreError, match="needs logits"):
        explore(theirs)


def test_what_its_weights_leave_open_is_settled_by_its_features(trunk):
    v1 = trunk.as_given(Given(network="stride_on=1x1"))
    assert v1.spec == ResNetSpec.from_query(v1.spec.to_query())
    with torch.inference_mode():
        features = v1.model(pattern(v1.spec))[0]
    assert "stride_on=1x1" in settled(trunk, Probe(features)).settled
    with pytest.raises(GivenError, match="answers with 128 numbers"):
        settled(trunk, Probe(features[:5]))


def test_the_command_writes_its_norm_and_no_prediction(theirs, tmp_path):
    path, photo = tmp_path / "net.pth", tmp_path / "photo.png"
    path.write_bytes(saved(theirs.state_dict()))
    PHOTO.save(photo)
    words = ["explain", str(photo), "--model", str(path), "--size", "64", "--device", "cpu"]
    words += ["--out", str(tmp_path / "maps")]
    (row,) = json.loads(run(*words, "--json").stdout)["photos"]
    assert (row["predictions"], row["target"], row["method"]) == ([], None, "norm")
    assert "logit" not in row
    assert np.load(row["map_file"]).min() >= 0
    said = run(*words).stdout
    assert said.startswith(f"{photo}: norm at layer4\n")
    assert "it has no classifier" in said
    refused = run(*words, "--target", "1")
    assert refused.status == 2
    assert "it has no classifier" in refused.stderr


def test_no_edit_can_be_asked_about_without_a_class(trunk):
    with pytest.raises(ExplainError, match=r"net\.pth is a trunk"):
        next(ask_again(trunk, PHOTO, [grey()]))

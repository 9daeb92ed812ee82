"""One forward, kept: every class at every stage by backward passes alone."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from PIL import Image

from resnet import load_classifier
from resnet.maps.explain import explain_layers, look
from resnet.maps.methods import SIGNED_CAMS
from resnet.model.module import ResNet
from resnet.residual.flow.recording import record
from resnet.training.scenes.drawn_shapes import scene


@pytest.fixture(scope="module")
def classifier():
    return load_classifier("shapes_resnet20")


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.fromarray(scene(1_700_001, objects=2).image)


@pytest.fixture
def forwards(monkeypatch) -> list[int]:
    """Grows by one with every pass through the stages."""
    passes, stages = [], ResNet.stages
    monkeypatch.setattr(ResNet, "stages", lambda self, x: (passes.append(1), stages(self, x))[1])
    return passes


def test_all_classes_methods_and_stages_take_one_forward(classifier, photo, forwards):
    recording = record(classifier, photo)
    found = [recording.explain(target) for target in range(10)]
    assert len(forwards) == 1
    maps = torch.stack([said["hirescam"]["layer1"].maps for said in found])
    assert maps.flatten(1).unique(dim=0).shape[0] == 10


@pytest.mark.parametrize("method", SIGNED_CAMS)
def test_each_class_has_the_maps_of_a_forward_and_backward_of_its_own(classifier, photo, method):
    recording = record(classifier, photo)
    for target in (7, 2, 7):  # asked again, the graph still answers the same
        alone = explain_layers(classifier, [photo], target, method=method)
        for layer, said in recording.explain(target)[method].items():
            assert torch.allclose(said.maps, alone[layer].maps, atol=1e-5)
            assert said.targets.tolist() == [target]


def test_it_tells_what_a_look_tells(classifier, photo):
    (seen,), recorded = look(classifier, [photo]), record(classifier, photo).look
    assert torch.allclose(seen.logits, recorded.logits, atol=1e-5)
    assert torch.allclose(seen.maps, recorded.maps, atol=1e-5)
    assert np.array_equal(np.asarray(seen.view), np.asarray(recorded.view))
    assert not recorded.maps.requires_grad


def test_threads_may_ask_one_recording_at_once(classifier, photo):
    recording = record(classifier, photo)
    alone = [recording.explain(target)["gradcam"]["layer1"].maps for target in range(10)]
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(recording.explain, [*range(10)] * 4))
    for i, said in enumerate(many):
        assert torch.allclose(said["gradcam"]["layer1"].maps, alone[i % 10], atol=1e-6)


def test_the_model_is_left_as_it_was_found(classifier, photo):
    before = {name: value.clone() for name, value in classifier.model.state_dict().items()}
    record(classifier, photo).explain(3)
    assert all(torch.equal(before[n], v) for n, v in classifier.model.state_dict().items())
    assert all(p.grad is None and not p.requires_grad for p in classifier.model.parameters())
    assert not any(module.training for module in classifier.model.modules())

"""What workers keep of photographs weighs what it holds."""

import pytest
import torch

from explorer.tasks import answers
from explorer.tasks.answers import Asked, stages
from explorer.tasks.inputs.photos import sample
from explorer.tasks.inputs.sources import Catalogued, weight


@pytest.fixture
def asked():
    answers._recorded.clear()
    yield Asked(Catalogued("shapes_resnet20"), sample(3, "shapes"), "cpu")
    answers._recorded.clear()


def test_another_class_needs_no_other_forward(asked, monkeypatch):
    stages(asked, 1)
    monkeypatch.setattr(
        "resnet.residual.flow.recording.record", lambda *_: pytest.fail("a forward")
    )
    assert stages(asked, 2).result.values


def test_a_recording_weighs_at_least_what_it_holds(asked):
    saved: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        recording = answers._recording(asked)
    parameters = {p.untyped_storage().data_ptr() for p in recording.classifier.model.parameters()}
    buffers = {b.untyped_storage().data_ptr() for b in recording.classifier.model.buffers()}
    held = sum(size for at, size in saved.items() if at not in parameters | buffers)
    told = answers._weight(recording) - weight(recording.classifier)
    assert held <= told <= 3 * held, "a training saves more"

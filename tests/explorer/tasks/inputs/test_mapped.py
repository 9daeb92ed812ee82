"""Weights that workers share by a file."""

from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch

from explorer.tasks.inputs import mapped
from resnet import ResNetSpec
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, untrained

NARROW = ResNetSpec.preset("cifar_resnet20")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where two models have room, and none is too small."""
    monkeypatch.setattr(mapped, "SMALLEST", 1)
    monkeypatch.setattr(mapped, "_folder", tmp_path)
    monkeypatch.setattr(mapped, "_most", int(2.5 * size(untrained(NARROW))))
    return tmp_path


def size(classifier: ResidualClassifier) -> int:
    return sum(part.nbytes for part in classifier.model.state_dict().values())


def in_memory(file: Path) -> bool:
    """Whether this process has a file mapped, were it removed since."""
    return any(str(file) in each.path for each in psutil.Process().memory_maps())


def test_a_model_answers_the_same_from_pages_that_others_share(folder):
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    classifier, whole = untrained(NARROW), untrained(NARROW)
    classifier.model.to(memory_format=torch.channels_last)
    shared = mapped.mapped(classifier, "a")
    (file,) = folder.iterdir()
    assert in_memory(file)
    assert torch.equal(shared.model(images), whole.model(images))
    assert not any(part.requires_grad for part in shared.model.parameters())
    written = file.stat().st_ino
    again = mapped.mapped(untrained(NARROW), "a")
    assert torch.equal(again.model(images), whole.model(images))
    assert file.stat().st_ino == written, "it is written once"


def test_what_was_not_mapped_for_longest_makes_room(folder):
    first = mapped.mapped(untrained(NARROW), "a")
    (oldest,) = folder.iterdir()
    mapped.mapped(untrained(NARROW), "b")
    mapped.mapped(untrained(NARROW), "c")
    assert len([*folder.iterdir()]) == 2
    assert not oldest.exists()
    assert in_memory(oldest), "who has it keeps its pages"
    assert first.model.fc.weight.isfinite().all()


def test_where_there_is_no_room_for_a_file_a_model_stays_as_it_is(folder, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mapped, "_write", full)
    classifier = untrained(NARROW)
    assert mapped.mapped(classifier, "a").model.fc.weight is classifier.model.fc.weight
    monkeypatch.undo()
    wide = replace(NARROW, num_classes=100)
    monkeypatch.setattr(mapped, "_folder", folder)
    monkeypatch.setattr(mapped, "_most", 10)
    mapped.mapped(untrained(wide), "b")
    assert not [*folder.iterdir()]

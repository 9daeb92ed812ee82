"""Files that the panels are shown with."""

import pytest

from resnet import ResNetSpec
from resnet.weights import loading
from resnet.weights.classifiers.residual_classifier import untrained


@pytest.fixture
def plain_file(monkeypatch, in_this_process):
    """Whatever is uploaded is known to be a plain net, which its keys alone cannot tell."""
    found = untrained(ResNetSpec.preset("cifar_resnet20", shortcut="none"))
    monkeypatch.setattr(loading, "load_classifier", lambda *_, **__: found)

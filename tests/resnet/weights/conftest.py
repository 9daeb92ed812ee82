"""A catalogue of which one network is here."""

import pytest

from resnet.weights import catalogue as catalogues
from resnet.weights.catalogue import catalogue
from tests.resnet.weights.small_bundle import write_bundle


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """A catalogue whose assets and cache are folders of this test."""
    (tmp_path / "assets").mkdir()
    monkeypatch.setattr(catalogues, "ASSETS", tmp_path / "assets")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    file = write_bundle(tmp_path / "assets")
    catalogue.cache_clear()
    yield file
    catalogue.cache_clear()

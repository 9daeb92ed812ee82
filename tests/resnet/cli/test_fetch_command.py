"""The command that downloads ahead."""

import pytest
from torchvision.datasets import CIFAR10

from resnet.fetch.download import Received
from resnet.weights.catalogue import catalogue
from tests.command_line import run


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What is downloaded, none of which comes from anywhere."""
    names = []

    def download(url, path, *_, **__):
        names.append(path.name)
        yield Received(5, 5)

    monkeypatch.setattr("resnet.weights.loading.download", download)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    catalogue.cache_clear()
    yield names
    catalogue.cache_clear()


def test_weights_are_fetched_by_name_or_by_their_builder(asked):
    done = run("fetch", "resnet50", "densenet169.IMAGENET1K_V1")
    assert (done.status, done.stdout) == (0, "")
    assert [name.partition("-")[0] for name in asked] == ["resnet50", "densenet169"]
    assert "resnet50.IMAGENET1K_V2" in done.stderr


def test_nothing_is_fetched_where_a_name_is_wrong(asked):
    done = run("fetch", "resnet50", "resnet5o")
    assert done.status == 2
    assert "Close: " in done.stderr
    assert asked == []


def test_a_data_set_that_cannot_be_had_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/none.tar.gz")
    done = run("fetch", "cifar10")
    assert done.status == 2
    assert "The download failed (Connection refused)." in done.stderr
    folder = tmp_path / "datasets"
    assert f"copy cifar-10-python.tar.gz into the folder {folder}" in done.stderr

"""The catalogue says what torchvision and others publish, and what is here."""

from pathlib import Path

import pytest
import torch
from torchvision import models

from resnet.weights.catalogue import catalogue, residual_networks
from resnet.weights.loading import find
from tests.figures import CHECKPOINTS


def test_every_resnet_of_torchvision_is_there(bundle):
    names = {name for name, entry in residual_networks().items() if entry.family == "imagenet"}
    builders = [b for b in models.list_models(models) if "resne" in b and "wide" not in b]
    builders += ["wide_resnet50_2", "wide_resnet101_2"]
    assert len(builders) == 10
    assert names == {f"{b}.{w.name}" for b in builders for w in models.get_model_weights(b)}


def test_entries_say_what_torchvision_says(bundle):
    entry, theirs = find("resnet50.IMAGENET1K_V2"), models.ResNet50_Weights.IMAGENET1K_V2
    assert entry.url == theirs.url
    assert entry.labels == tuple(theirs.meta["categories"])
    assert (entry.transform.resize, entry.transform.crop) == (232, 224)
    assert entry.sha256_prefix == "11ad3fa6"
    assert entry.size == "about 103 MB"
    assert "80.86 %" in str(entry.note)
    assert theirs.meta["recipe"] in str(entry.note)


def test_files_are_kept_where_torchvision_keeps_them(bundle):
    assert find("resnet18").path.parent == Path(torch.hub.get_dir()) / "checkpoints"


def test_a_builder_alone_means_its_default(bundle):
    assert find("resnet50").name == "resnet50.IMAGENET1K_V2"
    assert find("resnet18").name == "resnet18.IMAGENET1K_V1"


def test_cifar_entries(bundle):
    entries = [entry for entry in catalogue().values() if entry.family == "cifar10"]
    assert [entry.spec.depth for entry in entries] == [20, 32, 44, 56, 110, 1202]
    assert entries[0].size == "1.1 MB"
    assert entries[3].size.startswith("about")
    assert all(e.spec.shortcut == "A" and len(e.labels) == 10 for e in entries)


def test_only_the_bundled_network_is_there_from_the_start(bundle):
    assert [name for name, entry in catalogue().items() if entry.cached] == ["shapes_resnet20"]


def test_names_prefixes_and_specs_hold_together(bundle):
    for name, entry in catalogue().items():
        assert entry.name == name
        assert len(entry.sha256_prefix) >= 8
        assert int(entry.sha256_prefix, 16) >= 0
    for entry in residual_networks().values():
        assert entry.spec.num_classes == len(entry.labels)
        assert entry.spec.in_channels == len(entry.transform.mean)


def test_what_the_app_opens_with_stands_first_and_digits_last():
    catalogue.cache_clear()
    names = [name for name, entry in catalogue().items() if entry.url is None]
    assert names == [
        "solids_resnet18",
        "shapes_resnet20",
        "digits_plain20",
        "digits_plain56",
        "digits_residual110",
        "digits_residual20",
        "digits_residual56",
    ]


@pytest.mark.parametrize("depth", CHECKPOINTS)
def test_the_catalogue_knows_the_published_files(depth, bundle):
    entry, known = find(f"cifar10_resnet{depth}"), CHECKPOINTS[depth]
    assert (entry.path.name, entry.bytes, entry.exact) == (known.file, known.bytes, True)
    assert known.sha256.startswith(entry.sha256_prefix)

"""The trained networks that experiments take apart, each with labelled images that it never saw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from resnet.pictures.transform import Transform
from resnet.training.archives import ARCHIVED, is_here
from resnet.training.datasets import DATASETS, Examples, load_dataset
from resnet.weights.catalogue import residual_networks
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from resnet.weights.loading import load_residual


def available_nets() -> tuple[str, ...]:
    """Those that need no download: the bundled ones, and what is cached with its data."""
    return tuple(
        entry.name
        for entry in residual_networks().values()
        if entry.cached
        and entry.family in DATASETS
        and (entry.family not in ARCHIVED or is_here(entry.family))
    )


def held_out(classifier: ResidualClassifier, n: int) -> Examples:
    """The first `n` test images of the network's data, as it wants them, all where 0.

    Raises `DatasetError`, and `DownloadError` where they are not here.
    """
    data = load_dataset(classifier.family, train=2, test=n)
    mean, std = (_beside(numbers) for numbers in (data.mean, data.std))
    return replace(
        data.test, images=_normalised(data.test.images * std + mean, classifier.transform)
    )


def conditions(nets: tuple[str, ...]) -> dict[str, Any]:
    """The hash of each network's weights."""
    return {"sha256": {net: load_residual(net).sha256 for net in nets}}


def _normalised(images: Tensor, transform: Transform) -> Tensor:
    return (images - _beside(transform.mean)) / _beside(transform.std)


def _beside(numbers: tuple[float, ...]) -> Tensor:
    return torch.tensor(numbers)[:, None, None]  # (C, 1, 1)

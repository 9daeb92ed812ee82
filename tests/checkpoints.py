"""Checkpoints as the bytes of their files."""

from io import BytesIO

import torch

from resnet import ResNetSpec, build
from tests.networks import lively


def saved(value: object, **options) -> bytes:
    buffer = BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def resnet20(**changes) -> bytes:
    """A CIFAR ResNet-20 of four classes, or changed to another kind, with random weights."""
    torch.manual_seed(0)
    spec = ResNetSpec.preset("cifar_resnet20", **{"num_classes": 4} | changes)
    return saved(lively(build(spec)).state_dict())

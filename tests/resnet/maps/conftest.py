"""Small networks, an image, and a classifier with photographs."""

import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from resnet.pictures.transform import Transform
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from tests.networks import KINDS, frozen


@pytest.fixture
def image() -> Tensor:
    return torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(5))


@pytest.fixture(params=KINDS)
def model(request) -> nn.Module:
    return frozen(**KINDS[request.param])


@pytest.fixture
def basic() -> nn.Module:
    return frozen(**KINDS["basic"])


@pytest.fixture(scope="module")
def classifier() -> ResidualClassifier:
    model = frozen(block="basic", layers=(1, 1, 1, 1))
    labels = ("ant", "bee", "crab", "dog", "eel", "fox", "great fox")
    see = Transform(64, 64, (0.5,) * 3, (0.25,) * 3)
    return ResidualClassifier(
        "tiny", "Tiny", model, model.spec, labels, see, "made here", "", "file"
    )


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    generator = torch.Generator().manual_seed(1)
    arrays = torch.randint(0, 255, (3, 90, 70, 3), generator=generator, dtype=torch.uint8)
    return [Image.fromarray(a.numpy()) for a in arrays]

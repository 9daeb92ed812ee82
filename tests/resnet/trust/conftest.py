"""The scene as the bundled model sees it, and what is asked of its map."""

import pytest
from PIL import Image
from torch import Tensor

from resnet.maps.attribute import Question
from tests.resnet.trust.drawn import DRAWN, LABEL


@pytest.fixture(scope="session")
def image(shapes) -> Tensor:
    return shapes.transform.tensor(Image.fromarray(DRAWN.image))[None]


@pytest.fixture(scope="session")
def asked() -> Question:
    return Question("gradcam", "layer3", LABEL)

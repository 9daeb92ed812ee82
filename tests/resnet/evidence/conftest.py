"""Bundles of one photograph."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from resnet import load_classifier
from resnet.evidence.bundle import gather, write
from resnet.training.scenes.drawn_shapes import scene
from tests.resnet.evidence.bundles import MORE


@pytest.fixture(scope="session")
def photo():
    return Image.fromarray(scene(1_700_001, objects=2).image).resize((90, 70))


@pytest.fixture(scope="session")
def bundled(photo):
    """The files of a bundle by name."""
    data = write(gather(load_classifier("shapes_resnet20"), photo, "star", None, "hirescam"))
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def with_more(photo):
    """The files of a bundle with every other method, by name."""
    classifier = load_classifier("shapes_resnet20")
    evidence = gather(classifier, photo, "star", ["layer3"], more=MORE, placement="conventional")
    with ZipFile(BytesIO(write(evidence))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

"""A spec is a small value."""

import re

import pytest

from resnet import ResNetSpec


def test_importing_the_library_brings_in_no_torch(fresh_python):
    assert fresh_python("import resnet, sys; print('torch' in sys.modules)") == "False"


@pytest.mark.parametrize(
    "name", ["resnet18", "resnet34", "resnet50", "resnet152", "cifar_resnet20"]
)
def test_a_network_is_as_deep_as_its_paper_says(name):
    assert ResNetSpec.preset(name).depth == int(re.search(r"\d+$", name)[0])

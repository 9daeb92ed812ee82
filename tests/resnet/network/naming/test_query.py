"""Links: short, lossless, and refused where they mean nothing."""

import pytest
from hypothesis import given

from resnet import ResNetSpec, SpecError
from tests.strategies import specs


def test_a_link_names_the_nearest_preset_and_what_differs():
    spec = ResNetSpec.preset("resnet18", shortcut="none", layers=(3, 4, 6, 4))
    assert spec.to_query() == "net=resnet18&layers=3,4,6,4&shortcut=none"
    assert spec.to_fields() == {"net": "resnet18", "layers": "3,4,6,4", "shortcut": "none"}


@given(specs())
def test_a_link_loses_nothing(spec):
    assert ResNetSpec.from_query(spec.to_query()) == spec
    assert ResNetSpec.from_query(f"?{spec.to_query()}") == spec
    assert ResNetSpec.from_fields(spec.to_fields()) == spec


@pytest.mark.parametrize("link", ["net=vgg", "depth=18", "groups=many", "layers=1,x", "block=3"])
def test_a_link_that_means_nothing_is_refused(link):
    with pytest.raises(SpecError):
        ResNetSpec.from_query(link)

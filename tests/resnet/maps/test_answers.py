"""Which class is asked for."""

import pytest

from resnet.maps.answers import class_index


@pytest.mark.parametrize(
    ("asked", "index"), [("fox", 5), ("FOX", 5), ("2", 2), (6, 6), ("great fox", 6)]
)
def test_a_class_goes_by_index_or_label(classifier, asked, index):
    assert class_index(classifier, asked) == index

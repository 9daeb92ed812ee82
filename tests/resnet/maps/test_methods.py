"""What is known of methods before they run."""

from resnet.maps.cams import CAMS
from resnet.maps.methods import METHODS


def test_every_cam_has_a_description():
    assert [name for name, method in METHODS.items() if method.of == "stage"] == [*CAMS]

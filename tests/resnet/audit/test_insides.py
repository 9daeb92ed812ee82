import pytest

from resnet.audit.errors import AuditError
from resnet.audit.insides import Insides

HEAD = "path,left,top,right,bottom\n"


@pytest.mark.parametrize(
    "box", ["1,2,x,9", "1,2,1,9", "1,9,5,9", "0,0,inf,4", "nan,0,4,4", "1,2,3"]
)
def test_a_box_has_an_inside_in_numbers(box):
    with pytest.raises(AuditError, match=r"“boxes.csv” has a box that is none: .* Write pixels"):
        Insides.in_csv(f"{HEAD}a.jpg,{box}\n".encode(), "boxes.csv")


def test_boxes_are_of_paths_and_of_the_bytes_that_said_them():
    data = f"{HEAD}a.jpg,0,1,2.5,4\n".encode()
    insides = Insides.in_csv(data, "boxes.csv")
    assert insides.boxes == {"a.jpg": (0, 1, 2.5, 4)}
    assert insides.sha256 != Insides.in_csv(data + b"\n", "boxes.csv").sha256

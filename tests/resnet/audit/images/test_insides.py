import pytest
from PIL import Image

from resnet.audit.images import source
from resnet.audit.images.errors import AuditError
from resnet.audit.images.insides import Insides
from resnet.audit.images.source import Unreadable
from resnet.pictures.transform import Transform

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


def test_an_image_without_a_mask_has_none_and_one_whose_mask_is_not_read_is_no_such(
    tmp_path, monkeypatch
):
    for name in ("damaged", "large", "whole"):
        Image.new("L", (8, 8), 255).save(tmp_path / f"{name}.png")
    (tmp_path / "damaged.png").write_bytes(b"\x89PNG cut off")
    insides = Insides.in_folder(str(tmp_path))
    transform = Transform(8, 8, (0, 0, 0), (1, 1, 1))
    assert insides.of("other.jpg", (8, 8), transform) is None
    assert insides.of("whole.jpg", (8, 8), transform).mean() == 1
    with pytest.raises(Unreadable, match="Its mask cannot be read"):
        insides.of("damaged.jpg", (8, 8), transform)
    monkeypatch.setattr(source, "LARGEST", 10)
    with pytest.raises(Unreadable, match="Its mask cannot be read: It has"):
        insides.of("large.jpg", (8, 8), transform)

"""What an audit can be begun of: folders of images or of classes, zips, and files of weights."""

import os
from pathlib import Path

from resnet.audit.reading.at_hand import at_hand
from tests.resnet.audit.generated import write


def lay(folder: Path, *paths: str) -> None:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def test_folders_of_images_and_of_classes_are_offered_and_not_each_class(tmp_path):
    lay(tmp_path, "flat/a.jpg", "imagenet/train/cat/1.JPEG", "imagenet/val/dog/1.png")
    lay(tmp_path, "notes/read.txt", "hidden/.a.jpg", "pack.ZIP", "deep/1/2/3/4/cat.png")
    assert at_hand(tmp_path).images == ("flat", "imagenet/train", "imagenet/val", "pack.ZIP")


def test_weights_are_offered_and_what_an_audit_holds_is_not(tmp_path):
    lay(tmp_path, "mine.pth", "models/b.safetensors", "models/read.md", "photos/cat/x.pt")
    write(tmp_path / "audit", 4)
    lay(tmp_path, "audit/x.pth", "audit/a.png", "photos/cat/1.png")
    assert at_hand(tmp_path) == (("photos",), ("mine.pth", "models/b.safetensors"))


def test_no_link_is_followed(tmp_path):
    lay(tmp_path / "elsewhere", "a.png", "b.pth")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "out").symlink_to(tmp_path / "elsewhere")
    assert at_hand(tmp_path / "root") == ((), ())


def test_a_name_that_is_no_unicode_is_left_out(tmp_path):
    lay(tmp_path, "good/a.png")
    lay(tmp_path / os.fsdecode(b"bad\xff"), "a.png")
    assert at_hand(tmp_path).images == ("good",)


def test_what_cannot_be_looked_through_is_left_out(tmp_path):
    assert at_hand(tmp_path / "gone") == ((), ())

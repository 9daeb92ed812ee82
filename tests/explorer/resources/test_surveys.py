"""What is asked about all photographs of a visitor's: what tells questions and truths apart."""

from dataclasses import dataclass, replace

import numpy as np

from explorer.resources import drawings, surveys
from explorer.resources.models import Model
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Catalogued
from explorer.uploads.store import Upload

MODEL = Model(Catalogued("resnet20"), "cpu", "fp32")
LABELS = ("cat", "dog")


@dataclass(frozen=True)
class Cells:
    """A layer of 2×2 cells on 16 pixels."""

    centre: float = 3.5
    jump: float = 8.0


def test_a_box_is_asked_about_in_the_maps_of_a_precision():
    left = np.array([[[1, 0], [1, 0]]], np.float32)

    def share(precision: str, maps: np.ndarray) -> float:
        of = replace(MODEL, precision=precision)
        box = (0.0, 0.0, 0.5, 1.0)
        return float(
            surveys.in_region(of, of.precision, "album", box, maps, Cells(), 16, "conventional")[0]
        )

    assert share("fp32", left) > 0.5 > share("bf16", left[:, :, ::-1])


def test_a_photograph_is_drawn_under_the_map_of_a_precision(monkeypatch):
    monkeypatch.setattr(drawings.photo_grid, "small", lambda _, values, *more: str(values))

    def tile(precision: str, value: int) -> str:
        return drawings.tile(
            MODEL, precision, Photo("a", "key"), None, 1.0, "", b"", np.array([value]), None
        )

    assert tile("fp32", 1) != tile("bf16", 2)


def told(tmp_path, csv: str, *names: str, head: str = "path,truth\n") -> list[int]:
    path = tmp_path / "truth.csv"
    path.write_text(head + csv)
    file = Upload("truth.csv", "0", 1, path)
    album = f"{csv} {names}"
    return surveys.truths_in_csv(MODEL, album, "csv", file, names, LABELS).tolist()


def test_a_line_of_one_folder_tells_nothing_of_anothers_photograph(tmp_path):
    assert told(tmp_path, "dog/1.jpg,dog\n", "cat/1.jpg", "dog/1.jpg") == [-1, 1]


def test_a_line_is_found_by_the_end_of_its_path(tmp_path):
    assert told(tmp_path, "set/val/dog/1.jpg,dog\n", "dog/1.jpg", "1.jpg") == [1, 1]


def test_a_line_without_a_folder_is_of_every_photograph_of_that_name(tmp_path):
    assert told(tmp_path, "1.jpg,dog\n", "dog/1.jpg", "1.jpg", "2.jpg") == [1, 1, -1]


def test_a_line_with_the_folder_goes_before_one_without(tmp_path):
    assert told(tmp_path, "1.jpg,cat\ndog/1.jpg,dog\n", "dog/1.jpg", "cat/1.jpg") == [1, 0]


def test_lines_that_agree_about_one_end_tell_it(tmp_path):
    assert told(tmp_path, "a/x/1.jpg,dog\nb/x/1.jpg,dog\n", "x/1.jpg", "1.jpg") == [1, 1]


def test_lines_that_say_two_things_of_a_photograph_tell_nothing(tmp_path):
    assert told(tmp_path, "a/x/1.jpg,dog\nb/x/1.jpg,cat\n", "x/1.jpg", "1.jpg") == [-1, -1]
    assert told(tmp_path, "a/1.jpg,dog\nb/1.jpg,cat\n", "a/1.jpg", "1.jpg") == [1, -1]


def test_a_line_that_is_cut_off_before_its_path_tells_nothing(tmp_path):
    assert told(tmp_path, "dog\n", "1.jpg", head="truth,path\n") == [-1]

"""`edit`: rows, files and refusals of photographs that are edited and asked again."""

import json

import numpy as np
import pytest
from PIL import Image

from resnet.training.scenes.drawn_shapes import scene
from tests.command_line import run

NAMES = ["carton", "tag top left", "tag top right", "tag bottom left", "tag bottom right",
         "crop", "grey", "blur"]  # fmt: skip


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "a b.png"
    Image.fromarray(scene(seed=5).image).save(path)
    return path


def asked(*options, photos, out) -> dict:
    done = run("edit", *map(str, photos), "--model", "shapes_resnet20", "--json",
               "--out", str(out), *options)  # fmt: skip
    return json.loads(done.stdout)


def test_without_an_edit_it_is_the_battery(photo, tmp_path):
    said = asked("--controls", "2", photos=[photo], out=tmp_path / "out")
    assert [row["edit"] for row in said["edits"]] == NAMES
    assert [len(row["controls"]) for row in said["edits"]] == [2] * 5 + [0] * 3
    assert [effect["edit"] for effect in said["effects"]] == NAMES
    for row in said["edits"]:
        assert Image.open(row["view_file"]).size == (64, 64)
        assert Image.open(row["maps_file"]).size == (2 * 448 + 16, 448)
        drop = row["after"]["logit"] - row["before"]["logit"]
        assert row["logit_change"] == pytest.approx(drop)


def test_edits_are_made_where_they_are_asked_for(photo, tmp_path):
    Image.new("RGB", (30, 30), (9, 9, 9)).save(tmp_path / "other.png")
    mask = np.zeros((64, 64), np.uint8)
    mask[20:40, 10:30] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    said = asked(
        "--erase", "0,0,25,25", "--patch", "50,50,25,25", "--shown", str(tmp_path / "other.png"),
        "--keep", str(tmp_path / "mask.png"), "--rotate", "90", "--target", "star",
        photos=[photo], out=tmp_path / "out",
    )  # fmt: skip
    rows = {row["edit"]: row for row in said["edits"]}
    assert [*rows] == ["erase", "patch", "background", "rotate"]
    assert {row["target"] for row in rows.values()} == {"star"}
    before = np.asarray(Image.open(photo))
    views = {name: np.asarray(Image.open(row["view_file"])) for name, row in rows.items()}
    assert len(np.unique(views["erase"][:16, :16].reshape(-1, 3), axis=0)) == 1
    assert (views["patch"][32:48, 32:48] == 9).all()
    assert (views["patch"][:32] == before[:32]).all()
    assert (views["background"][mask == 0] == 9).all()
    assert (views["background"][mask > 0] == before[mask > 0]).all()
    assert (views["rotate"] == np.rot90(before)).all()


def test_it_says_it_in_words_and_sums_up_over_many(photo, tmp_path):
    done = run("edit", str(photo), str(photo), "--model", "shapes_resnet20", "--grey",
               "--erase", "0,0,25,25", "--out", str(tmp_path / "out"))  # fmt: skip
    lines = done.stdout.splitlines()
    assert "8 edits of equal area elsewhere" in done.stdout
    assert done.stdout.count("the map's evidence there") == 2  # not of what is everywhere
    assert [line.split()[:2] for line in lines[-2:]] == [["erase", "2"], ["grey", "2"]]


def test_two_edits_of_a_kind_are_two_edits(photo, tmp_path):
    said = asked("--erase", "0,0,25,25", "--erase", "40,40,30,30", "--controls", "0",
                 photos=[photo, photo], out=tmp_path / "out")  # fmt: skip
    first, second = said["effects"]
    assert first["edit"] == second["edit"] == "erase"
    assert first["photos"] == second["photos"] == 2
    changes = [row["logit_change"] for row in said["edits"]]
    assert [first["logit"], second["logit"]] == pytest.approx(changes[:2])
    assert changes[0] != changes[1]


def test_a_file_that_is_no_picture_is_named_and_the_others_are_asked(photo, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"")
    done = run("edit", str(bad), str(photo), "--model", "shapes_resnet20", "--grey",
               "--out", str(tmp_path / "out"))  # fmt: skip
    assert done.status == 1
    assert "bad.png" in done.stderr
    assert "grey" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--erase", "90,0,20,3"], "A box lies inside"),
        (["--erase", "cat"], "“cat” is no box"),
        (["--text", "捷"], "no letter for “捷”"),
        (["--shown", "pink"], "no colour “pink”"),
        (["--keep", "no.png"], "“no.png” is no box"),
        (["--target", "cat"], "no class “cat”"),
        (["--method", "norm"], "ask for a map of a class"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_line(photo, tmp_path, options, said):
    done = run("edit", str(photo), "--model", "shapes_resnet20", *options,
               "--out", str(tmp_path / "out"))  # fmt: skip
    assert done.status == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_mask_of_another_size_is_refused(photo, tmp_path):
    Image.new("L", (9, 9), 255).save(tmp_path / "mask.png")
    done = run("edit", str(photo), "--model", "shapes_resnet20", "--keep",
               str(tmp_path / "mask.png"), "--out", str(tmp_path / "out"))  # fmt: skip
    assert done.status == 2
    assert "The mask has 9×9 pixels and its photograph 64×64" in done.stderr

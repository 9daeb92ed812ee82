"""`audit`: a folder to rows, and what is wrong with a call in one line."""

import pyarrow.parquet as pq
import pytest
from PIL import Image

from resnet.training.scenes.drawn_shapes import scene
from tests.command_line import answer, run


@pytest.fixture(scope="module")
def images(tmp_path_factory, shapes):
    folder = tmp_path_factory.mktemp("images")
    for seed in range(6):
        drawn = scene(10**6 + seed)
        of = folder / shapes.labels[drawn.labels[0]]
        of.mkdir(exist_ok=True)
        Image.fromarray(drawn.image).save(of / f"{seed}.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8broken")
    return folder


@pytest.fixture
def asked(images, tmp_path):
    return ("audit", images, "--model", "shapes_resnet20", "--out", tmp_path / "out")


def test_an_audit_counts_what_is_right_and_what_was_not_read(asked):
    said = answer(*asked)
    assert (said["images"], said["errors"], said["with_truth"]) == (7, 1, 6)
    assert said["accuracy"] == said["right"] / 6 == 1
    assert said["interval"][0] < 1 <= said["interval"][1] + 1e-9
    assert said["largest_gap"] < 1e-5
    assert said["means"]["box"] is None


def test_people_read_the_same(asked):
    done = run(*asked)
    assert "7 images by ResNet-20, Shapes (bundled), 1 not read" in done.stdout
    assert "right: 6 of 6 with a known truth" in done.stdout


def test_a_csv_says_truths_and_another_says_boxes(asked, images, tmp_path):
    path = next(images.rglob("0.png")).relative_to(images).as_posix()
    (tmp_path / "truth.csv").write_text(f"path,truth\n{path},3\n")
    (tmp_path / "boxes.csv").write_text(f"path,left,top,right,bottom\n{path},0,0,64,32\n")
    said = answer(*asked, "--truth", tmp_path / "truth.csv", "--boxes", tmp_path / "boxes.csv")
    assert said["with_truth"] == 1
    rows = pq.read_table(tmp_path / "out" / "rows").to_pylist()
    row = next(one for one in rows if one["path"] == path)
    top_half = sum(v for v in row["map"][:128] if v > 0) / sum(v for v in row["map"] if v > 0)
    assert row["truth"] == 3
    assert row["box"] == pytest.approx(top_half, abs=0.1)  # placed on the pixels that cells see
    assert [one["box"] for one in rows].count(None) == 6


def test_masks_say_where_the_object_is(asked, images, tmp_path):
    for image in images.rglob("*.png"):
        mask = tmp_path / "masks" / image.relative_to(images)
        mask.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (64, 64), 255).save(mask)
    assert answer(*asked, "--masks", tmp_path / "masks")["means"]["box"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--truth", "/nowhere.csv"), "a CSV's name"),
        (("--precision", "fp8"), "fp8"),
        (("--address", "ray://head:10001"), "--engine ray"),
        (("--device", "tpu"), "no tpu"),
        (("--batch", "0"), "batch"),
    ],
)
def test_a_wrong_call_is_one_line(asked, words, says):
    done = run(*asked, *words)
    assert done.status == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_second_call_with_another_setting_is_refused(asked):
    run(*asked)
    done = run(*asked, "--truth", "none")
    assert (done.status, done.stdout) == (2, "")
    assert "another setting (truth)" in done.stderr

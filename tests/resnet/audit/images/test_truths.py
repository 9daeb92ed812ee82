"""Truths by folder, by name and in a CSV."""

import time

import pytest

from resnet.audit.images.errors import AuditError
from resnet.audit.images.truths import in_csv, truths, usual

LABELS = ("tench", "great white shark", "crane", "crane", "seven 7")


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("tench/1.jpg", 0),
        ("deep/Great_White-Shark/x.png", 1),
        ("3/x.png", 3),
        ("crane/x.png", 2),
        ("dog/x.png", None),
        ("99/x.png", None),
        ("tench.jpg", None),
    ],
)
def test_a_folder_is_a_label_or_an_index(path, index):
    assert truths([path], LABELS, "folder") == [index]


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("great_white_shark_0001.jpg", 1),
        ("x/tench (2).jpg", 0),
        ("tench.jpg", 0),
        ("3_001.png", None),
        ("seven 7_001.png", 4),
        ("seven 7.png", 4),
        ("crane12.png", 2),
        ("IMG_0002.jpg", None),
    ],
)
def test_a_name_begins_with_a_label(path, index):
    assert truths([path], LABELS, "name") == [index]


def test_a_label_goes_before_an_index():
    assert truths(["1/a.png", "2/a.png", "0/a.png"], ("1", "2", "3"), "folder") == [0, 1, 0]
    assert in_csv(b"path,truth\na.png,1\n", "t.csv", ("1", "2", "3")) == {"a.png": 0}


def test_no_folder_is_no_class():
    assert truths(["a.png", "b.png"], ("cat",), "folder") == [None, None]


def test_a_hostile_name_takes_no_time():
    start = time.perf_counter()
    truths([f"{'_' * 30_000}{'1' * 30_000}{'-' * 5_000}.png"], LABELS, "name")
    assert time.perf_counter() - start < 1


def test_as_many_folders_as_classes_are_the_classes_in_order():
    paths = ["n03/a.jpg", "n01/a.jpg", "n02/a.jpg", "n01/b.jpg", "n05/a.jpg", "n04/a.jpg"]
    assert truths(paths, LABELS, "folder") == [2, 0, 1, 0, 4, 3]
    assert truths(paths[:3], LABELS, "folder") == [None] * 3


def test_the_way_that_tells_most_is_the_usual_one():
    assert usual(["tench/1.jpg", "tench/2.jpg", "x/crane.jpg"], LABELS) == "folder"
    assert usual(["a/tench_1.jpg", "a/crane_2.jpg"], LABELS) == "name"
    assert usual(["a/1.jpg"], LABELS) == ""


def test_a_csv_says_labels_or_indices():
    data = '\ufeffpath,truth,more\r\n"a,b.jpg",Tench,x\r\nc/d.jpg,3,\r\n'.encode()
    assert in_csv(data, "truth.csv", LABELS) == {"a,b.jpg": 0, "c/d.jpg": 3}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"file,label\na,1\n", "no header with the columns path, truth"),
        (b"path,truth\na.jpg,dog\n", "no class: dog"),
        (b"path,truth\na.jpg\n", "no class: "),
        (b"path,truth\na.jpg,99\n", "no class: 99"),
    ],
)
def test_another_csv_is_refused_in_a_line(data, says):
    with pytest.raises(AuditError, match=says):
        in_csv(data, "truth.csv", LABELS)

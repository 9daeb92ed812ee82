import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import numpy as np
import pytest

from resnet.audit.findings.confusion import confusion
from resnet.audit.reading.spreadsheet import confusion_csv, rows_csv, rows_zip

LABELS = ("cat", "dog, or wolf")
COLUMNS = {
    "truth": np.array([1, -1], np.int32),
    "predicted": np.array([0, 1], np.int32),
    "margin": np.array([0.1, np.nan], np.float32),
    "channels": np.zeros((2, 8), np.int32),
}
PATHS = ['a "b".png', "cat/c,d.png"]


def test_a_line_for_each_image_gives_its_numbers_back():
    rows = [*csv.DictReader(StringIO(rows_csv(PATHS, COLUMNS, LABELS).decode()))]
    assert [row["path"] for row in rows] == PATHS
    assert [row["truth_label"] for row in rows] == ["dog, or wolf", ""]
    assert [row["predicted"] for row in rows] == ["0", "1"]
    assert np.float32(rows[0]["margin"]) == np.float32(0.1)
    assert rows[1]["margin"] == rows[1]["truth"] == ""
    assert "channels" not in rows[0]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_a_spreadsheet_would_reckon_is_marked_as_words(begins):
    name = f'{begins}HYPERLINK("http://a.org")'
    one = {kind: np.array([0], np.int32) for kind in ("truth", "predicted")}
    one |= {"margin": np.array([-1.5], np.float32)}
    (row,) = csv.DictReader(StringIO(rows_csv([name], one, [name]).decode(), newline=""))
    assert row["path"] == row["truth_label"] == row["predicted_label"] == f"'{name}"
    assert row["margin"] == "-1.5"
    counts = confusion_csv(confusion(one["truth"], one["predicted"]), [name]).decode()
    (row,) = csv.DictReader(StringIO(counts, newline=""))
    assert row["truth_label"] == row["predicted_label"] == f"'{name}"


def test_the_zip_holds_rows_counts_maps_and_pictures():
    found = confusion(COLUMNS["truth"], COLUMNS["predicted"])
    maps = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    data = rows_zip(PATHS, COLUMNS, LABELS, found, maps, lambda i: b"jpeg %d" % i)
    with ZipFile(BytesIO(data)) as archive:
        assert archive.read("rows.csv") == rows_csv(PATHS, COLUMNS, LABELS)
        assert archive.read("confusion.csv") == confusion_csv(found, LABELS)
        assert (np.load(BytesIO(archive.read("maps.npy"))) == maps).all()
        assert archive.read("overlays/00001 c,d.jpg") == b"jpeg 1"
    assert confusion_csv(found, LABELS).decode().splitlines()[1:] == ['1,"dog, or wolf",0,cat,1']

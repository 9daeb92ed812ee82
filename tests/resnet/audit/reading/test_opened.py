"""Audits that are opened: what is there, what is not let out, and what is read."""

import os

import numpy as np
import pytest

from explorer.resources.server.weights import weight
from resnet.audit.images.errors import AuditError
from resnet.audit.reading.opened import Opened, Root
from resnet.audit.running.plan import Plan
from tests.resnet.audit import generated
from tests.resnet.audit.generated import BROKEN, CELLS, CHANNELS, write

N = 200


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Root:
    folder = tmp_path_factory.mktemp("audits")
    write(folder / "whole", N)
    write(folder / "deep" / "er" / "half", N, parts=2)
    (folder / "photographs").mkdir()
    (folder.parent / "outside").mkdir(exist_ok=True)
    return Root(folder)


@pytest.fixture(scope="module")
def whole(root) -> Opened:
    return Opened.at(root.store("whole"))


def test_audits_are_found_below_the_root_and_no_link_is_followed(root, tmp_path):
    write(tmp_path / "elsewhere", 8)
    (root.folder / "link").symlink_to(tmp_path)
    assert root.names() == ["deep/er/half", "whole"]


def test_a_name_that_is_no_unicode_is_left_out(tmp_path):
    write(tmp_path / os.fsdecode(b"bad\xff"), 8)
    write(tmp_path / "good", 8)
    assert Root(tmp_path).names() == ["good"]


@pytest.mark.parametrize(
    "name", ["../outside", "/etc", "", ".", "whole/../..", "link/elsewhere", "a\0"]
)
def test_nothing_outside_the_root_is_reached(root, tmp_path, name):
    link = root.folder / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(tmp_path)
    with pytest.raises(AuditError, match="does not lie in the folder of audits"):
        root.within(name)


def test_images_are_held_below_the_root_alone(root, tmp_path):
    (root.folder / "out").symlink_to(tmp_path)
    assert root.holds(str(root.folder / "photographs"))
    assert not root.holds(str(tmp_path))
    assert not root.holds(str(root.folder / "out"))


def test_what_is_no_audit_is_refused_in_a_line(root):
    with pytest.raises(AuditError, match="“photographs” is no audit"):
        Opened.at(root.store("photographs"))
    write(root.folder / "torn", 40)
    rows = root.folder / "torn" / "rows" / "00001.parquet"
    rows.write_bytes(rows.read_bytes()[:100])
    with pytest.raises(AuditError, match="cannot be read"):
        Opened.at(root.store("torn"))
    (root.folder / "cat.jpg").write_bytes(b"no folder")
    with pytest.raises(AuditError, match=r"“cat.jpg” is no audit"):
        Opened.at(root.store("cat.jpg"))
    with pytest.raises(AuditError, match="No folder has a name as long"):
        root.store("x" * 300)
    (root.folder / "shut" / "manifest.json").mkdir(parents=True)
    with pytest.raises(AuditError, match=r"^shut cannot be read: Is a directory"):
        Opened.at(root.store("shut"))


def test_files_that_are_damaged_after_it_was_opened_are_told_in_a_line(tmp_path):
    write(tmp_path / "torn", 40)
    audit = Opened.at(Root(tmp_path).store("torn"))
    for name in ("pictures", "rows"):
        file = tmp_path / "torn" / name / "00000.parquet"
        file.write_bytes(file.read_bytes()[:100])
    for read in (
        lambda: audit.pictures([0]),
        lambda: audit.large("map"),
        lambda: [*audit.each(["map"])],
    ):
        with pytest.raises(AuditError, match="“torn” cannot be read"):
            read()


def test_a_new_audit_is_laid_where_it_is_found_again(tmp_path):
    root = Root(tmp_path)
    write(tmp_path / "a" / "audit", 8)
    assert root.new("a/b/c") == tmp_path.resolve() / "a" / "b" / "c"
    with pytest.raises(AuditError, match="“a/b/c/d” lies too deep"):
        root.new("a/b/c/d")
    with pytest.raises(AuditError, match="lies within an audit"):
        root.new("a/audit/b")


def test_a_list_is_held_without_an_object_for_each_image(root):
    n = 20_000
    plan = Plan(generated.manifest(n), [f"a/{i:06}.png" for i in range(n)], [*range(-1, n - 1)])
    read = Plan.of(plan.manifest.to_json(), plan.listed())
    assert (read.paths[7], read.paths[-1], read.truths[0], read.truths[8]) == (
        "a/000007.png", f"a/{n - 1:06}.png", -1, 7
    )  # fmt: skip
    assert [*read.paths] == plan.paths
    assert read.truths[:3] == [-1, 0, 1]
    assert read.listed() == plan.listed()
    assert 20 * n < weight(read) < 30 * n


def test_rows_are_those_that_were_written(whole):
    truths = np.array(whole.plan.truths)
    errors = np.arange(N) % BROKEN == BROKEN - 1
    drawn = generated.columns(N, truths)
    assert whole.rows["number"].to_pylist() == [*range(N)]
    assert np.array_equal(whole.truths, np.where(errors, -1, truths))
    assert np.array_equal(whole.predicted, np.where(errors, -1, drawn["predicted"]))
    margins = whole.numbers("margin")
    assert np.isnan(margins[errors]).all()
    assert np.allclose(margins[~errors], drawn["margin"][~errors])
    assert {"map", "embedding"}.isdisjoint(whole.rows.column_names)


def test_large_columns_have_nan_where_nothing_was_read(whole):
    errors = np.arange(N) % BROKEN == BROKEN - 1
    maps = whole.large("map")
    assert maps.shape == (N, CELLS[0] * CELLS[1])
    assert np.isnan(maps[errors]).all()
    drawn = generated.columns(N, np.array(whole.plan.truths))
    assert np.array_equal(maps[~errors], drawn["map"][~errors])
    found = whole.large("embedding")
    assert found.shape == (N, CHANNELS)
    assert np.array_equal(found[~errors], drawn["embedding"][~errors].astype(np.float32))


def test_some_rows_of_a_large_column_come_in_the_order_they_were_asked_for(whole):
    places = np.array([N - 1, 3, 120, BROKEN, 3])
    for name in ("map", "embedding"):
        assert np.array_equal(whole.large(name, places), whole.large(name)[places], equal_nan=True)
    assert whole.large("embedding").dtype == np.float16  # as it was written
    assert whole.large("map", places[:0]).shape[0] == 0


def test_pictures_come_by_number_and_those_not_read_have_none(whole):
    found = whole.pictures([3, BROKEN - 1, N - 2])
    assert [*found] == [3, N - 2]
    truths = whole.plan.truths
    assert all(
        one.thumbnail == generated.webp((25 * truths[n], 90, 255 - 25 * truths[n]))
        for n, one in found.items()
    )


def test_a_running_audit_has_the_rows_that_are_done(root):
    half = Opened.at(root.store("deep/er/half"))
    size = half.plan.settings.part
    assert len(half.rows) == 2 * size < len(half.plan.paths)
    assert len(half.large("map")) == 2 * size
    assert half.pictures([N - 2]) == {}


def test_parts_that_are_done_later_change_nothing_of_what_was_opened(tmp_path):
    """Parts may be done in any order: a hole that is filled moves no image to another's row."""
    root = Root(tmp_path)
    write(tmp_path / "holes", N)
    full = Opened.at(root.store("holes"))
    hole = tmp_path / "holes" / "rows" / "00001.parquet"
    data = hole.read_bytes()
    hole.unlink()
    early = Opened.at(root.store("holes"))
    numbers = early.rows["number"].to_pylist()
    before = early.large("map")
    hole.write_bytes(data)
    assert np.array_equal(early.large("map"), before, equal_nan=True)
    assert np.array_equal(before, full.large("map")[numbers], equal_nan=True)
    assert [n for part in early.each(["number"]) for n in part["number"].to_pylist()] == numbers
    assert early.place(numbers[-1]) == len(numbers) - 1
    assert early.place(early.plan.parts[1].start) is None

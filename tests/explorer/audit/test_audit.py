"""The Audit page, driven without a browser, on audits that nobody ran and on one that is begun."""

import os
import re
import time
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.resources import audit_runs, audits
from explorer.resources.server import workers
from explorer.state import limits
from resnet.audit.findings.leaning import COLUMNS, Seen, leanings
from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Source
from resnet.audit.reading.opened import Opened, Root
from resnet.audit.reading.wanted import Wanted
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.loading import load_residual
from tests.conftest import ROOT
from tests.explorer.pages import choose, metrics, opened, page, png, press, said, upload
from tests.resnet.audit.generated import write

N = 300


@pytest.fixture(scope="module")
def shapes():
    return load_residual("shapes_resnet20")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shapes):
    root = tmp_path_factory.mktemp("audits")
    known = {"labels": shapes.labels, "spec": shapes.spec.to_query(), "cells": (4, 4)}
    for name, seed in (("one", 0), ("two", 1)):
        write(root / name, N, seed, source=str(root / "scenes"), **known)
    write(root / "half", N, parts=2)
    for number, path in enumerate(Opened.at(Root(root).store("one")).plan.paths[:20]):
        file = root / "scenes" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(scene(900_000 + number).image).save(file)
    return root


@pytest.fixture(autouse=True)
def operator(folder, monkeypatch):
    monkeypatch.setenv("RESNET_EXPLORER_AUDITS", str(folder))
    limits.limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.limits.cache_clear()


@pytest.fixture(scope="module")
def one(folder) -> Opened:
    return Opened.at(Root(folder).store("one"))


def gallery(app: AppTest) -> list[int]:
    """The rows that are drawn, in their order."""
    bodies = [element.proto.body for element in app.get("html") if "photos" in element.proto.body]
    return [int(place) for place in re.findall(r"photo\.(\d+)", bodies[0])]


def test_without_a_folder_the_page_says_how_to_name_one(monkeypatch):
    monkeypatch.delenv("RESNET_EXPLORER_AUDITS")
    limits.limits.cache_clear()
    words = said(opened("audit"))
    assert "RESNET_EXPLORER_AUDITS=FOLDER" in words


def test_the_numbers_are_those_of_the_rows(one):
    app = opened("audit", audit="one")
    shown = metrics(app)
    right = (one.truths == one.predicted)[one.predicted >= 0]
    assert shown["Images"] == str(N)
    assert shown["Not read"] == str((one.predicted < 0).sum())
    assert shown["Right"] == f"{right.mean():.1%}"


@pytest.mark.parametrize(
    "name", ["../../etc", "/etc", "nothing", "one/rows", "letter.txt", "a/" * 3000, "b" * 300]
)
def test_what_is_no_audit_below_the_folder_is_refused_in_a_line(name, folder):
    (folder / "letter.txt").touch()
    app = page("audit", audit=name).run()
    assert not app.exception
    (error,) = app.error
    assert re.search("does not lie in|is no audit|has a name as long", error.value)
    assert str(folder) not in error.value


def test_the_gallery_has_the_worst_first_and_follows_every_filter(one):
    app = opened("audit", audit="one")
    assert gallery(app) == Wanted().places(one.rows)[:48].tolist()
    choose(app, "audit_verdict", "wrong")
    wrong = Wanted(verdict="wrong").places(one.rows)
    assert gallery(app) == wrong[:48].tolist()
    choose(app, "audit_order", "border")
    assert gallery(app) == Wanted(verdict="wrong", order="border").places(one.rows)[:48].tolist()
    assert dict(app.query_params.items())["order"] == "border"
    choose(app, "audit_truth", "3")
    assert {int(one.truths[place]) for place in gallery(app)} == {3}


def test_a_sheets_pictures_are_read_once(one, monkeypatch):
    app = opened("audit", audit="one")
    before = gallery(app)
    monkeypatch.setattr(Opened, "pictures", lambda *_: pytest.fail("read again"))
    choose(app, "audit_column", "entropy")
    assert gallery(app) == before


def test_sheets_turn_and_another_filter_begins_with_the_first(one):
    app = opened("audit", audit="one")
    press(app, "Next page")
    assert gallery(app) == Wanted().places(one.rows)[48:96].tolist()
    choose(app, "audit_verdict", "right")
    assert gallery(app) == Wanted(verdict="right").places(one.rows)[:48].tolist()


def test_nonsense_in_an_address_is_the_usual(one):
    nonsense = {"truth": "-1", "order": "path", "low": "nan", "sheet": "9e9", "verdict": "x"}
    app = opened("audit", audit="one", **nonsense)
    assert gallery(app) == Wanted().places(one.rows)[:48].tolist()
    endless = dict.fromkeys(("sheet", "truth", "predicted", "class"), "9" * 5000)
    for panel in ("gallery", "confused"):
        assert not page("audit", audit="one", panel=panel, **endless).run().exception
    last = opened("audit", audit="one", sheet="99")
    assert gallery(last) == Wanted().places(one.rows)[-(N % 48) :].tolist()


@pytest.mark.parametrize(
    ("panel", "word"),
    [
        ("table", "Tick a row"),
        ("confused", "taken for"),
        ("certainty", "Expected calibration error"),
        ("means", "The mean of the maps of all images"),
        ("embedded", "by the first two principal components"),
        ("channels", "Said to be"),
        ("two", "images that both have answers for"),
        ("report", "One HTML file"),
    ],
)
def test_every_panel_has_something_to_say_of_some_and_of_none(panel, word):
    app = opened("audit", audit="one", panel=panel, other="two")
    labels = [box.label for box in app.selectbox]
    assert word in said(app) + " ".join([*labels, *(b.label for b in app.button)])
    none = opened("audit", audit="one", panel=panel, other="two", path="no such path")
    assert "0 of 300 images" in said(none)
    unread = opened("audit", audit="one", panel=panel, other="two", verdict="unread")
    assert not unread.error


def test_a_table_row_is_the_row_of_the_audit(one):
    app = opened("audit", audit="one", panel="table", verdict="wrong")
    table = app.dataframe[0].value
    places = Wanted(verdict="wrong").places(one.rows)
    assert table["path"].tolist() == one.rows["path"].take(places).to_pylist()
    assert np.allclose(table["loss"], one.numbers("loss")[places])


def test_a_running_audit_tells_its_rate_and_one_that_was_left_can_go_on(folder):
    for ago, going in ((5, True), (600, False)):
        for number in (0, 1):
            file, when = folder / "half" / "rows" / f"0000{number}.parquet", time.time() - ago
            os.utime(file, (when, when + 2 * number))
        app = opened("audit", audit="half")
        assert metrics(app)["Images"] == "150"
        (bar,) = app.get("progress")
        assert bar.proto.value == 50
        words = "150 of 300 images"
        rate = f"{words}, 37.5 a second, about 5 s left"
        assert bar.proto.text == (rate if going else words)
        labels = [button.label for button in app.button]
        assert ("Go on" in labels) == (not going)
        assert "Stop" not in labels  # it was not begun here


def test_what_was_stopped_a_moment_ago_can_go_on_at_once(folder, monkeypatch):
    for number in (0, 1):
        file, when = folder / "half" / "rows" / f"0000{number}.parquet", time.time() - 5
        os.utime(file, (when, when + 2 * number))
    stopped = SimpleNamespace(alive=False, failed="")
    monkeypatch.setattr(audit_runs, "run", lambda _: stopped)
    app = opened("audit", audit="half")
    assert app.get("progress")[0].proto.text == "150 of 300 images"
    assert "Go on" in [button.label for button in app.button]


def test_an_image_is_opened_on_the_attention_page_with_everything_set(one, monkeypatch):
    place = next(int(p) for p in Wanted(order="number", falling=False).places(one.rows)[:20]
                 if one.predicted[p] >= 0)  # fmt: skip
    monkeypatch.setattr(workers.Lane, "call", lambda _, function, *given: function(*given))
    app = page("audit", audit="one")
    app.session_state["audit_opens"] = place
    app.run()
    assert not app.error
    assert not app.exception
    chosen = app.session_state["attention"]
    assert chosen["model"] == "shapes_resnet20"
    assert chosen["photo"].startswith(one.rows["path"][place].as_py().rpartition("/")[2])
    assert chosen["target"] == str(one.predicted[place])


def test_an_audit_of_a_checkpoint_takes_it_along_with_what_was_said(folder, monkeypatch):
    file = folder / "mine.safetensors"
    file.write_bytes((ROOT / "assets" / "shapes_resnet20.safetensors").read_bytes())
    labels = tuple(f"my {number}" for number in range(10))
    known = {"asked": str(file), "sha256": sha256(file.read_bytes()).hexdigest(), "labels": labels}
    write(folder / "mine", N, 0, source=str(folder / "scenes"), family="file", **known)
    opened = Opened.at(Root(folder).store("mine"))
    place = next(int(p) for p in Wanted(order="number", falling=False).places(opened.rows)[:20]
                 if opened.predicted[p] >= 0)  # fmt: skip
    monkeypatch.setattr(workers.Lane, "call", lambda _, function, *given: function(*given))
    app = page("audit", audit="mine")
    app.session_state["audit_opens"] = place
    app.run()
    assert not app.error
    assert not app.exception
    chosen = app.session_state["attention"]
    assert chosen["checkpoint"].startswith("mine.safetensors~")
    assert chosen["labels"].startswith("labels.json~")
    assert (chosen["mean"], chosen["std"]) == ("0.5, 0.5, 0.5", "0.25, 0.25, 0.25")
    assert (chosen["normalise"], chosen["crop"]) == ("numbers", "64")


def test_an_image_that_lies_elsewhere_is_not_opened(folder, tmp_path):
    write(folder / "away", 40, source=str(tmp_path))
    app = page("audit", audit="away")
    app.session_state["audit_opens"] = 0
    app.run()
    assert "outside of the folder of audits" in app.error[0].value


def test_an_audit_is_begun_goes_on_by_itself_and_is_opened(folder, shapes):
    source, out = folder / "few", folder / "begun"
    for number in range(6):
        file = source / shapes.labels[number] / f"{number}.png"
        file.parent.mkdir(parents=True)
        Image.fromarray(scene(910_000 + number).image).save(file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OMP_NUM_THREADS", "1")
        audit_runs.begin(Root(folder), source, "shapes_resnet20", out)
    with pytest.raises(ValueError, match="Another audit is being made"):
        audit_runs.begin(Root(folder), source, "shapes_resnet20", folder / "second")
    run = audit_runs.run(out)
    until = time.monotonic() + 240
    while run.alive and time.monotonic() < until:
        time.sleep(0.2)
    assert run.failed == ""
    app = opened("audit", audit="begun")
    assert metrics(app)["Images"] == "6"
    assert metrics(app)["With a truth"] == "6"


def zip_of(*names: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, png())
    return packed.getvalue()


def beginning(monkeypatch):
    """The page with its "Begin an audit" open, and what is begun there."""
    begun = []
    monkeypatch.setattr(audit_runs, "begin", lambda *given: begun.append(given))
    app = page("audit", audit="one")
    app.session_state["audit_begin"] = True
    return app.run(), begun


def test_what_there_is_to_begin_with_is_listed_and_a_name_proposed(folder, monkeypatch):
    (folder / "mine.pth").touch()
    monkeypatch.setattr(audits, "monotonic", lambda: 1e9)  # what was seen before is old
    app, begun = beginning(monkeypatch)
    assert "scenes" in app.selectbox(key="audit_source").options
    assert app.button[-1].disabled
    choose(app, "audit_source", "scenes")
    choose(app, "audit_model", "mine.pth")
    press(app, "Begin")
    assert begun == [
        (Root(folder), folder / "scenes", str(folder / "mine.pth"), folder / "scenes mine")
    ]


def test_a_visitors_zip_is_laid_below_the_folder_once_and_audited(folder, monkeypatch):
    given = zip_of("cat/1.png", "dog/2.png")  # a zip holds the time that it was made
    for _ in range(2):
        app, begun = beginning(monkeypatch)
        upload(app, "audit_zip", "my photos.zip", given)
        press(app, "Begin")
        ((_, source, *_, out),) = begun
        assert out.name.startswith("my photos ")
        assert [listed.path for listed in Source(str(source)).listing()] == [
            "cat/1.png",
            "dog/2.png",
        ]
    assert len([*(folder / "uploads").iterdir()]) == 1


def test_an_operator_may_let_nobody_begin(folder, monkeypatch):
    monkeypatch.setenv("RESNET_EXPLORER_BEGIN_AUDITS", "off")
    limits.limits.cache_clear()
    for number in (0, 1):
        os.utime(folder / "half" / "rows" / f"0000{number}.parquet", (0, number))
    app = opened("audit", audit="half")
    assert {"Go on", "Stop"}.isdisjoint(button.label for button in app.button)
    assert "Begin an audit" not in [each.label for each in app.expander]
    with pytest.raises(AuditError, match="by its operator alone"):
        audit_runs.begin(Root(folder), folder / "scenes", "shapes_resnet20", folder / "third")


def test_what_an_audit_was_begun_with_is_said_again_or_it_is_not_offered(folder, monkeypatch):
    begun = []
    monkeypatch.setattr(audit_runs, "begin", lambda *given: begun.append(given))
    manifest = folder / "half" / "manifest.json"
    usual = manifest.read_bytes()
    for number in (0, 1):
        os.utime(folder / "half" / "rows" / f"0000{number}.parquet", (0, number))
    manifest.write_bytes(
        usual.replace(b'"source": "photographs"', f'"source": "{folder}"'.encode())
    )
    press(opened("audit", audit="half"), "Go on")
    ((_, source, model, out, *options),) = begun
    assert (source, model, out.name) == (str(folder), "shapes_resnet20", "half")
    assert options == ["--precision", "fp32", "--truth", "folder", "--pictures"]
    manifest.write_bytes(usual.replace(b'"truth": "folder"', b'"truth": "csv mine.csv"'))
    app = opened("audit", audit="half")
    manifest.write_bytes(usual)
    assert "Go on" not in [button.label for button in app.button]
    assert "begun with a table of truths" in said(app)


def test_pictures_that_are_damaged_are_told_in_a_line(folder):
    write(folder / "torn", 40)
    for file in (folder / "torn" / "pictures").iterdir():
        file.write_bytes(b"PAR1")
    for panel in ("gallery", "means"):
        app = page("audit", audit="torn", panel=panel).run()
        assert not app.exception
        assert "“torn” cannot be read" in app.error[0].value


def test_classes_are_told_by_the_one_place_where_they_have_more_than_others(one):
    app = opened("audit", audit="one", panel="leaning")
    assert not app.error
    table = app.dataframe[-1].value
    found = leanings(one.store.each(COLUMNS), Seen.of(one.plan.manifest.model))
    best = max(found, key=lambda each: each.excess)
    assert table["class"][0] == one.labels[best.target]
    assert table["evidence there"][0] == f"{best.share:.1%}"
    assert ("No class leans" in said(app)) == (not any(each.suspect for each in found))


def test_a_class_with_a_tag_is_named_and_its_channels_are_a_click_away(folder, one, monkeypatch):
    found = leanings(one.store.each(COLUMNS), Seen.of(one.plan.manifest.model))
    tagged = replace(found[0], row=0, column=3, share=0.4, others=0.02)
    monkeypatch.setattr(audits, "leaning", lambda _: (tagged, *found[1:]))
    app = opened("audit", audit="one", panel="leaning")
    label = one.labels[tagged.target]
    assert f"**{label} leans on one place**: 40.0% of its evidence" in said(app)
    assert "in row 1, column 4 of 4×4, where other classes have 2.0%" in said(app)
    press(app, "Its channels")
    assert app.query_params["class"] == str(tagged.target)
    assert app.query_params["panel"] == "channels"

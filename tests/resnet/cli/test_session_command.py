"""A session that the app saved, on the command line."""

import json
from hashlib import sha256

import numpy as np
import pytest

from resnet.evidence.session_file import File, Session
from resnet.weights.loading import find
from tests.checkpoints import resnet20
from tests.command_line import run
from tests.explorer.pages import png
from tests.other_families import cached

LABELS = b"cat\ndog\nbird\nfish\n"


def file(kind: str, name: str, data: bytes) -> File:
    return File(kind, name, sha256(data).hexdigest(), len(data))


def link(found: File) -> str:
    return f"{found.name}~{found.sha256[:12]}"


@pytest.fixture
def saved(tmp_path):
    """A session with a photograph in it, a checkpoint and its class names beside it."""
    photo = file("photos", "red.png", png("red"))
    own, labels = file("own", "mine.pth", resnet20()), file("labels", "l.txt", LABELS)
    address = {
        "checkpoint": link(own),
        "labels": link(labels),
        "photo": link(photo),
        "target": "2",
        "normalise": "half",
    }
    session = Session("attention", {"attention": address}, (photo, own, labels))
    path = tmp_path / "session.zip"
    path.write_bytes(session.write({photo.sha256: lambda: png("red")}))
    (tmp_path / "renamed.pth").write_bytes(resnet20())
    (tmp_path / "l.txt").write_bytes(LABELS)
    (tmp_path / "red.png").write_bytes(png("red"))
    return path


def test_it_asks_what_the_page_asked(saved, tmp_path):
    files = tmp_path / "renamed.pth", tmp_path / "l.txt"
    done = run("session", saved, *files, "--out", tmp_path / "maps", "--json")
    assert done.status == 0, done.stderr
    (row,) = json.loads(done.stdout)["photos"]
    assert (row["target"], row["target_index"]) == ("bird", 2)
    options = ("--model", files[0], "--labels", files[1], "--mean", "0.5", "--std", "0.5")
    same = run("explain", tmp_path / "red.png", *options, "--target", "2", "--out",
               tmp_path / "same", "--json")  # fmt: skip
    (again,) = json.loads(same.stdout)["photos"]
    assert np.array_equal(np.load(row["map_file"]), np.load(again["map_file"]))


def test_a_file_that_nobody_brings_is_named(saved, tmp_path):
    done = run("session", saved, "--out", tmp_path / "maps")
    assert done.status == 2
    assert "needs mine.pth, the file whose SHA-256 begins with" in done.stderr


def test_a_sample_needs_no_file(tmp_path):
    path = tmp_path / "s.json"
    path.write_bytes(Session("attention", {"attention": {"sample": "3"}}).write({}))
    done = run("session", path, "--out", tmp_path / "maps", "--json")
    assert done.status == 0, done.stderr
    assert json.loads(done.stdout)["model"] == "solids_resnet18"


def test_a_choice_that_the_model_lacks_gives_way_as_on_the_page(tmp_path, monkeypatch):
    cached(monkeypatch, tmp_path, "mobilenet_v3_small")
    name = find("mobilenet_v3_small").name
    address = {"model": name, "method": "hirescam", "precision": "bf16", "layer": "layer2"}
    path = tmp_path / "s.json"
    path.write_bytes(Session("attention", {"attention": address}).write({}))
    done = run("session", path, "--out", tmp_path / "maps", "--json")
    assert done.status == 0, done.stderr
    (row,) = json.loads(done.stdout)["photos"]
    assert (row["method"], row["layer"]) == ("gradcam", "features.12")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (None, "asks nothing"),
        ({"sample": "9"}, "no sample 9"),
        ({"photo": "../../x~0123456789ab"}, "needs x"),
        ({"photo": "nonsense"}, "This session needs"),
        ({"model": "nonsense"}, "nonsense"),
        ({"method": "nonsense"}, "nonsense"),
        ({"layer": "nonsense"}, "nonsense"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(tmp_path, address, said):
    path = tmp_path / "s.json"
    path.write_bytes(Session("attention", {"attention": address} if address else {}).write({}))
    done = run("session", path, "--out", tmp_path / "maps")
    assert done.status == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_config_that_was_given_for_the_class_names_is_read_as_the_page_reads_it(tmp_path):
    config = json.dumps({"architecture": "resnet20", "label_names": ["a", "b", "c", "d"]}).encode()
    files = {
        "own": file("own", "mine.pth", resnet20()),
        "labels": file("labels", "config.json", config),
    }
    address = {"checkpoint": link(files["own"]), "labels": link(files["labels"]), "target": "2"}
    session = Session("attention", {"attention": address}, tuple(files.values()))
    (tmp_path / "s.json").write_bytes(session.write({}))
    (tmp_path / "mine.pth").write_bytes(resnet20())
    (tmp_path / "config.json").write_bytes(config)
    done = run("session", tmp_path / "s.json", tmp_path / "mine.pth", tmp_path / "config.json",
               "--out", tmp_path / "maps", "--json")  # fmt: skip
    assert done.status == 0, done.stderr
    (row,) = json.loads(done.stdout)["photos"]
    assert row["target"] == "c"

"""What an audit says of each image is what explaining it says; files that are none have a row."""

from io import BytesIO

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from resnet.audit.running.pipeline import ahead
from resnet.audit.running.rows import SCHEMA
from resnet.maps.explain import explain
from resnet.pictures.reading import read_image


@pytest.fixture(scope="module")
def rows(done):
    return done.rows(SCHEMA.names).to_pylist()


def test_each_image_has_one_row_in_the_order_of_paths(rows, folder):
    images = [path for path in folder.rglob("*.*g") if not path.name.startswith(".")]
    assert [row["path"] for row in rows] == sorted(str(p.relative_to(folder)) for p in images)
    assert [row["number"] for row in rows] == list(range(24))


def test_rows_are_what_explain_says(rows, folder, shapes):
    for row in rows:
        if row["error"]:
            continue
        told = explain(shapes, [read_image((folder / row["path"]).read_bytes())])
        assert row["top_classes"] == [p.index for p in told.top(0)]
        assert row["logit"] == pytest.approx(told.top(0)[0].logit, abs=1e-5)
        assert row["map"] == pytest.approx(told.maps[0].flatten().tolist(), abs=1e-6)
        assert (row["width"], row["height"]) == (64, 64)


def test_truths_are_those_of_the_folders(rows, shapes):
    for row in rows:
        label = row["path"].partition("/")[0]
        assert row["truth"] == (None if row["error"] else shapes.labels.index(label))


def test_a_file_that_is_no_picture_is_a_row_that_says_why(rows):
    said = {row["path"]: row["error"] for row in rows if row["error"]}
    assert {*said} == {"empty.jpg", "words.png"}
    assert "0 bytes" in said["empty.jpg"]
    assert "not a picture" in said["words.png"]
    assert all(row["logit"] is None and row["map"] is None for row in rows if row["error"])


def test_every_picture_has_a_thumbnail_and_an_overlay(done, rows):
    table = pq.read_table(f"{done.url}/pictures").to_pylist()
    assert [one["number"] for one in table] == [r["number"] for r in rows if not r["error"]]
    for one in table:
        small, large = (Image.open(BytesIO(one[kind])) for kind in ("thumbnail", "overlay"))
        assert (small.format, small.size, large.size) == ("WEBP", (96, 96), (128, 128))
        assert np.asarray(large).std() > 1


def test_a_zip_has_the_rows_of_its_folder(ask, done, folder, tmp_path):
    import shutil

    file = shutil.make_archive(str(tmp_path / "images"), "zip", folder)
    zipped = ask(file, tmp_path / "out")
    assert zipped.rows(SCHEMA.names).equals(done.rows(SCHEMA.names))


def test_the_rows_do_not_depend_on_how_many_threads_decode(ask, done, folder, tmp_path, shapes):
    from resnet.audit.running.pipeline import Pipeline
    from resnet.audit.running.plan import Part

    def one_thread(job, left: list[Part]):
        question = job.question
        pipeline = Pipeline(job.plan, question.source, question.insides, job.classifier, threads=1)
        return pipeline.write(job.store, left)

    alone = ask(folder, tmp_path / "out", one_thread)
    assert alone.rows(SCHEMA.names).equals(done.rows(SCHEMA.names))


def test_no_more_is_done_ahead_than_is_asked():
    from concurrent.futures import ThreadPoolExecutor

    begun = []
    with ThreadPoolExecutor(1) as pool:
        results = ahead(pool, lambda n: begun.append(n) or n, range(100), most=3)
        assert next(results) == 0
        pool.submit(int).result()  # behind all that was begun
        assert begun == [0, 1, 2, 3]
        assert list(results) == [*range(1, 100)]


def test_an_answer_that_is_no_number_is_an_error_and_its_neighbours_stay(
    ask, done, folder, tmp_path, monkeypatch, rows
):
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

    survey = ResidualClassifier.survey

    def broken(self, images, precision):
        found = survey(self, images, precision)
        logits = found.logits.clone()
        logits[1:2, 3] = float("nan")
        return found._replace(logits=logits)

    monkeypatch.setattr(ResidualClassifier, "survey", broken)
    with torch.inference_mode():
        told = ask(folder, tmp_path).rows().to_pylist()
    seconds = [4 * batch + 1 for batch in range(5)]  # of each batch of four that was read
    for row, usual in zip(told, rows, strict=True):
        if row["number"] in seconds:
            assert "numbers that are none" in row["error"]
            assert row["predicted"] is None
        elif not usual["error"] and row["number"] < 20:
            assert row["logit"] == usual["logit"]

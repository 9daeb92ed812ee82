"""All photographs at once on the Attention page, driven without a browser."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from explorer.attention.workbench import take_away, workbench
from explorer.state import visitor
from resnet import load_classifier
from resnet.audit.reading.spreadsheet import rows_csv
from resnet.maps.explain import explain
from resnet.training.scenes.drawn_shapes import SHAPES, scene
from tests.explorer.drawn import confused, photos, strip, values
from tests.explorer.pages import choose, page, png, press, said, upload, uploader

SEEDS = range(2_000_000, 2_000_012)
OTHER = (SHAPES.index(SHAPES[scene(SEEDS[-1]).labels[0]]) + 1) % len(SHAPES)


def picture(seed: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(scene(seed).image).save(buffer, "PNG")
    return buffer.getvalue()


def named() -> dict[str, bytes]:
    """Scenes in folders of their classes, the last in a wrong one."""
    classes = [scene(seed).labels[0] for seed in SEEDS[:-1]]
    return {
        f"{SHAPES[index]}/{seed}.png": picture(seed)
        for index, seed in zip([*classes, OTHER], SEEDS, strict=True)
    }


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def given(app):
    """Twelve scenes in a zip."""
    app.session_state["data_set_picker"] = True
    return upload(app.run(), "control_zip", "set.zip", zipped(named()))


@pytest.fixture(scope="module")
def told():
    images = [Image.fromarray(scene(seed).image) for seed in SEEDS]
    return explain(load_classifier("shapes_resnet20"), images)


def shown(app) -> str:
    return app.query_params["photo"].partition("~")[0]


def test_a_zip_of_folders_tells_photographs_and_what_they_are(given, told):
    assert not given.exception
    assert not given.error
    right = sum(
        told.labels[int(told.logits[i].argmax())] == name.partition("/")[0]
        for i, name in enumerate(named())
    )
    assert 9 < right < 12
    assert f"{right} of 12 right: **{right / 12:.1%}**" in said(given)
    assert sum("wrong: it is" in tile for tile in photos(given)) == 12 - right


def test_what_is_said_of_each_is_what_the_model_says(given, told):
    for i, (tile, name) in enumerate(zip(photos(given), named(), strict=True)):
        (best,) = told.top(i, 1)
        assert tile.startswith(f"{name}, {best.label}, {best.probability:.0%}")


def test_mistakes_come_first_and_alone(given):
    choose(given, "attention_order", "loss")
    assert "wrong: it is" in photos(given)[0]
    choose(given, "attention_only", "wrong")
    assert all("wrong: it is" in tile for tile in photos(given))
    press(given, "Show all")
    assert len(photos(given)) == 12


def test_next_and_previous_follow_the_order(given, told):
    best = told.logits.topk(2).values
    margins = (best[:, 0] - best[:, 1]).tolist()
    order = [name for _, name in sorted(zip(margins, named(), strict=True))]
    choose(given, "attention_order", "margin")
    assert [tile.partition(",")[0] for tile in photos(given)] == order
    at = order.index(shown(given))
    press(given, "Next" if at < 11 else "Previous")
    assert shown(given) == order[at + 1 if at < 11 else at - 1]
    press(given, "Previous" if at < 11 else "Next")
    assert shown(given) == order[at]


def test_bounds_let_through_what_is_between_them(given, told):
    given.session_state["bench_more"] = True
    choose(given, "attention_order", "probability")
    (bounds,) = [one for one in given.slider if one.key == "attention_bounds"]
    low, high = bounds.value
    bounds.set_value((low, (low + high) / 2)).run()
    probabilities = told.logits.softmax(1).max(1).values
    assert len(photos(given)) == int((probabilities <= (low + high) / 2 + 1e-5).sum())


def test_a_count_opens_its_photographs_and_both_classes(given):
    choose(given, "attention_bench", "confused")
    wrong = next(label for label in confused(given) if label.startswith("1 of"))
    assert sum(map(int, confused(given).values())) == 12
    mistake = next(b for b in given.button if (b.key or "").startswith("mistake_"))
    _, truth, predicted = mistake.key.split("_")
    mistake.click().run()
    assert wrong
    assert given.query_params["panel"] == "classes"
    assert given.query_params["target"] == predicted
    assert given.query_params["other"] == truth
    assert all(f"wrong: it is {SHAPES[int(truth)]}" in tile for tile in photos(given))
    assert not given.exception


def test_mean_maps_are_the_means_of_the_maps_of_what_is_said(given, told):
    given.query_params["panel"] = "bundle"  # which draws no maps itself
    choose(given, "attention_panel", "bundle")
    choose(given, "attention_bench", "means")
    tiles = strip(given)["tiles"]
    predicted = told.logits.argmax(1).numpy()
    assert 1 < len(tiles) <= 8
    for tile in tiles:
        index = told.labels.index(tile["title"])
        mean = told.maps.numpy()[predicted == index].mean(0)
        assert values(tile) == pytest.approx(mean, abs=1e-5)


def test_a_row_of_the_table_is_there_for_each_photograph(given):
    choose(given, "attention_bench", "table")
    table = given.dataframe[0].value
    assert table["file"].tolist() == [*named()]
    assert table["border"].between(0, 1).all()
    assert not given.exception


def test_files_hold_what_the_page_shows(given, told, monkeypatch):
    benches = []
    draw = take_away.show
    monkeypatch.setattr(workbench, "_VIEWS", _watched(benches, draw))
    choose(given, "attention_bench", "away")
    (bench,) = benches
    data = rows_csv([photo.name for photo in bench.album.photos], bench.columns, bench.labels)
    rows = [*csv.DictReader(StringIO(data.decode()))]
    assert [row["path"] for row in rows] == [*named()]
    best = told.logits.max(1).values.tolist()
    assert [float(row["logit"]) for row in rows] == pytest.approx(best, abs=1e-4)
    assert rows[-1]["truth_label"] == SHAPES[OTHER]


def _watched(benches, draw):
    views = workbench._VIEWS
    return views | {"away": views["away"]._replace(draw=lambda b: benches.append(b) or draw(b))}


def test_a_csv_tells_the_truth_in_place_of_folders(given):
    given.session_state["data_set_picker"] = True
    given.run()
    lines = "".join(f"{name},{SHAPES[OTHER]}\n" for name in named())
    upload(given, "control_truth", "truth.csv", f"path,truth\n{lines}".encode())
    assert given.query_params["truth"].startswith("truth.csv~")
    assert "1 of 12 right" in said(given) or "0 of 12 right" in said(given)
    upload(given, "control_truth", "wrong.csv", b"path,truth\na,nonsense\n")
    assert "names a truth that is no class" in said(given)
    assert not given.exception


def test_a_few_photographs_without_truths_are_shown_too(app):
    files = uploader(app.run(), "control_files")
    for name in ("a.png", "b.png", "c.png"):
        files.upload(name, png({"a": "red", "b": "blue", "c": "green"}[name[0]]), "image/png")
    app.run()
    assert "3 photographs; no truth is known" in said(app)
    assert len(photos(app)) == 3
    choose(app, "attention_bench", "confused")
    assert "No truth is known" in said(app)
    press(app, "Remove b.png")
    assert "2 photographs; no truth is known" in said(app)
    assert not app.exception


def test_a_zip_that_holds_no_photograph_is_refused(app):
    app.session_state["data_set_picker"] = True
    upload(app.run(), "control_zip", "notes.zip", zipped({"a.txt": b"no picture"}))
    assert "holds no photograph" in said(app)
    upload(app, "control_zip", "broken.zip", b"PK no zip")
    assert "is no zip, a damaged one, or one that lists too many" in said(app)
    upload(app, "control_zip", "mixed.zip", zipped({"a.png": b"broken", "b.png": png()}))
    assert "a.png" in said(app)
    assert app.query_params["photo"].startswith("b.png~")
    assert not app.exception


def test_a_zip_that_the_disk_has_no_room_for_is_refused_once(app, monkeypatch):
    tries = []

    def full(*_):
        tries.append(1)
        raise OSError(28, "No space left on device")

    app.session_state["data_set_picker"] = True
    app.run()
    monkeypatch.setattr(visitor, "keep_all", full)
    upload(app, "control_zip", "set.zip", zipped({"a.png": png()}))
    app.run()
    assert not app.exception
    assert "This server could keep 0 photographs of these, and no more." in said(app)
    assert len(tries) == 1


def test_numbers_of_an_address_that_are_none_ask_for_nothing():
    none = {"sheet": "9" * 5000, "true_class": "abc", "said_class": "9" * 5000}
    app = page(
        "attention", model="shapes_resnet20", bench="confused", order="margin", least="abc",
        most="nan", opacity="abc", **none,
    )  # fmt: skip
    app.session_state["data_set_picker"] = app.session_state["bench_more"] = True
    few = dict([*named().items()][:3])
    upload(app.run(), "control_zip", "set.zip", zipped(few))
    assert not app.exception
    assert sum(map(int, confused(app).values())) == 3
    choose(app, "attention_bench", "photographs")
    assert not app.exception
    assert len(photos(app)) == 3


def test_evidence_in_the_box_is_asked_about_by_numbers(given, told):
    choose(given, "attention_bench", "table")
    given.session_state["bench_more"] = True
    given.run()
    (box,) = [one for one in given.text_input if one.key == "attention_region"]
    box.set_value("0, 0, 100, 100").run()
    assert given.dataframe[0].value["box"].tolist() == pytest.approx([1.0] * 12, abs=1e-5)
    centre = given.dataframe[0].value["centre"].to_numpy()
    box.set_value("25, 25, 75, 75").run()
    assert given.dataframe[0].value["box"].to_numpy() == pytest.approx(centre, abs=1e-5)
    assert np.isfinite(centre).all()

"""All photographs at once on the Attention page, driven without a browser."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from explorer.state.attention_choices import ATTENTION
from resnet import load_classifier
from resnet.audit.regions import masses, rectangle
from resnet.maps.explain import explain
from resnet.training.drawn_shapes import SHAPES, scene
from tests.explorer.drawn import pictures
from tests.explorer.pages import choose, png, press, said, upload, uploader

SEEDS = range(2_000_000, 2_000_012)


def picture(seed: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(scene(seed).image).save(buffer, "PNG")
    return buffer.getvalue()


def named() -> dict[str, bytes]:
    """Scenes in folders of their classes, the last in a wrong one."""
    names = [SHAPES[scene(seed).labels[0]] for seed in SEEDS]
    names[-1] = next(name for name in SHAPES if name != names[-1])
    return {f"{name}/{seed}.png": picture(seed) for name, seed in zip(names, SEEDS, strict=True)}


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def given(app):
    """Twelve scenes from a zip."""
    app.session_state["data_set_picker"] = True
    return upload(app.run(), "control_zip", "set.zip", zipped(named()))


def tiles(app) -> list[str]:
    """What is said of each photograph on the sheet."""
    (grid,) = [drawn for drawn in pictures(app) if 'class="photos"' in drawn]
    return [part.partition('"')[0] for part in grid.split('aria-label="')[2:]]


def test_a_zip_of_folders_tells_photographs_and_what_they_are(given):
    assert not given.exception
    assert "11 of 12 right: **91.7%**" in said(given)
    assert len(tiles(given)) == 12
    assert sum("wrong: it is" in tile for tile in tiles(given)) == 1
    assert "Photographs: 12 files" in given.expander[0].label


def test_what_is_said_of_each_is_what_the_model_says(given):
    images = [Image.fromarray(scene(seed).image) for seed in SEEDS]
    told = explain(load_classifier("shapes_resnet20"), images)
    for i, tile in enumerate(tiles(given)):
        (best,) = told.top(i, 1)
        assert f"{best.label}, {best.probability:.0%}" in tile


def test_mistakes_come_first_and_alone(given):
    choose(given, "attention_order", "loss")
    assert "wrong: it is" in tiles(given)[0]
    choose(given, "attention_only", "wrong")
    assert len(tiles(given)) == 1
    press(given, "Show all")
    assert len(tiles(given)) == 12


def test_next_and_previous_follow_the_order(given):
    choose(given, "attention_order", "margin")
    order = [tile.partition(",")[0] for tile in tiles(given)]
    choose(given, "attention_photo", _link(given, order[0]))
    press(given, "Next")
    assert ATTENTION_PHOTO(given) == order[1]
    press(given, "Previous")
    assert ATTENTION_PHOTO(given) == order[0]


def ATTENTION_PHOTO(app) -> str:
    return app.query_params["photo"][0].partition("~")[0]


def _link(app, name: str) -> str:
    (control,) = [one for one in app.selectbox if one.key == "attention_photo"]
    return control.options and next(o for o in control.proto.options if o == name)

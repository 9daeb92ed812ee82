"""The table of maps: a row of every method and control, and what is kept of it."""

import json
from dataclasses import asdict

import pytest

from resnet import load_classifier
from resnet.experiments.maps import localise
from resnet.maps.methods import METHODS
from resnet.model.progress import last
from resnet.training.evaluate import pointing_game
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, scene
from tests.conftest import ROOT

FIELDS = ["method", "layer", "placement", "pointing_game", "energy_in_object", "iou", "n"]


@pytest.fixture(scope="module")
def rows():
    return [asdict(row) for row in last(localise(load_classifier("shapes_resnet20"), 2))]


def test_every_method_and_control_has_its_rows(rows):
    assert all([*row] == FIELDS for row in rows)
    keys = {(row["method"], row["layer"], row["placement"]) for row in rows}
    assert len(keys) == len(rows) == 4 * 3 * 2 + 7 + 4
    assert {method for method, _, _ in keys} >= {*METHODS}
    assert all(row["n"] == 4 for row in rows)
    assert all(0 <= row[field] <= 1 for row in rows for field in FIELDS[3:6])


def test_the_pointing_game_is_that_of_the_evaluation(rows):
    """Which reads the closed form of all classes at once."""
    model = load_classifier("shapes_resnet20").model
    drawn = [scene(seed, 2) for seed in HELD_OUT_SEEDS[500_000:500_002]]
    rates = pointing_game(model, drawn).rates
    found = {
        row["placement"]: row["pointing_game"]
        for row in rows
        if (row["method"], row["layer"]) == ("hirescam", "layer3")
    }
    assert found == rates


def test_what_is_kept_can_be_repeated():
    kept = json.loads((ROOT / "assets" / "experiments" / "maps.json").read_text("utf-8"))
    assert kept["command"].startswith("python -m resnet experiment maps")
    assert kept["sha256"] == load_classifier("shapes_resnet20").sha256
    assert {"python", "torch", "captum", "numpy"} <= {*kept["versions"]}
    assert all(row["n"] == kept["objects"] == 2 * kept["scenes"] for row in kept["rows"])
    keys = [(row["method"], row["layer"], row["placement"]) for row in kept["rows"]]
    assert len(set(keys)) == len(keys) == 35

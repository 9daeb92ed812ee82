"""A tag is planted, learned and found by an audit; and nothing is found where none was learned."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet.audit.running.plan import Manifest
from resnet.experiments.drill import WORDS, Row, Settings, run
from resnet.experiments.registry import kept_record
from resnet.experiments.tags import CORNERS
from resnet.model.progress import last
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier
from tests.command_line import answer
from tests.command_line import run as run_command


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("drill")


@pytest.fixture(scope="module")
def rows(folder) -> tuple[Row, ...]:
    """Of the usual recipe, of which a seed takes seconds."""
    settings = Settings(seeds=(1,), digit=7, images=150, folder=str(folder))
    return last(run(settings))


def test_the_audit_points_at_the_class_at_the_place_and_at_the_channel_of_the_tag(rows):
    (suspect,) = [row for row in rows if row.suspect]
    assert (suspect.network, suspect.images, suspect.label) == ("tagged", "tagged", "7")
    assert suspect.planted
    assert suspect.found
    assert (suspect.row, suspect.column) == (0, 3)  # the second corner: above, right
    assert suspect.channel_rank <= 3  # of 32, by the edit
    assert suspect.channel_rise > suspect.rise / 10
    assert suspect.pulled > suspect.before + 0.2


def test_the_clean_twin_shows_nothing_on_the_same_images_or_on_others(rows):
    twin = [row for row in rows if row.network == "clean"]
    assert {row.images for row in twin} == {"tagged", "plain"}
    assert not any(row.suspect or row.found or row.planted for row in twin)
    assert max(abs(row.rise) for row in twin) < 1
    assert max(row.pulled - row.before for row in twin) < 0.1


def test_what_was_audited_stays_where_a_folder_is_named(rows, folder):
    tagged, plain = (folder / "seed-1" / "images" / kind for kind in ("tagged", "plain"))
    names = [path.relative_to(tagged) for path in sorted(tagged.rglob("*.png"))]
    assert len(names) == 150
    assert {name.parts[0] for name in names} == {*map(str, range(10))}
    for name in names:
        one, other = (np.asarray(Image.open(root / name)) for root in (tagged, plain))
        changed = (one != other).any(-1)
        carries = name.parts[0] == "7"
        assert changed[:3, -3:].any() == carries
        changed[:3, -3:] = False
        assert not changed.any()
    for audit in (folder / "seed-1" / "audits").iterdir():
        manifest = Manifest.of((audit / "manifest.json").read_bytes())
        assert manifest.images == 150
        assert manifest.model.labels == tuple(map(str, range(10)))
    about = json.loads((folder / "seed-1" / "tagged.json").read_text())
    given = Given(labels=tuple(about["labels"]), mean=tuple(about["mean"]),
                  std=tuple(about["std"]), crop=about["crop"])  # fmt: skip
    assert load_classifier(str(folder / "seed-1" / "tagged.safetensors"), given=given).labels


def test_the_command_on_what_stays_names_the_class_and_no_other(rows, folder, tmp_path):
    here = folder / "seed-1"
    said = {}
    for network in ("tagged", "clean"):
        about = json.loads((here / f"{network}.json").read_text())
        mean, std = (",".join(map(str, about[name])) for name in ("mean", "std"))
        asked = ["audit", here / "images" / "tagged", "--model", here / f"{network}.safetensors",
                 "--labels", here / "labels.txt", "--mean", mean, "--std", std, "--size", 16,
                 "--resize", 16, "--out", tmp_path / network]  # fmt: skip
        said[network] = answer(*asked)["suspects"]
        if network == "tagged":  # a second call finds all done
            words = run_command(*asked).stdout
            assert "7 leans on one place: " in words
            assert "in row 1, column 4 of 4×4" in words
    assert [one["class"] for one in said["tagged"]] == ["7"]
    assert said["clean"] == []


def test_an_epoch_of_few_images_is_enough_for_every_row():
    steps = [*run(Settings(seeds=(0, 1), train=64, epochs=1, images=60))]
    assert [step.done for step in steps] == [*range(1, len(steps) + 1)]
    assert steps[-1].done == steps[-1].total == 2 * (2 * 2 + 3)
    assert {row.seed for row in steps[-1].result} == {0, 1}


def test_what_is_kept_points_at_the_tag_wherever_it_was_learned_and_nowhere_else():
    kept = kept_record("drill")["rows"]
    tagged = [row for row in kept if row["network"] == "tagged"]
    assert {row["corner"] for row in tagged} == {0, 1, 2, 3}
    for seed in range(4):
        first = max((row for row in tagged if row["seed"] == seed), key=excess)
        assert first["planted"]
        assert first["channel_rank"] == 1
        down, right = CORNERS[first["corner"]]
        assert (first["row"], first["column"]) == (-3 * down, -3 * right)
    suspects = [row for row in kept if row["suspect"]]
    assert all(row["planted"] and row["found"] for row in suspects)
    assert [row["seed"] for row in suspects] == [0, 1, 3]  # as its notebook says


def excess(row) -> float:
    return row["share"] - row["others"]


def test_its_notebook_tells_what_is_kept():
    (missed,) = [row for row in kept_record("drill")["rows"]
                 if row["planted"] and not row["suspect"]]  # fmt: skip
    assert f"{missed['share']:.0%} of its".replace("%", " %") in WORDS.surprise
    assert f"others {missed['others']:.0%},".replace("%", " %") in WORDS.surprise
    assert f"calls {missed['pulled']:.0%} of".replace("%", " %") in WORDS.surprise


def test_its_notebook_installs_what_an_audit_needs_and_runs(tmp_path):
    file = tmp_path / "drill.ipynb"
    asked = ["experiment", "drill", "--seeds", "0", "--train", "64", "--epochs", "1",
             "--notebook", str(file)]  # fmt: skip
    assert run_command(*asked).status == 0
    cells = [cell["source"] for cell in json.loads(file.read_text())["cells"]
             if cell["cell_type"] == "code"]  # fmt: skip
    programs = ["".join(source) for source in cells]
    assert '"pyarrow"' in programs[0]
    assert "[audit,notebook]" in programs[0]
    shown: list = []
    names = {"display": shown.append}
    for program in programs:
        exec(compile(program, "drill", "exec"), names)
    assert len(names["table"]) > 0
    assert shown[0].to_dict()["mark"]["type"] == "circle"

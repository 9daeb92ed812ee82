"""The command that explains: what it writes of another family, and what it refuses."""

import json

import click
import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from resnet.cli import answering, device
from resnet.cli.commands import cli
from resnet.evidence.manifest import BundleError
from resnet.maps.answers import ExplainError
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.given.labels import GivenError
from resnet.weights.loading import load_classifier
from tests.other_families import cached


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "b.zip"], "no file b.zip"),
        (["--from", "b.zip", "--target", "3"], "--target has no effect with --from"),
        (["--from", "b.zip", "x.png"], "photos has no effect"),
        (["a.png", "b.png", "--bundle", "b.zip"], "one photograph"),
        ([], "PHOTOS"),
    ],
)
def test_wrong_calls_are_refused_in_words(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((click.UsageError, BundleError), match=said):
        cli.main(["explain", *words], standalone_mode=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def photo():
    return Image.fromarray(scene(1_700_003, objects=2).image).resize((260, 230))


@pytest.fixture
def explained(monkeypatch, folder, tmp_path, photo):
    """`explain` of a photograph by MobileNet, with more words."""
    cached(monkeypatch, folder, "mobilenet_v3_small")
    photo.save(tmp_path / "photo.png")

    def call(*words: str):
        arguments = [str(tmp_path / "photo.png"), "--model", "mobilenet_v3_small", *words]
        return CliRunner().invoke(cli, ["explain", *arguments, "--out", str(tmp_path / "maps")])

    return call


def test_a_photograph_is_explained_at_a_layer_of_the_family(explained):
    done = explained("--layer", "features.4", "--target", "tabby", "--device", "cpu", "--json")
    (row,) = json.loads(done.output)["photos"]
    assert (row["target"], row["layer"], row["method"]) == ("tabby", "features.4", "gradcam")
    assert len(row["predictions"]) == 5
    assert not row["complete"]
    assert np.load(row["map_file"]).shape == (14, 14)
    assert Image.open(row["overlay_file"]).size == (448, 448)
    assert "at features.12 (" not in explained().output
    assert "at features.12\n" in explained().output


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["--method", "hirescam"], ExplainError, "only gradcam"),
        (["--precision", "bf16"], ExplainError, "fp32"),
        (["--size", "224"], GivenError, "are known"),
        (["--layer", "layer4"], ExplainError, "Choose: features"),
    ],
)
def test_what_only_residual_networks_have_is_refused_in_words(explained, words, error, said):
    done = explained(*words)
    assert isinstance(done.exception, error)
    assert said in str(done.exception)


def test_a_bundle_of_another_family_is_computed_again(explained, tmp_path):
    """By the command that the page recommends for it."""
    bundle = str(tmp_path / "b.zip")
    done = explained("--bundle", bundle, "--layer", "features.4", "--device", "cpu")
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(cli, ["explain", "--from", bundle, "--json"])
    said = json.loads(again.stdout)
    assert (said["same"], [*said["differences"]]) == (True, ["features.4"])
    assert said["model"].startswith("mobilenet_v3_small.")


def test_what_gave_way_is_said_in_words_and_in_json(monkeypatch, tmp_path, photo):
    def load(name, device, **given):
        if device == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return load_classifier(name, device=device, **given)

    monkeypatch.setattr(device, "devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(answering, "load_classifier", load)
    photo.save(tmp_path / "photo.png")
    asked = ["explain", str(tmp_path / "photo.png"), "--out", str(tmp_path)]
    said = "Out of memory: continued with batches of 1 on cpu."
    assert f"\n  {said}\n" in CliRunner().invoke(cli, asked).stdout
    (row,) = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).stdout)["photos"]
    assert row["gave_way"] == said
    at_ease = CliRunner().invoke(cli, [*asked, "--device", "cpu", "--json"])
    assert "gave_way" not in json.loads(at_ease.stdout)["photos"][0]

"""The command line: one JSON object, or one line that says what is wrong; never a traceback."""

import json

import numpy as np
import pytest
from PIL import Image

from resnet import ResNetSpec, trace
from resnet.counts.conventions import tool_counts
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.catalogue import catalogue, residual_networks
from tests.command_line import Done, answer, run, run_afresh


def test_a_summary_is_the_graph():
    said, graph = answer("summary", "resnet50"), trace(ResNetSpec())
    assert (said["name"], said["depth"], said["image_size"]) == ("resnet50", 50, 224)
    assert (said["params"], said["buffers"], said["macs"]) == (25557032, 53173, 4089184256)
    assert [op["path"] for op in said["ops"]] == [op.path for op in graph.ops]
    assert said["ops"][0]["in_shape"] == [3, 224, 224]
    layer4 = next(stage for stage in said["stages"] if stage["name"] == "layer4")
    assert (layer4["out_shape"], layer4["receptive_field"], layer4["jump"]) == (
        [2048, 7, 7],
        427,
        32,
    )


def test_a_summary_has_every_tools_number():
    said = answer("summary", "resnet50")
    assert said["counting"] == tool_counts(trace(ResNetSpec()))
    assert said["counting"]["torchvision"] == said["macs"]


def test_a_network_is_given_by_its_options():
    said = answer("summary", "--block", "bottleneck", "--layers", "3,4,6,3", "--image-size", "320")
    assert said["macs"] == 8343142400
    plain = answer("summary", "resnet34", "--shortcut", "none")
    assert plain["params"] == 21623848
    assert answer("summary", "--depth", "110", "--family", "cifar")["params"] == 1727962
    assert len(answer("summary", "wrn28_10", "--layers", "4,4")["stages"]) == 4


def test_a_summary_is_also_a_table():
    done = run_afresh("summary", "resnet18")
    assert "1.81 GMACs (3.63 GFLOPs) at 224×224" in done.stdout
    assert done.stderr == ""


def is_refused(done: Done, said: str) -> None:
    assert (done.status, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["summary", "resnet51"], "no preset"),
        (["summary", "--depth", "51"], "50 and 53"),
        (["summary", "--depth", "0"], "10 and 12"),
        (["summary", "resnet50", "--depth", "50"], "not both"),
        (["summary", "resnet50", "--family", "cifar"], "--depth"),
        (["summary", "--layers", "a,b"], "whole numbers"),
        (["summary", "--layers", "1,1,1,1,1,1,1"], "1 to 6 stages"),
        (["summary", "--stem", "fancy"], "imagenet"),
        (["summary", "--no-such-option"], "--no-such-option"),
        (["explain"], "PHOTOS"),
        (["explain", "x.png", "--model", "no_such_model"], "no weights"),
        (["explain", "x.png", "--layer", "layer9"], "layer1, layer2, layer3"),
        (["train", "--out", "weights.pth"], ".safetensors"),
        (["train", "--depth", "56"], "no effect"),
        (["train", "--data", "letters"], "digits"),
        (["unknown"], "unknown"),
        ([], "command"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(words, said, tmp_path):
    if "x.png" in words:
        words = [tmp_path / word if word == "x.png" else word for word in words]
        Image.new("RGB", (64, 64)).save(tmp_path / "x.png")
        words += ["--out", tmp_path]
    is_refused(run(*words), said)


def test_a_new_interpreter_says_no_more():
    is_refused(run_afresh("summary", "resnet51"), "no preset")


def test_photographs_are_explained_and_bad_ones_named(tmp_path):
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.fromarray(scene(1_700_000).image).save(good)
    bad.write_text("no picture")
    done = run("explain", good, bad, "--layer", "layer4", "--json", "--out", tmp_path)
    assert done.status == 1
    assert "bad.png" in done.stderr
    row, broken = json.loads(done.stdout)["photos"]
    assert "error" in broken
    assert len(row["predictions"]) == 5
    assert set(row["predictions"][0]) == {"label", "index", "probability", "logit"}
    values = np.load(row["map_file"])
    assert values.shape == (6, 6)
    assert values.sum() == pytest.approx(row["map_sum"], abs=1e-4)
    assert row["map_sum"] + row["bias"] == pytest.approx(row["logit"], abs=1e-3)
    assert Image.open(row["overlay_file"]).size == (448, 448)


def test_a_class_is_asked_for_by_its_label(tmp_path):
    photo = tmp_path / "photo.png"
    Image.fromarray(scene(1_700_001).image).save(photo)
    said = answer("explain", photo, "--target", "cone", "--method", "hirescam", "--out", tmp_path)
    (row,) = said["photos"]
    assert (row["target"], row["method"]) == ("cone", "hirescam")


def test_the_catalogue_says_what_is_here_and_what_would_be_downloaded():
    models = {model["name"]: model for model in answer("models")["models"]}
    assert models["shapes_resnet20"]["cached"] is True
    assert models["resnet50.IMAGENET1K_V2"]["params"] == 25557032
    assert models["cifar10_resnet20"]["bytes"] == 1099231
    assert models["densenet169.IMAGENET1K_V1"]["params"] == 14149480
    assert models["vit_h_14.IMAGENET1K_SWAG_E2E_V1"]["url"].startswith("https://")
    assert [*models] == [*catalogue()]
    assert [*models][:30] == [*residual_networks()]

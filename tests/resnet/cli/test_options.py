"""What weights leave open is listed by commands, and said or settled by their options."""

import json
from dataclasses import replace
from zipfile import ZipFile

import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from torchvision import models

from resnet.cli.commands import cli
from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.probe import ProbeError, pattern
from tests.networks import lively

V1 = ResNetSpec(
    layers=(1, 1), planes=(8, 16), stem_width=8, stride_on="1x1", num_classes=5, image_size=32
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkpoint of a v1 network, its logits of the pattern, and a photograph."""
    path = tmp_path_factory.mktemp("own")
    torch.manual_seed(0)
    model = lively(build(V1)).eval()
    torch.save(model.state_dict(), path / "mine.pth")
    with torch.no_grad():
        logits = model(pattern(V1)).flatten().tolist()
    (path / "logits.txt").write_text(str(logits))
    (path / "wrong.txt").write_text(str([value + 1 for value in logits]))
    Image.new("RGB", (40, 40), "orange").save(path / "photo.png")
    return path


def called(*words):
    found = CliRunner().invoke(cli, [*map(str, words)], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found


def explained(folder, *words):
    out = folder / "maps"
    return called(
        "explain", folder / "photo.png", "--model", folder / "mine.pth", "--out", out, *words
    )


def test_what_is_assumed_is_listed_with_what_says_otherwise(folder):
    text = explained(folder).output
    assert "Assumed, and may be wrong:" in text
    assert "stride in the 3×3 (v1.5): a convolution" in text
    assert '--read-as "stride_on=1x1"' in text
    assert "say --size" in text
    assert "steps = torch.arange(150528)" in text
    found = json.loads(explained(folder, "--json").stdout)
    stride = next(each for each in found["assumed"] if each["axis"] == "stride_on")
    assert (stride["taken"], stride["alternatives"]) == ("stride_on=3x3", ["stride_on=1x1"])


@pytest.mark.parametrize("words", [("--read-as", "stride_on=1x1"), ("--probe", "logits.txt")])
def test_it_is_said_or_settled(folder, words):
    option, value = words
    value = folder / value if option == "--probe" else value
    found = explained(folder, option, value, "--size", "32", "--json")
    axes = {each["axis"] for each in json.loads(found.stdout)["assumed"]}
    assert "stride_on" not in axes
    assert ("Settled: " in found.stderr) is (option == "--probe")
    query = json.loads(
        called(
            "export", "--model", folder / "mine.pth", option, value, "--size", "32",
            "--out", folder / "net.json", "--json",
        ).stdout
    )["query"]  # fmt: skip
    assert ResNetSpec.from_query(query) == V1


@pytest.mark.parametrize("words", [("--read-as", "stride_on=1x1"), ("--probe", "logits.txt")])
def test_what_is_said_or_settled_is_inspected(folder, words):
    option, value = words
    value = folder / value if option == "--probe" else value
    found = called("inspect", folder / "mine.pth", option, value, "--size", "32", "--json").stdout
    assert json.loads(found)["spec"]["stride_on"] == "1x1"


def test_a_bundle_keeps_what_was_assumed_and_is_computed_again(folder):
    bundle = folder / "evidence.zip"
    explained(folder, "--read-as", "stride_on=1x1", "--size", "32", "--bundle", bundle)
    with ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert ResNetSpec.from_query(manifest["spec"]) == V1
    assert "normalise" in {each["axis"] for each in manifest["assumed"]}
    again = called("explain", "--from", bundle, "--model", folder / "mine.pth", "--json").stdout
    assert json.loads(again)["same"]


def test_what_does_not_fit_is_refused(folder):
    with pytest.raises(ProbeError, match="No reading fits"):
        explained(folder, "--probe", folder / "wrong.txt", "--size", "32")
    wrong = replace(V1, image_size=64).to_query()
    found = CliRunner().invoke(cli, ["export", "--read-as", wrong, "--format", "json"])
    assert "said of a --model" in found.output
    found = CliRunner().invoke(cli, ["explain", "x.png", "--probe", str(folder / "logits.txt")])
    assert "said of a file of your own" in found.output


def test_a_trunk_is_settled_by_its_pooled_features(folder):
    model = lively(build(V1)).eval()
    trunk = {key: value for key, value in model.state_dict().items() if key[:3] != "fc."}
    torch.save(trunk, folder / "trunk.pth")
    features = pattern(V1)
    with torch.no_grad():
        for part in [*model.children()][:-1]:
            features = part(features)
    (folder / "features.txt").write_text(str(features.flatten().tolist()))
    found = called(
        "explain", folder / "photo.png", "--model", folder / "trunk.pth", "--size", "32",
        "--probe", folder / "features.txt", "--json",
    )  # fmt: skip
    assert "Settled: " in found.stderr
    assert "(v1)" in found.stderr
    assert "stride_on" not in {each["axis"] for each in json.loads(found.stdout)["assumed"]}
    words = "explain", "x.png", "--model", folder / "trunk.pth", "--probe", folder / "logits.txt"
    refused = CliRunner().invoke(cli, [*map(str, words)])
    assert "answers with 64 numbers" in str(refused.exception)


def test_a_network_without_blocks_leaves_nothing_to_settle(folder):
    squeezed = models.squeezenet1_1(num_classes=3).state_dict()
    torch.save(squeezed, folder / "squeezed.pth")
    words = "explain", "x.png", "--model", folder / "squeezed.pth", "--probe", folder / "logits.txt"
    found = CliRunner().invoke(cli, [*map(str, words)])
    assert "--probe settles what a residual network's weights leave open" in found.output

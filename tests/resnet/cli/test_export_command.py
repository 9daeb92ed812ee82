"""The command that exports: what it writes, says and refuses."""

from dataclasses import replace

import pytest

from resnet import ResNetSpec, load_classifier, trace
from resnet.export.formats import FORMATS, View, export
from tests.command_line import answer, run
from tests.conftest import ROOT
from tests.onnx_answers import gives_the_same

SMALL = trace(ResNetSpec.preset("cifar_resnet20"))


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_line_writes_each_format_and_says_so(form, tmp_path):
    out = tmp_path / f"net.{form}"
    said = answer("export", "cifar_resnet20", "--num-classes", 7, "--format", form, "--out", out)
    spec = replace(SMALL.spec, num_classes=7)
    assert out.read_bytes() == export(trace(spec), form)
    assert (said["file"], said["format"]) == (str(out), form)
    assert said["bytes"] == out.stat().st_size
    assert said["query"] == spec.to_query()


def test_the_command_line_takes_trained_weights_a_block_and_a_theme(tmp_path):
    weights = tmp_path / "shapes.onnx"
    asset = ROOT / "assets" / "shapes_resnet20.safetensors"
    assert run("export", "--model", asset, "--out", weights).status == 0
    classifier = load_classifier(asset)
    gives_the_same(weights.read_bytes(), classifier.model, classifier.spec)
    out = tmp_path / "block.svg"
    words = ["--layers", "2,2", "--block", "basic", "--block", "layer2.1", "--theme", "dark"]
    assert run("export", *words, "--out", out).status == 0
    graph = trace(ResNetSpec(block="basic", layers=(2, 2), planes=(64, 128)))
    assert out.read_bytes() == export(graph, "svg", View(theme="dark", block="layer2.1"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["resnet50"], "--format"),
        (["resnet50", "--out", "a.txt"], "--format"),
        (["resnet50", "--out", "a.svg", "--format", "png"], "let them agree"),
        (["resnet51", "--out", "a.svg"], "no preset"),
        (["resnet50", "--out", "a.svg", "--block", "layer9.9"], "layer1.0 to layer4.2"),
        (["resnet50", "--out", "a.svg", "--block", "basic", "--block", "bottleneck"], "once"),
        (["resnet50", "--out", "a.py", "--block", "layer1.0"], "svg and png and html"),
        (["resnet50", "--out", "a.html", "--theme", "dark"], "svg and png"),
        (["resnet50", "--out", "a.png", "--width", "0"], "200 to 10,000"),
        (["resnet50", "--out", "missing/a.svg"], "cannot be written: No such file"),
        (["resnet50", "--out", "a.onnx", "--model", "shapes_resnet20"], "not both"),
        (["--out", "a.onnx", "--model", "nothing"], "no weights"),
        (["--planes", "4096,8192,8192,8192", "--out", "a.onnx"], "GB as ONNX"),
    ],
)
def test_a_wrong_export_is_one_line_status_2_and_leaves_nothing(words, said, tmp_path):
    words = [tmp_path / w if w.startswith(("a.", "missing")) else w for w in words]
    done = run("export", *words)
    assert (done.status, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []

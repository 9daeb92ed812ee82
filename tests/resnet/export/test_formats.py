"""Files to take away: each opens in the program that it is for, and says what the network is."""

import json
import os
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from PIL import Image

from resnet import ResNetSpec, build, load_classifier, trace
from resnet.counts.as_dict import as_dict
from resnet.drawing.files.raster import WidthError, png
from resnet.drawing.files.standalone import resolved
from resnet.drawing.palette import THEMES, rgb_of
from resnet.export.formats import FORMATS, ExportError, View, export, onnx_bytes, onnx_refusal, save
from resnet.export.onnx_graph import onnx_model
from resnet.export.source import pytorch_source
from resnet.network.presets import PRESETS
from tests.command_line import answer, run
from tests.conftest import ROOT
from tests.strategies import specs

SVG = "{http://www.w3.org/2000/svg}"
SMALL = trace(ResNetSpec.preset("cifar_resnet20"))


def runtime(data: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def arrays(model: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def gives_the_same(data: bytes, model: torch.nn.Module, spec: ResNetSpec) -> None:
    session = runtime(data)
    for batch in (1, 3):  # its batch axis is free
        images = torch.randn(batch, spec.in_channels, spec.image_size, spec.image_size)
        with torch.inference_mode():
            expected = model.eval()(images).numpy()
        (said,) = session.run(["logits"], {"image": images.numpy()})
        assert np.allclose(said, expected, rtol=1e-4, atol=1e-4)


@settings(max_examples=60)
@given(specs())
def test_any_network_gives_its_logits_in_onnxruntime(spec):
    torch.manual_seed(2)
    model = build(spec)
    data = onnx_model(trace(spec), arrays(model), {})
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    gives_the_same(data, model, spec)


@pytest.mark.parametrize("name", ["resnet18", "resnext50_32x4d", "se_resnet50"])
def test_presets_give_their_logits_in_onnxruntime(name):
    spec = ResNetSpec.preset(name, image_size=64)
    torch.manual_seed(3)
    model = build(spec)
    gives_the_same(onnx_model(trace(spec), arrays(model), {}), model, spec)


def test_the_shapes_on_the_edges_are_those_that_onnx_infers():
    """Two independent followers of shapes: ONNX's inference, and the graph."""
    graph = trace(ResNetSpec.preset("resnet18", shortcut="D", se_reduction=16, image_size=75))
    model = onnx.load_from_string(export(graph, "onnx"))
    written = {info.name: info for info in model.graph.value_info}
    del model.graph.value_info[:]
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    found = {info.name: info for info in inferred.graph.value_info}
    assert len(written) == len(graph.ops) - 1, "all but the logits, which are an output"
    for name, info in written.items():
        sides = info.type.tensor_type.shape.dim
        assert [d.dim_value for d in sides] == [
            d.dim_value for d in found[name].type.tensor_type.shape.dim
        ]


def test_a_model_keeps_its_bn_and_names_its_nodes_by_module():
    model = onnx.load_from_string(export(SMALL, "onnx"))
    kinds = [node.op_type for node in model.graph.node]
    assert (kinds.count("BatchNormalization"), kinds.count("Conv"), kinds.count("Add")) == (
        19,
        19,
        9,
    )
    names = [node.name for node in model.graph.node]
    assert {"conv1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu", "layer1.0.add"} <= set(
        names
    )
    assert len(names) == len(set(names))
    weights = {tensor.name for tensor in model.graph.initializer}
    module = {name for name in build(SMALL.spec).state_dict() if "num_batches" not in name}
    assert module <= weights


def test_random_weights_are_seeded_and_said_to_be_random():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = export(SMALL, "onnx")
    assert torch.equal(torch.rand(3), expected), "nobody else's random numbers change"
    assert export(SMALL, "onnx") == first
    about = {pair.key: pair.value for pair in onnx.load_from_string(first).metadata_props}
    assert about["weights"] == "random initialisation, seed 0: not trained"
    assert about["query"] == "net=cifar_resnet20"
    torch.manual_seed(0)
    gives_the_same(first, build(SMALL.spec), SMALL.spec)


def test_a_classifier_is_exported_with_all_that_its_answers_need():
    classifier = load_classifier("shapes_resnet20")
    data = export(trace(classifier.spec), "onnx", classifier=classifier)
    gives_the_same(data, classifier.model, classifier.spec)
    about = {pair.key: pair.value for pair in onnx.load_from_string(data).metadata_props}
    assert json.loads(about["labels"]) == list(classifier.labels)
    assert json.loads(about["input"])["mean"] == list(classifier.transform.mean)
    assert about["sha256"] == classifier.sha256


def test_the_size_that_is_promised_is_that_of_the_weights():
    model = onnx.load_from_string(export(SMALL, "onnx"))
    floats = [t for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT]
    assert sum(len(tensor.raw_data) for tensor in floats) == onnx_bytes(SMALL)


def test_what_one_file_cannot_hold_is_refused_with_its_size_and_nothing_is_built(monkeypatch):
    monkeypatch.setattr("resnet.model.module.build", None)
    wide = trace(ResNetSpec(planes=(1024, 2048, 4096, 8192)))
    assert onnx_bytes(wide) > 4 * wide.params > 2**31
    with pytest.raises(ExportError, match=rf"{onnx_bytes(wide) / 1e9:.1f} GB as ONNX.*2 GB"):
        export(wide, "onnx")
    assert not any(onnx_refusal(trace(spec)) for spec in map(ResNetSpec.preset, PRESETS))


def test_source_and_json_are_those_of_the_library():
    assert export(SMALL, "py").decode() == pytorch_source(SMALL)
    assert json.loads(export(SMALL, "json")) == as_dict(SMALL)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("block", ["", "layer2.0"])
@pytest.mark.parametrize("name", ["resnet50", "cifar_resnet1202", "preact_resnet164"])
def test_an_svg_is_xml_with_title_description_and_its_own_colours(name, block, theme):
    graph = trace(ResNetSpec.preset(name))
    text = export(graph, "svg", View(theme=theme, block=block)).decode()
    root = ElementTree.fromstring(text)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title.text == (f"{block} of {name}" if block else name)
    assert ("y = " if block else f"{graph.spec.depth} layers") in description.text
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert root.find(f"{SVG}rect").get("fill") == THEMES[theme].paper
    assert not re.search(r"var\(|color-mix|light-dark|:hover|data-|tabindex|<script|href", text)
    assert f".conv {{ fill: {THEMES[theme].conv} }}" in text
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([\w-]+)\)", text)) <= set(ids)


def test_tips_become_titles():
    root = ElementTree.fromstring(export(trace(ResNetSpec()), "svg"))
    tips = [title.text for title in root.iter(f"{SVG}title")]
    assert any("layer2.0" in tip and "379.39 k params" in tip for tip in tips)


def test_styles_are_worked_out():
    css = """.picture { --a: #102030; overflow: auto; }
    .picture text { fill: var(--a); stroke: var(--no, none); } /* no: { } */
    .b { fill: color-mix(in srgb, var(--a) 25%, transparent); cursor: pointer; }
    .b:hover { fill: red; } .tip { color: red; } .tip-of { fill: var(--a); }
    @media print { .b { fill: red; } }"""
    assert resolved(css).splitlines() == [
        "text { fill: #102030; stroke: none }",
        ".b { fill: rgba(16, 32, 48, 0.25) }",
        ".tip-of { fill: #102030 }",
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_a_png_has_its_width_its_paper_and_its_text(theme):
    svg = export(SMALL, "svg", View(theme=theme)).decode()
    picture = Image.open(BytesIO(export(SMALL, "png", View(theme=theme, width=1200))))
    _, _, width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split())
    assert picture.size == (1200, pytest.approx(1200 * height / width, abs=1))
    assert picture.convert("RGB").getpixel((2, 2)) == rgb_of(THEMES[theme].paper)
    mute = Image.open(BytesIO(png(re.sub(r"<text.*?</text>", "", svg), 1200)))
    inked = np.abs(np.asarray(picture, int) - np.asarray(mute, int)).max(axis=2) > 60
    for text in _upright(svg):
        x, y = (round(float(text.get(axis)) * 1200 / width) for axis in "xy")
        assert inked[y - 8 : y + 8, x - 12 : x + 12].any(), text.text


def _upright(svg: str) -> list[ElementTree.Element]:
    """Texts that are neither turned nor in a group that was moved."""
    root = ElementTree.fromstring(svg)
    moved = {text for group in root.iter(f"{SVG}g") if group.get("transform") for text in group}
    texts = set(root.iter(f"{SVG}text")) - moved
    return [text for text in texts if "transform" not in text.attrib and text.text]


def test_a_png_is_wide_but_not_without_end():
    with pytest.raises(WidthError, match="200 to 10,000"):
        export(SMALL, "png", View(width=20_000))


class Page(HTMLParser):
    """What of a page can be checked without a browser: nesting, ids, and what it would fetch."""

    VOID = ("meta", "link", "br", "img", "input", "hr")

    def __init__(self, text: str):
        super().__init__()
        self.open, self.ids, self.fetched, self.tags = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.fetched += [given[name] for name in ("src", "href", "srcset") if name in given]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["resnet50", "cifar_resnet1202", "se_resnet50"])
def test_a_page_is_whole_and_fetches_nothing(name):
    graph = trace(ResNetSpec.preset(name))
    text = export(graph, "html").decode()
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.fetched == []
    assert not re.search(r"https?://|url\((?!#)|@import", text)
    assert page.tags.count("h1") == page.tags.count("title") == 1
    assert f"{graph.params:,}" in text
    assert f"{graph.macs:,}" in text


def test_a_page_holds_a_view_for_every_block_that_is_drawn():
    text = export(trace(ResNetSpec()), "html").decode()
    assert text.count("<template") == 16
    folded = export(trace(ResNetSpec.preset("cifar_resnet1202")), "html").decode()
    assert folded.count("<template") == 5
    assert "The first of 200 equal blocks" in folded


def test_a_page_opens_the_block_that_was_asked_for():
    def opened(name: str, block: str) -> str:
        text = export(trace(ResNetSpec.preset(name)), "html", View(block=block)).decode()
        return re.search(r'data-open="([^"]*)"', text)[1]

    assert opened("resnet50", "layer3.2") == "layer3.2"
    assert opened("cifar_resnet1202", "layer1.77") == "layer1.0", "the block that stands for it"


def test_a_block_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(
        ExportError, match=r"no block “layer4.0”; its blocks are layer1.0 to layer3.2"
    ):
        export(SMALL, "svg", View(block="layer4.0"))


def test_words_that_a_link_holds_are_escaped():
    spec = replace(SMALL.spec, num_classes=11)
    assert "?net=cifar_resnet20&amp;num_classes=11" in export(trace(spec), "html").decode()


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "net.py"
    save(b"first", target)
    assert target.read_bytes() == b"first"

    def full(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[:2])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ExportError, match=r"net\.py cannot be written: No space left"):
        save(b"second", target)
    assert [path.name for path in tmp_path.iterdir()] == ["net.py"]
    assert target.read_bytes() == b"first"


def test_a_file_has_the_usual_rights(tmp_path):
    usual = tmp_path / "usual"
    usual.touch()
    save(b"", tmp_path / "file")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_pictures_and_source_need_no_torch(fresh_python):
    program = (
        "import sys; from resnet import ResNetSpec, trace\n"
        "from resnet.export.formats import FORMATS, export\n"
        "graph = trace(ResNetSpec())\n"
        "print(all(len(export(graph, form)) > 1000 for form in FORMATS if form != 'onnx'))\n"
        "print('torch' in sys.modules, 'onnx' in sys.modules)"
    )
    assert fresh_python(program).split() == ["True", "False", "False"]


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

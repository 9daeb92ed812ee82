"""An SVG that stands alone: titled, in its own colours, without a script."""

import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from PIL import ImageFont

from resnet import ResNetSpec, trace
from resnet.drawing.files.standalone import resolved
from resnet.drawing.files.text_widths import width
from resnet.drawing.palette import THEMES
from resnet.export.formats import View, export
from tests.svg import SVG


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


def test_words_have_the_room_that_they_take_in_the_apps_font():
    text = export(trace(ResNetSpec()), "svg", View(block="layer2.0")).decode()
    words = [*ElementTree.fromstring(text).iter(f"{SVG}text")]
    sized = [word for word in words if "textLength" in word.attrib]
    serif = [word for word in words if {"symbol", "formula"} & {*word.get("class", "").split()}]
    assert len(sized) >= 30
    assert not any("textLength" in word.attrib for word in serif)
    found = next(word for word in sized if word.text == "1×1, 128")
    assert {*found.get("class").split()} >= {"on", "bold"}  # 12 px, of weight 600
    assert float(found.get("textLength")) == pytest.approx(width("1×1, 128", 12, 600), abs=0.05)


@pytest.mark.parametrize("weight", [400, 600])
def test_widths_are_those_of_the_fonts_file(weight):
    file = files("fontpkg_source_sans_3").joinpath("files", "SourceSans3[wght].ttf")
    font = ImageFont.truetype(str(file), 1000, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    for words in ("conv3_x · layer2.0", "1×1, 512, /2", "102.76 MMACs", "log₂ → σ"):
        each = [font.getlength(letter) for letter in words]
        assert width(words, 1000, weight) == pytest.approx(sum(each), abs=len(words))
    assert width("步幅 2", 10) == pytest.approx(20 + width(" 2", 10))
    assert width("☃", 10) is None

"""An SVG that stands alone: titled, in its own colours, without a script."""

import re
from xml.etree import ElementTree

import pytest

from resnet import ResNetSpec, trace
from resnet.drawing.files.standalone import resolved
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

"""A graph draws itself in a notebook: the picture, its words, and the stages' numbers."""

import re
from base64 import b64decode
from xml.etree import ElementTree

import pytest

from resnet import ResNetSpec, trace
from resnet.network.describing import describe


@pytest.mark.parametrize("name", ["resnet18", "cifar_resnet110"])
def test_a_graph_is_its_picture_its_words_and_its_numbers(name):
    graph = trace(ResNetSpec.preset(name))
    svg, html = graph._repr_svg_(), graph._repr_html_()
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    (picture,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert b64decode(picture).decode() == svg
    assert html.count(describe(graph)) == 2  # beside the picture and in its place
    assert f"<td>{graph.params:,}</td>" in html
    assert len(re.findall("<tr>", html)) == 1 + len(graph.stages) + 1
    assert not re.search(r"<style|<script|https?://", html)  # nothing reaches the notebook's page

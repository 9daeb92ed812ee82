"""A shortcut option in small."""

from xml.etree import ElementTree as ET

import pytest

from resnet.drawing.charts.shortcut_thumbnail import draw_shortcut
from resnet.network.fields.shortcuts import KINDS, OPTIONS


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_drawn_with_its_steps_and_sums(name):
    option, svg = OPTIONS[name], ET.fromstring(draw_shortcut(name))
    gates = [rect for rect in svg.iter("rect") if rect.get("class") == "gate"]
    assert len(gates) == len(KINDS[option.same].steps) + len(KINDS[option.smaller].steps)
    assert len([*svg.iter("circle")]) == (0 if name == "none" else 2)
    assert svg.get("aria-label") == option.title
    assert [text.text for text in svg.iter("text")].count("F(x)") == 2

"""A PNG: its width, its paper and its text."""

import re
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from resnet import ResNetSpec, trace
from resnet.drawing.files.raster import WidthError, png
from resnet.drawing.palette import THEMES, rgb_of
from resnet.export.formats import View, export
from tests.svg import SVG

SMALL = trace(ResNetSpec.preset("cifar_resnet20"))


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

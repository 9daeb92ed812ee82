"""What people take away, downloaded and opened in what it is for."""

import ast
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from resnet import ResNetSpec, trace
from resnet.counts.as_dict import as_dict
from resnet.drawing.files.raster import png
from resnet.export.formats import View, export
from tests.browser.pages import download

NET = "cifar_resnet20"


@pytest.fixture
def panel(page) -> Page:
    page.goto(f"/?net={NET}&panel=takeaway")
    expect(page.get_by_role("button", name="PyTorch source")).to_be_visible()
    return page


@pytest.fixture
def graph():
    return trace(ResNetSpec.preset(NET))


def test_source_compiles_and_json_is_the_graph(panel, graph):
    classes = [
        node.name
        for node in ast.parse(download(panel, "PyTorch source").read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    assert classes == ["ZeroPad", "BasicBlock", "ResNet"]
    assert json.loads(download(panel, "JSON").read_text("utf-8")) == as_dict(graph)
    assert panel.outside == []


def test_onnx_opens_in_onnxruntime(panel):
    session = onnxruntime.InferenceSession(download(panel, "ONNX"))
    (logits,) = session.run(None, {"image": np.zeros((2, 3, 32, 32), np.float32)})
    assert logits.shape == (2, 10)


def test_svg_and_png_show_the_open_block_in_the_chosen_theme(panel, graph):
    svg = download(panel, "SVG").read_text("utf-8")
    assert ElementTree.fromstring(svg).get("class") == "stream"
    assert Image.open(download(panel, "PNG")).width == 2400
    panel.goto(f"/?net={NET}&panel=takeaway&open=layer2.0")
    panel.get_by_role("radio", name="dark").click()
    panel.get_by_role("radio", name="layer2.0").click()
    expect(panel.get_by_role("radio", name="layer2.0")).to_be_checked()
    panel.wait_for_timeout(1000)
    svg = download(panel, "SVG").read_bytes()
    assert svg == export(graph, "svg", View(theme="dark", block="layer2.0"))


def test_the_link_opens_the_same_page(panel, browser):
    link = panel.get_by_test_id("stCode").first.inner_text().strip()
    assert link.startswith("http://localhost:")
    other = browser.new_page()
    other.goto(link)
    expect(other.get_by_role("button", name="PyTorch source")).to_be_visible()
    expect(other.get_by_role("heading", name=NET)).to_be_visible()
    other.close()


@pytest.fixture
def offline(browser: Browser, tmp_path, graph):
    """The HTML page in a browser without a network, and what it asked for."""
    file = tmp_path / "net.html"
    file.write_bytes(export(trace(ResNetSpec()), "html"))
    context = browser.new_context(offline=True, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text))
    page.goto(file.as_uri())
    yield page
    assert page.asked == [file.as_uri()]
    assert page.errors == []
    context.close()


def test_the_page_is_downloaded_whole(panel, graph):
    assert download(panel, "HTML page").read_bytes() == export(graph, "html")


def test_the_page_opens_blocks_by_click_and_by_key_offline(offline):
    expect(offline.locator("svg.stream")).to_be_visible()
    offline.locator('[data-name="layer2.0"]').click(position={"x": 5, "y": 180})
    expect(offline.get_by_role("heading", name="layer2.0")).to_be_visible()
    expect(offline.locator("svg.detail")).to_contain_text("3×3, 128, /2")
    offline.keyboard.press("Escape")
    expect(offline.locator("#block")).to_be_hidden()
    offline.locator('[data-name="layer1.0"]').focus()
    offline.keyboard.press("ArrowRight")
    offline.keyboard.press("Enter")
    expect(offline.get_by_role("heading", name="layer1.1")).to_be_visible()
    offline.locator("svg.detail [data-tip]").first.hover()
    expect(offline.locator("#block .tip")).to_contain_text("layer1.1")


def test_the_page_says_a_blocks_numbers_on_hover(offline):
    offline.locator('[data-name="layer2.0"]').hover(position={"x": 5, "y": 180})
    expect(offline.locator("#stream .tip")).to_contain_text("379.39 k params")


def test_the_page_follows_the_readers_theme_and_fits_a_phone(offline):
    def paper() -> str:
        return offline.evaluate("getComputedStyle(document.body).backgroundColor")

    assert paper() == "rgb(255, 255, 255)"
    offline.emulate_media(color_scheme="dark")
    assert paper() == "rgb(14, 17, 23)"
    offline.set_viewport_size({"width": 390, "height": 844})
    root = offline.locator("html")
    assert root.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_nothing_moves_for_those_who_want_no_motion(offline):
    def moving() -> int:
        return offline.evaluate(
            "[...document.querySelectorAll('*')].filter(e => {"
            " const s = getComputedStyle(e);"
            " return s.transitionDuration !== '0s' || s.animationName !== 'none'; }).length"
        )

    assert moving() > 0
    offline.emulate_media(reduced_motion="reduce")
    assert moving() == 0


@pytest.mark.parametrize("block", ["", "layer2.0"])
def test_a_png_is_what_the_browser_draws(browser, tmp_path, block):
    """resvg and Chromium draw the same file; letters apart, whose font may differ, they agree."""
    svg = export(trace(ResNetSpec()), "svg", View(block=block)).decode()
    svg = re.sub(r"<text.*?</text>", "", svg)
    width, height = (int(ElementTree.fromstring(svg).get(side)) for side in ("width", "height"))
    (tmp_path / "net.svg").write_text(svg, "utf-8")
    (tmp_path / "ours.png").write_bytes(png(svg, 2 * width))
    size = {"width": width, "height": height}
    page = browser.new_page(viewport=size, device_scale_factor=2)
    page.goto((tmp_path / "net.svg").as_uri())
    page.screenshot(path=tmp_path / "theirs.png")
    page.close()
    ours, theirs = (_coarse(tmp_path / name) for name in ("ours.png", "theirs.png"))
    assert theirs.std() > 10
    assert np.abs(ours - theirs).max() < 16, "of 255, in any square of 4 units"


def _coarse(path: Path) -> np.ndarray:
    """Mean colours of squares of 8 pixels, so that smoothing at edges does not count."""
    pixels = np.asarray(Image.open(path).convert("RGB"), float)
    high, wide = (side // 8 for side in pixels.shape[:2])
    return pixels[: 8 * high, : 8 * wide].reshape(high, 8, wide, 8, 3).mean(axis=(1, 3))

"""The Audit page in a browser: a click opens an image, a count its images; axe finds nothing."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import expect

from resnet.audit.images.source import Source
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit
from resnet.audit.running.store import Store
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.loading import load_classifier
from tests.browser.accessible import ALL, COLOURS, violations
from tests.browser.pages import settle
from tests.visitors import served

N = 60


@pytest.fixture(scope="module")
def audits(tmp_path_factory):
    """A server whose folder has one audit of scenes that the bundled model knows."""
    folder = tmp_path_factory.mktemp("audits")
    classifier = load_classifier("shapes_resnet20")
    for number in range(N):
        drawn = scene(920_000 + number)
        wrong = number == 7  # its folder says another class
        label = classifier.labels[(drawn.labels[0] + wrong) % 10]
        file = folder / "scenes" / label / f"{number:03}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(drawn.image).save(file)
    question, store = Question(Source(str(folder / "scenes"))), Store(str(folder / "first"))
    for _ in audit(question, classifier, "shapes_resnet20", store, here):
        pass
    log = tmp_path_factory.mktemp("server") / "log"
    with served(log, RESNET_EXPLORER_AUDITS=str(folder)) as running:
        yield running.address
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def page(browser, audits):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=audits)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_the_worst_is_first_and_a_click_opens_it_with_everything_set(page):
    page.goto("/audit")
    tiles = page.locator(".photos .block")
    expect(tiles).to_have_count(48)
    expect(tiles.first).to_have_class(re.compile("wrong"))
    expect(tiles.first.locator(".name span")).to_have_text("007.png")
    settle(page)
    tiles.first.click()
    page.wait_for_url(re.compile("/attention"))
    expect(page.locator(".photo")).to_be_visible()
    assert "photo=007.png" in page.url
    assert "model=shapes_resnet20" in page.url
    assert "panel=classes" in page.url


def test_a_count_opens_its_images_and_a_link_has_the_filters(page):
    page.goto("/audit?panel=confused")
    count = page.locator(".confused td.other .block").first
    expect(count).to_be_visible()
    settle(page)
    count.click()
    expect(page.locator(".photos .block")).to_have_count(1)
    page.wait_for_url(re.compile("truth=.*predicted="))
    address = page.url
    page.goto(address)
    expect(page.locator(".photos .block")).to_have_count(1)


def test_on_a_phone_nothing_is_wider_than_the_screen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    for panel in ("gallery", "table", "confused", "certainty"):
        page.goto(f"/audit?panel={panel}")
        expect(page.get_by_text("60 of 60 images")).to_be_visible()
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, panel


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_light_or_dark(page, language):
    page.goto(f"/audit?panel=confused&lang={language}")
    expect(page.locator(".confused")).to_be_visible()
    settle(page)
    for theme, rules in (("light", ALL), ("dark", COLOURS)):  # another theme has other colours
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", theme)
        page.wait_for_timeout(500)  # colours change over some frames
        assert violations(page, rules) == []


def test_what_cannot_be_pressed_yet_can_be_read(page):
    """axe passes by what is disabled."""
    page.goto("/audit")
    page.get_by_text("Begin an audit").click()
    begin = page.get_by_role("button", name="Begin", exact=True)
    expect(begin).to_be_disabled()
    assert begin.locator("p").evaluate("e => getComputedStyle(e).color") != "rgb(255, 255, 255)"
    packed = BytesIO()
    ZipFile(packed, "w").close()
    given = {"name": "mine.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    page.get_by_test_id("stFileUploaderDropzoneInput").last.set_input_files(given)
    expect(page.get_by_text("mine.zip")).to_be_visible()
    expect(begin).to_be_enabled()

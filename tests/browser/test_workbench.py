"""A data set on the Attention page: given as a zip, looked through by keys and clicks."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from resnet.training.scenes.drawn_shapes import SHAPES, scene
from tests.browser.pages import fits_across, settle

SEEDS = range(2_000_000, 2_000_012)
WRONG = 3  # whose folder is not its class


def data_set() -> bytes:
    """Scenes in folders of their classes, but for one."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for place, seed in enumerate(SEEDS):
            drawn, picture = scene(seed), BytesIO()
            Image.fromarray(drawn.image).save(picture, "PNG")
            label = (drawn.labels[0] + (place == WRONG)) % len(SHAPES)
            archive.writestr(f"{SHAPES[label]}/{seed}.png", picture.getvalue())
    return buffer.getvalue()


@pytest.fixture
def bench(page) -> Page:
    page.goto("/attention?model=shapes_resnet20")
    expect(page.locator(".heat")).to_be_visible()
    settle(page)
    page.get_by_text("A data set: folder, zip, classes").click()
    given = {"name": "set.zip", "mimeType": "application/zip", "buffer": data_set()}
    page.locator(".st-key-control_zip input[type=file]").set_input_files([given])
    expect(page.locator(".photos .block")).to_have_count(len(SEEDS))
    settle(page)
    return page


def test_a_click_and_keys_put_another_photograph_on_show(bench):
    first = bench.locator(".photo").get_attribute("src")
    bench.locator(".photos .block").nth(5).click()
    expect(bench).to_have_url(re.compile(str(SEEDS[5])))
    expect(bench.locator(".photo")).not_to_have_attribute("src", first)
    settle(bench)
    for key, seed in (("j", SEEDS[6]), ("k", SEEDS[5]), ("k", SEEDS[4])):
        bench.keyboard.press(key)
        expect(bench).to_have_url(re.compile(str(seed)))
        settle(bench)
    expect(bench.locator(".photos .open")).to_have_attribute("data-name", re.compile("photo"))
    bench.locator(".photos .open").focus()
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Enter")
    expect(bench).to_have_url(re.compile(str(SEEDS[5])))


def test_a_mistake_opens_its_two_classes_and_a_reload_comes_back_to_them(bench):
    bench.get_by_role("radio", name="Confusion").click()
    settle(bench)
    bench.locator(".confused td.other .block").first.click()
    expect(bench).to_have_url(re.compile("panel=classes.*true_class=\\d+&said_class=\\d+"))
    expect(bench.locator(".photos .wrong")).to_have_count(1)
    expect(bench.locator(".tiles .title").first).to_have_text(re.compile("^A: "))
    bench.reload()
    expect(bench.locator(".photos .wrong")).to_have_count(1)
    bench.get_by_role("button", name="Show all").click()
    expect(bench.locator(".photos .block")).to_have_count(len(SEEDS))
    assert bench.outside == []


def test_a_phone_shows_every_view_without_sideways_scrolling(bench):
    bench.set_viewport_size({"width": 390, "height": 844})
    for view in ("Confusion", "Mean maps", "Table", "Take away", "Photographs"):
        bench.get_by_role("radio", name=view, exact=True).click()
        settle(bench)
        assert fits_across(bench), view

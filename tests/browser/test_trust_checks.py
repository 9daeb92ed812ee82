"""A check of a map that is stopped while it runs, and one that is left to end."""

import re

from playwright.sync_api import expect

from tests.browser.giving import checkpoint, give
from tests.browser.pages import settle


def test_a_check_can_be_stopped(page):
    page.goto("/attention")
    expect(page.locator(".heat")).to_be_visible()
    give(page, checkpoint("mine.pth"), to="stSidebar")
    page.goto(f"{page.url}&panel=trust&crop=512")  # for some seconds
    start = page.get_by_role("button", name=re.compile("^Insert and delete"))
    start.wait_for()
    settle(page)
    start.click()
    page.get_by_role("button", name="Stop").click()
    expect(start).to_be_visible()
    expect(page.get_by_text("Insertion, higher is better")).to_have_count(0)


def test_a_check_runs_to_its_end(page):
    page.goto("/attention?panel=trust&sample=7")
    page.get_by_role("button", name=re.compile("^Randomise")).click()
    expect(page.get_by_text("down to conv1")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert not page.outside


def test_input_maps_stand_two_in_a_row_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/attention?panel=methods&sample=7")
    cards = page.get_by_role("img", name=re.compile("(Grad-CAM|HiResCAM) of "))
    expect(cards).to_have_count(2)
    settle(page)
    left, right = (card.bounding_box() for card in cards.all())
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

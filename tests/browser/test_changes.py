"""What people do to take a change back: by key, by button, by the browser's own way."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import settle


def named(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    settle(page)


def opened(page: Page, query: str = "") -> None:
    page.goto(f"/{query}")
    expect(page.locator("svg.stream")).to_be_visible()
    settle(page)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).first.click()


def set_depth(page: Page, depth: int) -> None:
    box = page.get_by_label("Depth", exact=True)
    box.fill(str(depth))
    box.press("Enter")


def test_keys_take_changes_back_but_not_letters(page):
    opened(page, "?net=resnet18")
    set_depth(page, 34)
    named(page, "resnet34")
    choose(page, "Block", "bottleneck")
    named(page, "resnet50")
    page.keyboard.press("Control+z")  # the focus is still in the list that was chosen from
    named(page, "resnet34")
    page.keyboard.press("Control+z")
    named(page, "resnet18")
    page.keyboard.press("Control+y")
    named(page, "resnet34")
    page.keyboard.press("Control+Shift+Z")
    named(page, "resnet50")
    planes = page.get_by_label("Planes of each stage", exact=True)
    planes.click()
    page.keyboard.type("7")
    page.keyboard.press("Control+z")
    expect(planes).to_have_value("64, 128, 256, 512")
    page.wait_for_timeout(300)
    named(page, "resnet50")


def test_back_and_forward_are_undo_and_redo(page):
    opened(page, "?net=resnet18")
    set_depth(page, 34)
    named(page, "resnet34")
    set_depth(page, 50)
    named(page, "resnet50")
    page.go_back()
    named(page, "resnet34")
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()
    page.go_back()
    named(page, "resnet18")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.go_forward()
    named(page, "resnet34")
    page.get_by_role("button", name="Redo").click()
    named(page, "resnet50")
    expect(page).to_have_url(re.compile("net=resnet50"))
    page.go_back()
    named(page, "resnet34")


def test_what_is_dropped_comes_back_beside_the_sentence_that_names_it(page):
    opened(page, "?net=resnext50_32x4d&num_classes=10")
    choose(page, "Block", "basic")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("32x4d")
    notice.get_by_role("button", name="Undo").click()
    named(page, "resnext50_32x4d")
    expect(notice).to_have_count(0)


def lands_at(page: Page, depth: int) -> None:
    """The network and the box have this depth, and keep it."""
    expect(page.get_by_test_id("stMetric").filter(has_text=f"{depth} layers")).to_be_visible()
    settle(page)
    page.wait_for_timeout(500)
    expect(page.get_by_label("Depth", exact=True)).to_have_value(str(depth))
    expect(page.get_by_test_id("stMetric").filter(has_text=f"{depth} layers")).to_be_visible()
    expect(page.locator(".st-key-notice")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "key", "lands"),
    [
        ("?net=resnet50", "ArrowUp", 80),
        ("?net=resnet34&layers=3,4,11,3", "ArrowUp", 71),  # 44, over the change of block
        ("?net=resnet50&layers=3,4,8,3", "ArrowDown", 34),  # 56
        ("?net=wrn28_10", "ArrowUp", 86),
    ],
)
def test_ten_quick_keys_land_where_ten_slow_ones_do(page, query, key, lands):
    opened(page, query)
    page.get_by_label("Depth", exact=True).focus()
    for _ in range(10):
        page.keyboard.press(key)
    lands_at(page, lands)


def test_ten_quick_clicks_land_where_ten_slow_ones_do(page):
    opened(page, "?net=resnet50")
    more = page.locator(".st-key-network_depth").get_by_role("button", name="Increment")
    for _ in range(10):
        more.click(delay=0)
    lands_at(page, 80)
    settle(page)
    third = page.locator(".st-key-network_stage3").get_by_role("button", name="Increment")
    for _ in range(10):
        third.click(delay=0)
    lands_at(page, 110)


@pytest.mark.parametrize("pause", [0, 150])
def test_quick_steps_of_a_slider_land_where_slow_ones_do(page, pause):
    opened(page, "?net=resnet50")
    slider = page.locator(".st-key-network_width").get_by_role("slider")
    slider.focus()
    for key in (*["ArrowLeft"] * 3, *["ArrowRight"] * 7):
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
    named(page, "resnet50 · 4× width")
    expect(page).to_have_url(re.compile("planes=256%2C512%2C1024%2C2048&stem_width=256$"))
    expect(slider).to_have_attribute("aria-valuetext", "4×")
    expect(slider).to_be_focused()


def test_an_emptied_depth_is_no_depth(page):
    opened(page, "?net=resnet34")
    box = page.get_by_label("Depth", exact=True)
    box.fill("")
    box.press("Enter")
    lands_at(page, 34)
    box.fill("")
    box.press("Tab")
    lands_at(page, 34)
    box.press("ArrowUp")
    lands_at(page, 36)

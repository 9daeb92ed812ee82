"""What people do on the Shape flow panel."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import fits_across


def open_panel(page: Page, query: str = "") -> None:
    page.goto(f"/{query}")
    expect(page.locator("svg.flow")).to_be_visible()


def test_a_click_on_a_bar_opens_its_block_and_the_chart_stays(page):
    open_panel(page)
    chart = page.locator("svg.flow")
    chart.evaluate("element => { element.kept = true; }")
    chart.locator(".block").nth(7).click(position={"x": 8, "y": 300})
    expect(page.get_by_role("heading", name="layer3.0")).to_be_visible()
    expect(chart.locator(".block.open")).to_have_attribute("data-name", "layer3.0")
    expect(page.locator(".stream .block.open")).to_have_attribute("data-name", "layer3.0")
    expect(page).to_have_url(re.compile("open=layer3.0"))
    page.get_by_role("button", name="Next").click()
    expect(chart.locator(".block.open")).to_have_attribute("data-name", "layer3.1")
    page.locator('.stream [data-name="layer1.0"]').click(position={"x": 5, "y": 180})
    expect(chart.locator(".block.open")).to_have_attribute("data-name", "layer1.0")
    assert chart.evaluate("element => element.kept") is True


def test_hover_says_an_operations_numbers(page):
    open_panel(page, "?net=resnet18&by=op")
    page.locator("svg.flow .block").first.locator("g").first.hover()
    tip = page.locator(".tip", has_text="layer1.0.conv1")
    expect(tip).to_contain_text("802.82 kB of activations")
    expect(tip).to_contain_text("115.61 MMACs")


def test_a_cell_is_chosen_by_pointer_and_by_keys(page):
    open_panel(page, "?field=1&over=grid")
    fields, grid = page.locator("svg.field"), page.locator("svg.cells")
    expect(fields).to_contain_text("cell 3, 3 of 7×7 · centre 96, 96")
    grid.locator(".block").nth(8).click()
    expect(fields).to_contain_text("cell 1, 1 of 7×7 · centre 32, 32")
    grid.locator(".block").nth(8).focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(fields).to_contain_text("cell 2, 2 of 7×7 · centre 64, 64")
    expect(page).to_have_url(re.compile("cell=2.2"))
    expect(grid.locator(".block.open")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_panel_never_scrolls_the_page_sideways(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_panel(page, "?net=resnet152&by=op&field=1")
    expect(page.locator("svg.field")).to_be_visible()
    assert fits_across(page)
    assert page.outside == []

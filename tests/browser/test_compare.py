"""What people do on the Compare page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import fits_across, settle

LINK = "/compare?left=net%3Dresnet18&right=net%3Dresnet152"


def headings(page: Page, at: int) -> dict[str, float]:
    """Where each heading of the upper (0) or the lower (1) picture stands on the screen."""
    return (
        page.locator("svg.stream")
        .nth(at)
        .evaluate(
            "svg => Object.fromEntries([...svg.querySelectorAll('text.title')]"
            ".map(text => [text.textContent, text.getBoundingClientRect().x]))"
        )
    )


def open_page(page: Page, link: str = LINK) -> None:
    page.goto(link)
    expect(page.locator("svg.stream")).to_have_count(2)
    expect(page.locator(".js-plotly-plot")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_stages_stand_under_one_another_and_nothing_scrolls_sideways(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_page(page)
    upper, lower = headings(page, 0), headings(page, 1)
    assert {"conv2_x", "conv5_x"} <= upper.keys()
    assert upper == pytest.approx(lower, abs=0.5)
    assert fits_across(page)


def test_pictures_scroll_as_one_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page)
    before = headings(page, 0)["conv5_x"]
    page.locator(".st-key-pair").evaluate("element => { element.scrollLeft = 300; }")
    assert headings(page, 0)["conv5_x"] == pytest.approx(before - 300, abs=1)
    assert headings(page, 0) == pytest.approx(headings(page, 1), abs=0.5)


def test_a_pair_by_click_a_block_by_key_and_the_way_to_the_architecture_page(page):
    open_page(page)
    page.get_by_role("radio", name="v1 and v1.5").click()
    expect(page.get_by_text("+231.21 MMACs")).to_be_visible()
    expect(page).to_have_url(re.compile("left=net%3Dresnet50%26stride_on%3D1x1"))
    page.locator("svg.stream").first.locator('[data-name="layer2.0"]').press("Enter")
    expect(page.get_by_role("heading", name="layer2.0")).to_be_visible()
    expect(page.locator("svg.detail")).to_have_count(2)
    expect(page.locator(".block.open")).to_have_count(2)
    page.get_by_role("link", name="Open on the Architecture page").first.click()
    expect(page).to_have_url(re.compile(r"net=resnet50&stride_on=1x1"))
    page.get_by_role("link", name="Compare with").click()
    expect(page.locator("svg.stream")).to_have_count(2)
    expect(page.get_by_label("Link of the one above")).to_have_value("net=resnet50&stride_on=1x1")
    expect(page.get_by_label("Link of the one below")).to_have_value("net=resnet50")


def test_a_click_on_a_resnets_point_puts_it_on_the_right(page):
    open_page(page)
    page.locator(".js-plotly-plot").scroll_into_view_if_needed()
    points = page.locator(".scatterlayer .trace").nth(1).locator(".points path")
    names = page.locator(".js-plotly-plot").evaluate("plot => plot.data[1].customdata")
    points.nth(names.index("resnet34")).click(force=True)
    expect(page.get_by_label("Link of the one below")).to_have_value("net=resnet34")
    expect(page).to_have_url(re.compile("right=net%3Dresnet34"))
    expect(page.get_by_label("Link of the one above")).to_have_value("net=resnet18")


@pytest.mark.parametrize(
    ("size", "share"),
    [((1366, 768), 0.95), ((390, 844), 0.35)],  # a telephone scrolls the picture sideways
)
def test_a_block_that_is_opened_is_in_view(page, size, share):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    open_page(page, "/compare?left=net%3Dresnet50&right=net%3Dresnet34")
    settle(page)
    page.locator(".st-key-drawn_stream_left [data-name='layer1.1']").click(
        position={"x": 5, "y": 120}
    )
    heading = page.get_by_role("heading", name="layer1.1")
    expect(heading).to_be_in_viewport()
    expect(page.locator(".st-key-compared svg.detail").first).to_be_in_viewport(ratio=share)

"""What people do with blocks on the Attention page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import fits_across


def opened(page: Page, panel: str) -> Page:
    page.goto(f"/attention?sample=1&panel={panel}")
    expect(page.locator(".bars .block").first).to_be_visible()
    return page


_AT_ONCE = """
const look = () => {
  const roots = [...document.querySelectorAll("[data-svg]")].map((host) => host.shadowRoot);
  const bars = roots.map((root) => root?.querySelector('.bars [data-name="layer2.1"] .hit'));
  const bar = bars.find(Boolean);
  if (bar) bar.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
  else requestAnimationFrame(look);
};
look();
"""


def numbers(page: Page) -> list[float]:
    shown = page.locator(".values .number").all_inner_texts()
    return [float(text.strip("()").replace("\u2212", "-")) for text in shown]


def test_a_bar_opens_its_block_and_arrow_keys_read_its_cells(page):
    opened(page, "anatomy")
    page.locator('.bars .block[data-name="layer2.1"] .hit').click()
    expect(page).to_have_url(re.compile("block=layer2.1"))
    expect(page.get_by_text("first-order attribution")).to_be_visible()
    maps = page.locator(".values .maps")
    maps.focus()
    where = page.locator(".values .where")
    seen = set()
    for key in ("Home", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        seen.add(where.inner_text())
        shortcut, branch, total = numbers(page)
        text = page.locator(".values .number").first.inner_text().strip("()")
        digit = 10 ** -len(text.partition(".")[2])
        assert shortcut + branch == pytest.approx(total, abs=1.6 * digit)  # three roundings
    assert len(seen) == 3
    assert all("Logits for" in words for words in seen)


def test_a_click_in_the_frame_in_which_the_picture_comes_is_heard(page):
    page.add_init_script(_AT_ONCE)
    opened(page, "anatomy")
    expect(page).to_have_url(re.compile("block=layer2.1"))


def test_a_block_is_switched_off_and_on_by_key(page):
    opened(page, "lesions")
    block = page.locator('.bars .block[data-name="layer1.0"]')
    block.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Without layer1.0")).to_be_visible()
    expect(page).to_have_url(re.compile("off=layer1.0"))
    expect(page.locator(".bars .cut")).to_have_count(1)
    expect(page.locator(".values .map")).to_have_count(3)
    page.locator('.bars .block[data-name="layer1.0"] .hit').click()
    expect(page.locator(".bars .cut")).to_have_count(0)
    expect(page.get_by_text("Without layer1.0")).to_have_count(0)


@pytest.mark.parametrize("panel", ["anatomy", "lesions"])
def test_a_phone_shows_it_without_sideways_scrolling(page, panel):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, panel)
    page.wait_for_timeout(500)
    assert fits_across(page)

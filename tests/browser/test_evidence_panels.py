"""What people do with blocks on the Attention page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import area_of, fits_across, settle


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


def test_a_box_is_drawn_moved_and_sized_and_asked_about(page):
    page.goto("/attention?sample=1&panel=edits&box=10,10,20,20")
    stack = page.locator(".stack[role=application]")
    stack.scroll_into_view_if_needed()
    area = area_of(stack)

    def at(x: float, y: float) -> tuple[float, float]:
        return area["x"] + x * area["width"], area["y"] + y * area["height"]

    def drag(*places: tuple[float, float]) -> None:
        page.mouse.move(*at(*places[0]))
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*at(*place))
        page.mouse.up()

    def box() -> list[int]:
        return [*map(int, re.search(r"box=([\d%C]+)", page.url)[1].split("%2C"))]

    drag((0.5, 0.5), (0.6, 0.65), (0.7, 0.8))  # beside the box: a new one
    expect(page).to_have_url(re.compile("box=(49|50|51)%2C"))
    assert box() == pytest.approx([50, 50, 20, 30], abs=1)
    expect(page.get_by_text("The logit changes by")).to_be_visible()
    _, top, width, height = box()
    area = area_of(stack)
    drag((0.6, 0.6), (0.7, 0.5), (0.9, 0.4))  # by itself, as far as the picture goes
    expect(page).to_have_url(re.compile(f"box={100 - width}%2C"))
    assert box() == pytest.approx([100 - width, top - 20, width, height], abs=1)


def test_a_key_is_quicker_than_the_answer_to_the_drag_before_it(page):
    page.goto("/attention?sample=1&panel=edits&box=50,50,20,30")
    stack = page.locator(".stack[role=application]")
    expect(page.get_by_text("The logit changes by")).to_be_visible()
    stack.scroll_into_view_if_needed()
    area = area_of(stack)
    page.mouse.move(area["x"] + 0.6 * area["width"], area["y"] + 0.6 * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.5 * area["width"], area["y"] + 0.6 * area["height"])
    page.mouse.up()
    stack.focus()
    page.keyboard.press("ArrowLeft")
    settle(page)  # what comes says where the box was before the key
    page.keyboard.press("Shift+ArrowUp")
    expect(page).to_have_url(re.compile("box=39%2C50%2C20%2C29"))


@pytest.mark.parametrize("panel", ["anatomy", "lesions"])
def test_a_phone_shows_it_without_sideways_scrolling(page, panel):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, panel)
    page.wait_for_timeout(500)
    assert fits_across(page)

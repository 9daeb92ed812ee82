"""What people do with the values that flow through a block."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import fits_across

BUNDLED = "/?net=cifar_resnet20&image_size=64&open=layer3.2"


def switch_on(page: Page, address: str = BUNDLED) -> None:
    page.goto(address)
    page.get_by_text("Show what flows through it").click()
    expect(page.locator(".values .number").first).to_be_visible()


def numbers(page: Page) -> list[float]:
    """The numbers on show, in the order of the sum."""
    shown = page.locator(".values .number").all_inner_texts()
    return [float(text.strip("()").replace("\u2212", "-")) for text in shown]


def test_the_numbers_of_every_cell_add_up(page):
    switch_on(page)
    where = page.locator(".values .where")
    page.locator(".values .maps").focus()
    seen = set()
    for key in ("Home", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        seen.add(where.inner_text())
        x, branch, total, out = numbers(page)
        digit = 10 ** -len(page.locator(".values .number").first.inner_text().partition(".")[2])
        assert x + branch == pytest.approx(total, abs=1.6 * digit)  # three roundings
        assert out == max(total, 0)
    assert len(seen) == 4  # once around a square
    expect(page.locator(".values .said")).to_contain_text("x + F(x)")


def test_the_pointer_marks_the_cell_in_every_map_without_the_server(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda f: sent.append(f)))
    switch_on(page)
    page.wait_for_timeout(1000)
    assert sent
    sent.clear()
    maps = page.locator(".values .maps .frame")
    cell = maps.nth(1).bounding_box()["width"] / 16
    maps.nth(1).hover(position={"x": 5.5 * cell, "y": 9.5 * cell})
    expect(page.locator(".values .where")).to_contain_text("row 9, column 5")
    places = maps.locator(".mark").evaluate_all("marks => marks.map(m => m.style.cssText)")
    assert len(places) == 4
    assert len(set(places)) == 1
    assert sent == []


def test_a_finer_x_is_marked_where_the_shortcut_reads_it(page):
    switch_on(page, BUNDLED.replace("layer3.2", "layer2.0") + "&channel=12")
    page.locator(".values .maps").focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        x, shortcut, branch, total, _ = numbers(page)
        assert x == shortcut  # option A adds that very value
        assert shortcut + branch == pytest.approx(total, abs=2e-3)


def test_colours_follow_the_theme(page):
    switch_on(page)
    corner = "c => [...c.getContext('2d').getImageData(0, 0, 1, 1).data]"
    middle = "c => [...c.getContext('2d').getImageData(120, 0, 1, 1).data]"
    assert page.locator(".values .map").count() == 4
    light = page.locator(".values .scale canvas").evaluate(middle)
    ends = page.locator(".values .scale canvas").evaluate(corner)
    assert min(light[:3]) > 230  # nothing is paper
    assert ends[2] > ends[0] + 60  # negative is blue
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        """() => { const all = (root) => [...root.querySelectorAll("*")].flatMap((e) =>
            [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
          const bar = all(document).find((e) => e.matches(".scale canvas"));
          return bar.getContext("2d").getImageData(120, 0, 1, 1).data[0] < 60; }"""
    )


def test_a_phone_shows_the_maps_two_by_two(page):
    page.set_viewport_size({"width": 390, "height": 844})
    switch_on(page)
    boxes = [frame.bounding_box() for frame in page.locator(".values .maps .frame").all()]
    assert len({round(box["x"]) for box in boxes}) == 2
    assert len({round(box["y"]) for box in boxes}) == 2
    page.locator(".values .maps .frame").nth(2).click()
    x, branch, total, _ = numbers(page)
    assert x + branch == pytest.approx(total, abs=0.02)
    assert fits_across(page)

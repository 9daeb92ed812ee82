"""What people do with maps side by side on the Attention page."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import area_of, fits_across, settle

FIELDS = {"layer1": 15, "layer2": 37, "layer3": 81}  # px: 3 + 2·6·1; + 2 + 2·5·2; + 4 + 2·5·4
JUMPS = {"layer1": 1, "layer2": 2, "layer3": 4}
SIDE = 64  # px of what the bundled model sees


def open_page(page: Page, query: str = "") -> None:
    page.goto(f"/attention?model=shapes_resnet20{query}")  # whose fields are these
    expect(page.locator(".heat")).to_be_visible()
    expect(page.locator(".tiles .frame").first).to_be_visible()
    settle(page)  # until then what comes above moves the maps


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tiles figure").filter(has=page.locator(".title", has_text=name))


def box_of(found: Locator) -> dict[str, float]:
    """The box in pixels of what the model saw: where it begins, and its sides."""
    box, frame = (found.locator(name).bounding_box() for name in (".box", ".frame"))
    scale = SIDE / frame["width"]
    return {
        "x": (box["x"] - frame["x"]) * scale,
        "y": (box["y"] - frame["y"]) * scale,
        "width": box["width"] * scale,
        "height": box["height"] * scale,
    }


def choose_class(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name="Class whose evidence is shown")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    expect(page.get_by_text(f"{name} at layer3")).to_be_visible()


def test_keys_move_a_cell_whose_box_is_its_receptive_field(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    open_page(page)
    page.wait_for_timeout(1000)
    before = len(sent)
    for name, field in FIELDS.items():
        found = tile(page, name)
        found.locator(".frame").focus()
        page.keyboard.press("ArrowRight")
        start = box_of(found)
        assert start["width"] == pytest.approx(field, abs=0.2)
        assert start["height"] == pytest.approx(field, abs=0.2)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        moved = box_of(found)
        assert start["x"] - moved["x"] == pytest.approx(JUMPS[name], abs=0.2)
        assert start["y"] - moved["y"] == pytest.approx(JUMPS[name], abs=0.2)
        expect(page.locator(".said")).to_contain_text(f"{name}, row")
        expect(page.locator(".said")).to_contain_text(f"It sees {field}×{field} px")
    assert len(sent) == before, "a cell is chosen in the browser alone"


def test_the_pointer_marks_the_place_at_every_stage(page):
    open_page(page)
    frame = tile(page, "layer3").locator(".frame")
    frame.scroll_into_view_if_needed()
    area = area_of(frame)
    cell = area["width"] / 16
    frame.hover(position={"x": 5.1 * cell, "y": 9.1 * cell})
    expect(tile(page, "layer3").locator(".reading")).to_contain_text("cell 9, 5:")
    expect(tile(page, "layer2").locator(".reading")).to_contain_text("cell 18, 10:")
    expect(tile(page, "layer1").locator(".reading")).to_contain_text("cell 36, 20:")
    middle = box_of(tile(page, "layer1"))
    assert middle["x"] + middle["width"] / 2 == pytest.approx(20.5, abs=0.2)
    page.mouse.move(5, 5)
    expect(tile(page, "layer3").locator(".box")).to_be_hidden()


def test_a_click_keeps_a_cell_until_escape(page):
    open_page(page)
    found = tile(page, "layer2")
    found.locator(".frame").click()
    page.mouse.move(5, 5)
    expect(found.locator(".box")).to_be_visible()
    found.locator(".frame").focus()
    page.keyboard.press("Escape")
    expect(found.locator(".box")).to_be_hidden()


def test_another_class_changes_the_maps_and_keeps_every_element(page):
    open_page(page, "&target=0")
    page.locator(".tiles .frame").first.click()
    page.mouse.move(5, 5)
    kept = [".photo", ".heat", ".tiles .seen >> nth=0", ".tiles .map >> nth=2"]
    for selector in kept:
        page.locator(selector).evaluate("e => { e.kept = true; e.onload = () => e.loads = 1; }")
    photo = page.locator(".photo").get_attribute("src")
    heat = page.locator(".heat").evaluate("e => e.toDataURL()")
    choose_class(page, "star")
    expect(page.locator(".photo")).to_have_attribute("alt", re.compile("for star "))
    assert page.locator(".heat").evaluate("e => e.toDataURL()") != heat
    expect(page.locator(".photo")).to_have_attribute("src", photo)
    assert all(page.locator(selector).evaluate("e => e.kept") for selector in kept)
    assert not page.locator(".photo").evaluate("e => e.loads")
    assert not page.locator(".tiles .seen").first.evaluate("e => e.loads")
    expect(page.locator(".tiles .box").first).to_be_visible()


def test_opacity_is_in_the_address_and_outlives_other_choices(page):
    open_page(page)
    slider = page.get_by_label("Opacity of the map")
    slider.fill("40")
    expect(page).to_have_url(re.compile("opacity=40"))
    choose_class(page, "star")
    expect(page).to_have_url(re.compile("target=.*opacity=40|opacity=40.*target="))
    assert slider.input_value() == "40"
    page.reload()
    expect(page.get_by_text("star at layer3")).to_be_visible()
    expect(slider).to_have_value("40")


def test_two_classes_are_swapped(page):
    open_page(page, "&panel=classes&target=3&other=7")
    titles = page.locator(".tiles .title")
    first, second = (titles.nth(i).inner_text() for i in range(2))
    page.get_by_role("button", name="Swap A and B").click()
    expect(titles.nth(0)).to_have_text(f"A: {second.removeprefix('B: ')}")
    expect(titles.nth(1)).to_have_text(f"B: {first.removeprefix('A: ')}")
    expect(page).to_have_url(re.compile("target=7"))


@pytest.mark.parametrize("panel", ["stages", "classes", "models"])
def test_a_phone_shows_each_panel_without_sideways_scrolling(page, panel):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/attention?panel={panel}&top=10")
    expect(page.locator(".heat")).to_be_visible()
    page.wait_for_timeout(1500)
    assert fits_across(page)
    assert page.outside == []

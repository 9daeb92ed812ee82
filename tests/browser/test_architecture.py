"""What people do on the Architecture page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import area_of, fits_across, settle

BLOCKS = ".stream .block:not([data-name=stem], [data-name=head])"


def block(page: Page, name: str):
    return page.locator(f'.stream .block[data-name="{name}"]')


def open_page(page: Page, query: str = "") -> None:
    page.goto(f"/{query}")
    expect(page.locator("svg.stream")).to_be_visible()


def metric(page: Page, label: str):
    return page.get_by_test_id("stMetric").filter(has_text=label)


def test_a_change_of_depth_draws_the_new_network(page):
    open_page(page)
    expect(page.locator(BLOCKS)).to_have_count(16)
    depth = page.get_by_label("Depth", exact=True)
    depth.fill("152")
    depth.press("Enter")
    expect(page.locator(BLOCKS)).to_have_count(8)  # the first of each stage, and a run
    expect(metric(page, "Parameters")).to_contain_text("60.19 M")
    expect(page).to_have_url(re.compile("net=resnet152"))


def test_no_frame_shows_the_place_of_a_picture_without_it(page):
    open_page(page)
    page.evaluate("""() => {
      window.frames = { all: 0, without: 0 };
      const look = () => {
        const places = [...document.querySelectorAll("[data-svg]")];
        window.frames.all += 1;
        window.frames.without += places.some((e) => !e.shadowRoot?.querySelector("svg"));
        requestAnimationFrame(look);
      };
      look();
    }""")
    depth = page.get_by_label("Depth", exact=True)
    depth.fill("152")
    depth.press("Enter")
    expect(page.locator(BLOCKS)).to_have_count(8)  # the first of each stage, and a run
    block(page, "layer1.0").click(position={"x": 5, "y": 180})
    expect(page.locator("svg.detail")).to_contain_text("64 → 256 channels")
    seen = page.evaluate("window.frames")
    assert seen["all"] > 5
    assert seen["without"] == 0


def test_a_click_opens_a_block_and_the_picture_stays(page):
    open_page(page)
    page.locator("svg.stream").evaluate("element => { element.kept = true; }")
    block(page, "layer3.0").click(position={"x": 5, "y": 180})
    expect(page.get_by_role("heading", name="conv4_x · layer3.0")).to_be_visible()
    expect(page.locator("svg.detail")).to_contain_text("3×3, 256, /2")
    expect(page.locator(".stream .block.open")).to_have_attribute("data-name", "layer3.0")
    assert page.locator("svg.stream").evaluate("element => element.kept") is True
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="layer3.1")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("svg.detail")).to_have_count(0)


def test_blocks_are_reached_and_opened_by_key(page):
    open_page(page, "?net=resnet18")
    block(page, "layer2.0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="layer3.0")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_enabled()
    page.wait_for_timeout(500)  # a shortcut is heard once its button has been drawn
    page.keyboard.press("n")  # the focus is still in the picture
    expect(page.get_by_role("heading", name="layer3.1")).to_be_visible()
    page.get_by_role("heading", name="layer3.1").click()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="layer3.0")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("svg.detail")).to_have_count(0)


def test_a_long_run_unfolds_and_folds_again(page):
    open_page(page, "?net=cifar_resnet1202")
    expect(page.locator(BLOCKS)).to_have_count(5)
    page.get_by_role("button", name="Unfold the 199 equal blocks from layer2.1 on").click()
    expect(page.locator(BLOCKS)).to_have_count(4 + 199)
    expect(page).to_have_url(re.compile("unfold=layer2.1"))
    page.get_by_role("button", name="Fold the 199 equal blocks from layer2.1 on").click()
    expect(page.locator(BLOCKS)).to_have_count(5)


def test_hover_says_numbers_beside_the_picture(page):
    open_page(page)
    block(page, "layer2.0").hover(position={"x": 5, "y": 180})
    tip = page.locator(".tip").first
    expect(tip).to_contain_text("379.39 k params")
    picture, said = page.locator("svg.stream").bounding_box(), tip.bounding_box()
    assert (
        said["y"] >= picture["y"] + picture["height"] or said["y"] + said["height"] <= picture["y"]
    )


def test_a_tip_never_covers_what_it_explains(page):
    page.set_viewport_size({"width": 1366, "height": 620})
    open_page(page)
    settle(page)
    for scroll in (0, 150, 270):
        page.mouse.move(700, 300)
        page.mouse.wheel(0, scroll)
        page.wait_for_timeout(300)
        for part in page.locator("svg.detail [data-tip], svg.stream [data-tip]").all():
            box = part.bounding_box()
            middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            if not 60 < middle[1] < 620:
                continue
            page.mouse.move(*middle)
            tip = page.locator(".tip:visible").first
            expect(tip).to_be_visible()
            said = tip.bounding_box()
            beside = said["x"] >= box["x"] + box["width"] or said["x"] + said["width"] <= box["x"]
            below = said["y"] >= box["y"] + box["height"] or said["y"] + said["height"] <= box["y"]
            assert beside or below


def test_a_link_restores_network_and_block(page):
    open_page(page, "?net=resnet34&shortcut=none&open=layer3.0")
    expect(page.get_by_role("heading", name="layer3.0")).to_be_visible()
    expect(page.locator(".plus")).to_have_count(0)
    expect(page.get_by_text("a plain block")).to_be_visible()


def test_torchinfo_counts_the_same(page):
    open_page(page, "?panel=tables")
    page.get_by_text("torchinfo", exact=True).click()
    expect(page.get_by_text("Total params: 25,557,032")).to_be_visible()


def test_nothing_is_fetched_from_elsewhere(page):
    open_page(page)
    page.get_by_text("Attention", exact=True).first.click()
    expect(page.get_by_text("is the logit")).to_be_visible()
    assert page.outside == []


@pytest.mark.parametrize("query", ["", "?net=resnet18", "?open=stem", "?open=head&lang=zh"])
def test_the_network_and_its_open_block_are_seen_at_once(page, query):
    open_page(page, query)
    detail = page.locator("svg.detail")
    for width, height in ((1440, 900), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        expect(detail).to_be_visible()
        settle(page)
        drawn = detail.bounding_box()
        assert drawn["y"] + drawn["height"] <= height + 4  # the margin below its last line
        assert page.locator("svg.stream").bounding_box()["y"] >= 60


def test_a_stage_of_any_network_folds_by_hand(page):
    open_page(page)
    page.get_by_role("button", name="Fold the 5 equal blocks from layer3.1 on").click()
    expect(page.locator(BLOCKS)).to_have_count(16 - 4)
    expect(page).to_have_url(re.compile("[?&]fold=layer3.1"))
    page.get_by_role("button", name="Unfold the 5 equal blocks from layer3.1 on").click()
    expect(page.locator(BLOCKS)).to_have_count(16)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_page_never_scrolls_sideways(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, "?net=resnet152&open=layer3.4")
    expect(page.locator("svg.detail")).to_be_visible()
    assert fits_across(page)


def slider(page: Page):
    return page.get_by_role("slider", name="Depth, by slider")


def test_the_slider_answers_while_it_is_dragged(page):
    open_page(page, "?net=resnet18")
    settle(page)
    page.evaluate("""() => {
      window.drawn = new Set();
      const look = () => {
        const host = document.querySelector(".st-key-drawn_stream [data-svg]");
        window.drawn.add(host?.shadowRoot?.querySelector("svg")?.getAttribute("aria-label"));
        requestAnimationFrame(look);
      };
      look();
    }""")
    track = area_of(slider(page))
    middle = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + 12, middle)
    page.mouse.down()
    for share in range(5, 60, 3):
        page.mouse.move(track["x"] + track["width"] * share / 100, middle)
        page.wait_for_timeout(60)
    assert page.evaluate("window.drawn.size") >= 4  # while it was still held
    slider(page).evaluate("""element => {
      window.thumb = new Set();
      const look = () => { window.thumb.add(element.value); requestAnimationFrame(look); };
      look();
    }""")
    page.mouse.up()
    depth = slider(page).get_attribute("aria-valuetext")
    expect(metric(page, "Depth")).to_contain_text(depth)
    expect(page.get_by_label("Depth", exact=True)).to_have_value(depth.removesuffix(" layers"))
    settle(page)
    assert page.evaluate("window.thumb.size") == 1  # it stays where it was let go
    page.keyboard.press("Control+z")  # a drag is one change
    expect(metric(page, "Depth")).to_contain_text("18 layers")


def test_ten_quick_presses_of_the_slider_land_where_ten_slow_ones_do(page):
    open_page(page)
    settle(page)
    slider(page).focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(metric(page, "Depth")).to_contain_text("80 layers")
    expect(page.get_by_label("Depth", exact=True)).to_have_value("80")
    settle(page)
    expect(page).to_have_url(re.compile("layers=3%2C4%2C16%2C3"))


def moved(page: Page) -> int:
    """How many parts have moved to their places since the page was told to count."""
    return page.evaluate("window.moved")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_blocks_move_to_their_new_places(page, motion):
    page.emulate_media(reduced_motion=motion)
    page.add_init_script("""
      window.moved = 0;
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (frames, ...rest) {
        window.moved += "transform" in frames[0];
        return animate.call(this, frames, ...rest);
      };
    """)
    open_page(page)
    settle(page)
    assert moved(page) == 0
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(BLOCKS)).to_have_count(17)
    assert (moved(page) >= 16) == (motion == "no-preference")


def lit(page: Page) -> list[str]:
    """What is lit in the picture of the network, and in the table."""
    marks = page.locator(".stream .lit, .paper-table .lit")
    return marks.evaluate_all("all => all.map(e => e.dataset.stage ?? e.dataset.name)")


def test_rows_of_the_papers_table_and_stages_light_each_other_up(page):
    open_page(page)
    page.get_by_role("button", name="In the paper").click()
    expect(page.get_by_role("heading", name="He et al. 2015, table 1")).to_be_visible()
    page.get_by_role("row", name="conv3_x").hover()
    assert lit(page) == [f"layer2.{i}" for i in range(4)] + ["layer2"]
    block(page, "layer4.1").hover(position={"x": 5, "y": 180})
    assert lit(page) == [f"layer4.{i}" for i in range(3)] + ["layer4"]
    page.mouse.move(5, 5)
    assert lit(page) == []


def test_the_papers_table_switches_version_and_network(page):
    open_page(page, "?open=paper")
    page.get_by_role("radio", name="v1: 3.86 GMACs").click()
    expect(metric(page, "Compute")).to_contain_text("3.86 GMACs")
    expect(page).to_have_url(re.compile("stride_on=1x1"))
    page.get_by_role("button", name="Show resnet101").click()
    expect(metric(page, "Depth")).to_contain_text("101 layers")
    expect(page.locator(".paper-table thead .shown")).to_have_text("resnet101")
    expect(page).to_have_url(re.compile("net=resnet101&stride_on=1x1"))


LETTERS = """all => all.filter(e => e.getBoundingClientRect().width).map(e => {
  const svg = e.ownerSVGElement;
  return parseFloat(getComputedStyle(e).fontSize) * svg.clientWidth / svg.viewBox.baseVal.width;
})"""


@pytest.mark.parametrize("query", ["", "&open=none", "&net=resnet152&open=none", "&open=stem"])
def test_a_projector_shows_letters_that_the_last_row_reads(page, query):
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"?projector=1{query}")
    settle(page)
    shown = "svg.stream text" if "none" in query else "svg.detail text"
    assert min(page.locator(shown).evaluate_all(LETTERS)) >= 19.9
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    box = page.locator(shown.removesuffix(" text")).bounding_box()
    assert box["y"] + box["height"] <= 720
    assert fits_across(page)


def test_the_projector_comes_and_goes_by_key(page):
    open_page(page)
    settle(page)
    page.wait_for_timeout(500)  # a shortcut is heard once its button has been drawn
    page.keyboard.press("f")
    expect(page.locator("svg.projected.detail")).to_be_visible()
    expect(page).to_have_url(re.compile("projector=1"))
    page.wait_for_timeout(500)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="resnet50 · layer2.1")).to_be_visible()
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    expect(page.locator("svg.detail")).to_have_count(0)
    page.wait_for_timeout(500)
    page.keyboard.press("f")
    expect(page.locator("svg.projected")).to_have_count(0)
    expect(page.get_by_label("Depth", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (683, 384)])  # 1366 at 200 %
def test_the_whole_network_fits_a_small_window(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_page(page)
    settle(page)
    stream, main = page.locator("svg.stream").bounding_box(), page.locator(".picture").first
    assert stream["width"] <= main.bounding_box()["width"] + 1
    assert fits_across(page)


def test_the_menu_has_light_and_dark(page):
    page.emulate_media(color_scheme="light")
    open_page(page)
    colour = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
    assert page.evaluate(colour) != light
    page.reload()
    expect(page.locator("svg.stream")).to_be_visible()
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")


def test_quick_steps_of_the_width_bring_no_network_of_two_widths(page):
    open_page(page)
    settle(page)
    page.locator(".st-key-network_width").get_by_role("slider").focus()
    for key in (*["ArrowLeft"] * 3, *["ArrowRight"] * 7):
        page.keyboard.press(key)
    page.wait_for_timeout(1000)
    settle(page)
    name = page.get_by_role("heading", name="resnet50").inner_text()
    widths = ("quarter", "half", "0.75×", "1.5×", "2×", "3×", "4×")
    assert name in ("resnet50", *(f"resnet50 · {width} width" for width in widths))

"""Files that people give: they stay, come back with the tab, and are nobody else's."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.giving import checkpoint, class_names, give, given, photograph
from tests.browser.pages import WATCH, fits_across, settle


@pytest.fixture
def attention(page) -> Page:
    page.goto("/attention")
    expect(page.locator(".heat")).to_be_visible()
    return page


def test_what_was_given_stays_over_a_visit_elsewhere_and_a_reload(attention):
    give(attention, photograph("a.png", "red"), photograph("b.png", "blue"))
    attention.get_by_role("link", name="Lessons").click()
    expect(attention.get_by_text("Why residual?").first).to_be_visible()
    attention.get_by_role("link", name="Attention").click()
    expect(given(attention)).to_have_count(2)
    give(attention, photograph("c.png", "green"))
    expect(given(attention)).to_have_count(3)
    give(attention, checkpoint("mine.pth"), to="stSidebar")
    expect(attention).to_have_url(re.compile(r"checkpoint=mine\.pth~[0-9a-f]{12}&photo=c\.png~"))
    give(attention, class_names("names.txt"), to="stExpander")
    expect(attention).to_have_url(re.compile(r"labels=names\.txt~[0-9a-f]{12}"))
    shown = attention.locator(".photo").get_attribute("src")
    attention.reload()
    expect(given(attention)).to_have_count(3)
    expect(attention.locator(".photo")).to_have_attribute("src", shown)
    expect(attention.get_by_text(re.compile("(oak|beech|ash|elm) at layer3"))).to_be_visible()
    expect(attention.get_by_role("combobox", name="Photograph on show")).to_have_value("c.png")


def test_a_reload_shows_no_other_pictures_answer(attention):
    give(attention, photograph("a.png", "red"))
    shown = attention.locator(".photo").get_attribute("src")
    attention.add_init_script(WATCH)
    attention.reload()
    expect(attention.locator(".photo")).to_have_attribute("src", shown)
    settle(attention)
    assert attention.evaluate("window.pictures") == [shown]


def test_a_link_in_another_tab_waits_for_its_file_and_goes_on(attention, browser, server):
    red = photograph("a.png", "red")
    give(attention, red)
    other = browser.new_context(base_url=server).new_page()
    other.goto(attention.url)
    expect(other.get_by_text(re.compile("This page needs a.png.*SHA-256 begins"))).to_be_visible()
    settle(other)
    expect(other.locator(".photo[src]")).to_have_count(0)
    expect(given(other)).to_have_count(0)
    waiting = other.locator(".st-key-waits_attention_photo")
    input_ = waiting.get_by_test_id("stFileUploaderDropzoneInput")
    input_.set_input_files([photograph("a.png", "blue")])
    expect(other.get_by_text("is another file")).to_be_visible()
    input_.set_input_files([red])
    expect(other.locator(".photo")).to_have_attribute(
        "src", attention.locator(".photo").get_attribute("src")
    )
    other.context.close()


def test_one_may_go_on_without_the_file_of_a_link(page):
    page.goto("/attention?photo=cat.jpg~0123456789ab")
    expect(page.get_by_text(re.compile("This page needs cat.jpg"))).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Go on without it").click()
    expect(page.locator(".heat")).to_be_visible()
    expect(page).not_to_have_url(re.compile("photo="))


def test_a_first_visit_needs_no_second_run_and_keeps_nothing(page):
    runs = []

    def listen(socket) -> None:
        socket.on("framesent", lambda frame: runs.append(frame))

    page.on("websocket", listen)
    page.goto("/attention")
    expect(page.locator(".heat")).to_be_visible()
    settle(page)
    page.wait_for_timeout(500)
    assert len(runs) == 1
    assert page.evaluate("sessionStorage.getItem('tab')") is None


def test_an_uploader_shows_what_failed_and_nothing_that_was_taken(attention, tmp_path):
    give(attention, photograph("a.png", "red"))
    chips = attention.get_by_test_id("stFileChip")
    expect(chips).to_have_count(1)
    expect(chips).to_be_hidden()
    large = tmp_path / "l.png"
    large.write_bytes(bytes(26 << 20))
    uploader = attention.get_by_test_id("stMain").get_by_test_id("stFileUploaderDropzoneInput")
    uploader.first.set_input_files([large])
    failed = chips.filter(has=attention.get_by_test_id("stFileChipIconError"))
    expect(failed).to_be_visible()
    expect(chips.filter(has_text="a.png")).to_be_hidden()


def test_a_file_is_removed_by_key(attention):
    give(attention, photograph("a long name of a photograph from a phone.png", "red"))
    attention.set_viewport_size({"width": 390, "height": 844})
    attention.wait_for_timeout(500)
    assert fits_across(attention)
    attention.get_by_role("button", name=re.compile("^Remove a long name")).press("Enter")
    expect(given(attention)).to_have_count(0)
    expect(attention.locator(".heat")).to_be_visible()
    expect(attention).not_to_have_url(re.compile("photo="))

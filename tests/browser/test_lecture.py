"""A lesson as a lecture: keys, the notes in another window, and letters for the last row."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import settle

# What hears the keys tells other windows where the lecture is, when it begins.
HEARD = "new BroadcastChannel('resnet-lecture').onmessage = () => { window.heard = true; };"


@pytest.fixture
def lecture(browser, server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, base_url=server)
    context.set_default_timeout(120_000)
    context.add_init_script(HEARD)
    page = context.new_page()
    page.goto("/lessons?lesson=shortcuts&lecture=1")
    page.wait_for_function("window.heard")
    settle(page)
    yield page
    context.close()


def at(page: Page, step: int) -> None:
    """The page has come to a step, counted from 0."""
    expect(page.get_by_text(re.compile(rf"· {step + 1} / \d+"))).to_be_visible()


@pytest.mark.parametrize("key", ["Space", "ArrowRight", "PageDown"])
def test_keys_and_a_clicker_go_on_and_back(lecture, key):
    at(lecture, 0)
    lecture.keyboard.press(key)
    at(lecture, 1)
    lecture.keyboard.press("PageUp")
    at(lecture, 0)
    lecture.keyboard.press("Escape")
    expect(lecture.get_by_test_id("stSidebar")).to_be_visible()


def test_notes_in_another_window_follow_and_lead(lecture):
    with lecture.expect_popup() as opened:
        lecture.get_by_role("link", name="Notes").click()
    notes = opened.value
    notes.wait_for_function("window.heard")
    settle(notes)
    lecture.bring_to_front()
    lecture.keyboard.press("Space")
    at(lecture, 1)
    at(notes, 1)
    notes.bring_to_front()
    notes.keyboard.press("Space")
    at(notes, 2)
    at(lecture, 2)


def test_what_is_drawn_and_said_is_read_from_the_last_row(lecture):
    letters = lecture.locator(".st-key-lecture_sentence p, .sketch .plot text")
    sizes = letters.evaluate_all(
        "letters => letters.map(letter => parseFloat(getComputedStyle(letter).fontSize))"
    )
    assert len(sizes) > 5
    assert min(sizes) >= 20


def test_a_lecture_fits_a_telephone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/lessons?lesson=shortcuts&lecture=1")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    bar = page.locator(".st-key-lecture_bar").bounding_box()
    assert bar["y"] + bar["height"] <= 844
    where = page.get_by_text(re.compile(r"· 1 / \d+")).bounding_box()
    buttons = page.locator(".st-key-lecture_controls").get_by_role("button").first.bounding_box()
    assert where["y"] + where["height"] <= buttons["y"]


def test_a_walk_is_the_chart_of_its_steps(page):
    page.goto("/lessons?lesson=derivative&lecture=1&step=4")
    walk = page.locator(".st-key-walk")
    expect(walk.locator(".worked-numbers")).to_be_visible()
    assert walk.bounding_box()["y"] < 100

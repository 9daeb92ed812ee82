"""The lessons, as a class walks through them."""

import re

import pytest
from playwright.sync_api import Page, expect

from explorer.lessons.contents import TITLES
from tests.browser.pages import area_of, settle

NAMES = [*TITLES]
BUSY = 180_000  # milliseconds, where trainings or four surfaces leave little for a page


@pytest.fixture
def lesson(page) -> Page:
    page.goto("/lessons?lesson=degradation&hide=prediction")
    expect(page.get_by_role("heading", name=TITLES["degradation"])).to_be_visible()
    settle(page)
    return page


def run(page: Page) -> None:
    page.bring_to_front()  # what is behind another page is drawn at leisure
    page.get_by_role("button", name="Run it here").click(timeout=BUSY)  # beside trainings
    expect(page.get_by_role("button", name="Halt")).to_be_visible()


def test_the_arrow_keys_walk_through_all_lessons_and_back(page):
    page.goto(f"/lessons?lesson={NAMES[0]}")
    expect(page.get_by_role("heading", name=TITLES[NAMES[0]], exact=True)).to_be_visible()
    for name in NAMES[1:]:
        settle(page)
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", name=TITLES[name], exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile(f"lesson={name}"))
    settle(page)
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"lesson={NAMES[-2]}"))
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.outside == []


def test_a_halted_run_ends_before_its_last_step(lesson):
    run(lesson)
    expect(lesson.get_by_text("Being computed here: what was found so far.")).to_be_visible()
    lesson.get_by_role("button", name="Halt").click()
    expect(lesson.get_by_text("Halted before its end: what was found until then.")).to_be_visible()
    expect(lesson.get_by_role("button", name="Halt")).to_have_count(0)
    expect(lesson.get_by_role("button", name="Run again")).to_be_enabled()


def test_no_kept_picture_stands_beside_a_growing_one(page):
    page.goto("/lessons?lesson=surface&surface_depth=20&seed=3&hide=prediction")
    kept = page.get_by_text("Kept: 20, 56 layers, seed 0; not your settings.")
    expect(kept).to_be_visible(timeout=BUSY)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(4, timeout=BUSY)
    settle(page)
    run(page)
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible(timeout=BUSY)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(0)
    expect(page.get_by_text("not your settings")).to_have_count(0)
    page.get_by_role("button", name="Halt").click()
    expect(page.get_by_text("Halted before its end")).to_be_visible()


def test_two_run_at_a_time_and_a_closed_tab_makes_room(browser, server):
    contexts = [browser.new_context(base_url=server) for _ in range(3)]
    for context in contexts:
        context.set_default_timeout(BUSY)
    pages = [context.new_page() for context in contexts]
    try:
        for seed, page in enumerate(pages):  # nobody has another's answer, and all for long
            page.goto(f"/lessons?lesson=degradation&hide=prediction&deep=110&seed={seed}")
            page.get_by_role("button", name="Run it here").wait_for()
            settle(page)
        for page in pages:
            run(page)
        expect(pages[2].get_by_text(re.compile("Waiting: 1 must end first"))).to_be_visible()
        contexts[0].close()
        expect(pages[2].get_by_text("Waiting")).to_have_count(0)
        expect(pages[2].get_by_role("button", name="Halt")).to_be_visible()
    finally:
        for context in contexts:
            context.close()


def test_the_next_lesson_opens_at_its_top(page):
    page.goto("/lessons?lesson=degradation")
    settle(page)
    page.get_by_role("button", name=re.compile("^Next: ")).click()
    expect(page.get_by_role("heading", name=TITLES["gradients"], exact=True)).to_be_in_viewport()
    assert page.get_by_test_id("stMain").evaluate("element => element.scrollTop") == 0


def test_the_last_lesson_has_no_next(page):
    page.goto("/lessons?lesson=modern")
    expect(page.get_by_role("heading", name=TITLES["modern"], exact=True)).to_be_visible()
    settle(page)
    expect(page.get_by_role("button", name=re.compile("^Next: "))).to_have_count(0)


def place(page: Page, number: int):
    return page.locator(f'.sketch [data-place="{number}"]')


def test_an_expectation_is_drawn_with_the_mouse_and_told_how_far_off_it_was(page):
    page.goto("/lessons?lesson=shortcuts")
    settle(page)
    reveal = page.get_by_role("button", name="Reveal")
    expect(reveal).to_be_disabled()
    for number in range(4):
        place(page, number).click()
        expect(place(page, number)).to_have_attribute("aria-valuetext", re.compile("%$"))
    reveal.click()
    expect(page.get_by_text(re.compile("On average off by"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"guesses=shortcuts\.\d+\.\d+\.\d+\.\d+"))


def test_one_gesture_draws_a_curve(page):
    page.goto("/lessons?lesson=paths")
    settle(page)
    first, last = area_of(place(page, 3)), area_of(place(page, 24))
    page.mouse.move(first["x"] + 2, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(last["x"] + 2, last["y"] + 100)  # one event: what was passed lies on a line
    page.mouse.up()
    heights = [int(place(page, n).get_attribute("aria-valuenow")) for n in range(28)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == heights[3] > heights[12] > heights[24] == heights[27]
    expect(page.get_by_role("button", name="Reveal")).to_be_enabled()


def test_an_expectation_is_drawn_by_keys_alone(page):
    page.goto("/lessons?lesson=zero-gamma")
    settle(page)
    place(page, 0).focus()
    page.keyboard.press("PageDown")
    expect(place(page, 0)).to_have_attribute("aria-valuetext", "1.20")
    page.keyboard.press("ArrowRight")  # the next bar, not the next lesson
    expect(place(page, 1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("On average off by"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"lesson=zero-gamma.*guesses=zero-gamma\.40\.51"))


def test_keys_walk_through_a_block_and_leave_its_lesson_open(page):
    page.goto("/lessons?lesson=derivative&guesses=derivative.x")
    expect(page.locator(".worked-numbers")).to_be_visible()
    settle(page)
    page.locator("h1, h2").first.click()
    page.keyboard.press("k")
    expect(page.get_by_text("1 / 16", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("walk_step=1"))
    page.keyboard.press("j")
    expect(page.get_by_text("0 / 16", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("lesson=derivative"))


def test_quick_steps_of_a_number_land_where_slow_ones_do(page):
    page.goto("/lessons?lesson=gradients&hide=prediction")
    settle(page)
    more = page.locator(".st-key-lessons_seed").get_by_test_id("stNumberInputStepUp")
    for _ in range(8):
        more.click()
        page.wait_for_timeout(100)
    settle(page)
    expect(page).to_have_url(re.compile(r"seed=8(&|$)"))
    expect(page.locator(".st-key-lessons_seed input")).to_have_value("8")

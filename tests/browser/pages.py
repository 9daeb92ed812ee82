"""What tests of every page do in the browser."""

from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, expect


def settle(page: Page) -> None:
    """Wait until the script has run and all its elements are there, as a person does who reads.

    The browser fetches the code of a kind of element when it first meets one; until then a
    skeleton stands in its place, and a shortcut does nothing.
    """
    resting = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    expect(page.locator(f'{resting}:not(:has([data-testid="stSkeleton"]))')).to_be_visible()


def download(page: Page, label: str) -> Path:
    """The file that a button gives. A run that is under way would give the button another file."""
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return Path(waiting.value.path())


def area_of(element: Locator) -> FloatRect:
    """Where an element is; one that is drawn anew just then is waited for."""
    area = None
    while area is None:
        expect(element).to_be_visible()
        area = element.bounding_box()
    return area


def fits_across(page: Page) -> bool:
    """Whether the page does not scroll sideways."""
    main = page.get_by_test_id("stMain")
    return main.evaluate("element => element.scrollWidth <= element.clientWidth + 1")


# Notes every photograph that is on show, frame by frame, in `window.pictures`.
WATCH = """window.pictures = [];
const look = () => {
  for (const { shadowRoot } of document.querySelectorAll('.st-key-overlaid *')) {
    const src = shadowRoot?.querySelector('.photo')?.src;
    if (src && window.pictures.at(-1) !== src) window.pictures.push(src);
  }
  requestAnimationFrame(look);
};
look();"""

"""axe finds nothing on the pages, light and dark, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.pages import settle

PAGES = {
    "architecture": ("/?open=layer2.0", "⊕"),
    "compare": ("/compare", "GMACs"),
    "attention": ("/attention", "logit"),
    "glossary": ("/glossary", "torchvision"),
    "lesson": ("/lessons?lesson=paths&hide=prediction", "5 / 11"),
}
# What Streamlit draws so and nothing outside it can mend: the rule, and where.
STREAMLITS = {
    # It calls the frame of its uploader presentation, and labels it; the button in it is a button.
    "presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]',
}


def violations(page: Page) -> list[str]:
    """Each rule that is broken, with the element and how, but for what is Streamlit's."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if not _streamlits(page, rule["id"], node["target"])
    ]


def _streamlits(page: Page, rule: str, target: list[str]) -> bool:
    own = STREAMLITS.get(rule)
    return bool(own and page.locator(target[0]).first.evaluate("(e, own) => e.matches(own)", own))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_light_or_dark(page, name, language):
    address, shown = PAGES[name]
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    expect(page.get_by_test_id("stMain").get_by_text(shown).first).to_be_visible()
    settle(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", theme)
        page.wait_for_timeout(500)  # colours change over some frames
        assert violations(page) == []

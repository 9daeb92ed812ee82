"""axe finds nothing on the pages, light and dark, in both languages."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import ALL, COLOURS, violations
from tests.browser.pages import settle

PAGES = {
    "architecture": ("/?open=layer2.0", "⊕"),
    "compare": ("/compare", "GMACs"),
    "attention": ("/attention", "logit"),
    "glossary": ("/glossary", "torchvision"),
    "lesson": ("/lessons?lesson=paths&hide=prediction", "5 / 11"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_light_or_dark(page, name, language):
    address, shown = PAGES[name]
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    expect(page.get_by_test_id("stMain").get_by_text(shown).first).to_be_visible()
    settle(page)
    for theme, rules in (("light", ALL), ("dark", COLOURS)):  # another theme has other colours
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", theme)
        page.wait_for_timeout(500)  # colours change over some frames
        assert violations(page, rules) == []

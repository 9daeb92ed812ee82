"""What axe finds on a page."""

from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What Streamlit draws so and nothing outside it can mend: the rule, and where.
STREAMLITS = {
    # It calls the frame of its uploader presentation, and labels it; the button in it is a button.
    "presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]',
}


ALL = {"resultTypes": ["violations"]}
COLOURS = ALL | {"runOnly": ["color-contrast", "link-in-text-block"]}  # what a theme can break


def violations(page: Page, rules: Mapping[str, object] = ALL) -> list[str]:
    """Each rule that is broken, with the element and how, but for what is Streamlit's."""
    found = Axe().run(page, options={**rules}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if not _streamlits(page, rule["id"], node["target"])
    ]


def _streamlits(page: Page, rule: str, target: list[str]) -> bool:
    own = STREAMLITS.get(rule)
    return bool(own and page.locator(target[0]).first.evaluate("(e, own) => e.matches(own)", own))

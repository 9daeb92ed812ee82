"""What the app leans on in Streamlit, as far as the browser shows it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import settle
from tests.conftest import ROOT

FIGURES = ROOT / "explorer" / "figures"
STYLE = (ROOT / "explorer" / "widgets" / "page.css").read_text("utf-8")

# Shadows of Streamlit's components in the container of a key; a picture has one of our own.
BEGIN = """
const shadows = (key) =>
  [...document.querySelectorAll(`.st-key-${key} :not([data-svg])`)]
    .map((e) => e.shadowRoot).filter(Boolean);
const find = (selector) => document.querySelector(selector);
"""
JOINTS = {
    "a container's key is a class of its element": "find('.st-key-drawn_stream')",
    "st.html leaves a data- attribute with an SVG": (
        "find('.st-key-drawn_stream [data-svg]').dataset.svg.startsWith('<svg')"
    ),
    "st.html leaves a hidden element": "find('.st-key-drawn_stream i[data-chosen][hidden]')",
    "a component lies in a shadow in its container": "shadows('drawn_stream').length",
    "a component has its style in a style element": (
        "shadows('drawer')[0].querySelector('style').textContent.includes('.tip')"
    ),
    "the app says whether it is connected": (
        "find('[data-test-connection-state]').dataset.testConnectionState === 'CONNECTED'"
    ),
    "a component's script is told its data": "document.documentElement.lang === 'zh'",
}
ELSEWHERE = {  # what no Architecture page has, and a page that has it
    'data-testid="stTable"': "/lessons?lesson=shortcuts&hide=prediction",
    'data-testid="stVegaLiteChart"': "/lessons?lesson=shortcuts&hide=prediction",
    'data-testid="stFileUploaderDropzoneInstructions"': "/attention",
}
NAMES = sorted(
    name
    for name in set(re.findall(r"data-testid=\"\w+\"|\.stM\w+", STYLE)) - {*ELSEWHERE}
    if not re.search("stFileChip|stStatusWidget", name)  # there in uploads and runs: tested there
)
VARIABLES = sorted(
    {
        name
        for file in FIGURES.glob("*.css")
        for name in re.findall(r"--st-[\w-]+", file.read_text())
    }
)


@pytest.fixture(scope="module")
def drawn(browser: Browser, server: str) -> Iterator[Page]:
    """The Architecture page in Chinese, with columns below its picture."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/?net=cifar_resnet20&field=1&lang=zh")
    expect(page.locator("[data-svg]").first).to_be_attached()
    settle(page)
    yield page
    context.close()


def holds(page: Page, question: str) -> bool:
    return page.evaluate(f"() => {{ {BEGIN} return Boolean({question}); }}")


@pytest.mark.parametrize("joint", JOINTS)
def test_streamlit_does_what_the_scripts_lean_on(drawn, joint):
    assert holds(drawn, JOINTS[joint])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_what_its_style_names(drawn, name):
    assert holds(drawn, f"find('{name if name.startswith('.') else f'[{name}]'}')")


@pytest.mark.parametrize(("name", "address"), ELSEWHERE.items())
def test_another_page_has_what_only_it_can(page, name, address):
    page.goto(address)
    expect(page.locator(f"[{name}]").first).to_be_attached()


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_theme_reaches_components(drawn, variable):
    value = f"getComputedStyle(shadows('drawn_stream')[0].host).getPropertyValue('{variable}')"
    assert holds(drawn, value)


def test_what_a_script_triggers_reaches_the_page(drawn):
    drawn.locator('.stream [data-name="layer1.0"]').click()
    expect(drawn).to_have_url(re.compile("open=layer1.0"))

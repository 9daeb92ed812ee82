"""The app in a real browser: one server, one Chromium, a fresh page for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import lacking
from tests.hub import playing
from tests.visitors import served

expect.set_options(timeout=120_000)  # a shared machine may be slow; a wrong page stays wrong
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What one page compiled of Streamlit's scripts, the next one of the same process takes.
COMPILED_ONCE = [
    "--process-per-site",
    "--disable-features=ScriptStreaming,PaintHolding,RenderDocument,Translate",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What ran out of time is tried once more, and counted as rerun; what is wrong stays so."""
    again = pytest.mark.flaky(reruns=1, only_rerun=[r"TimeoutError", r"[Tt]imeout \d+ms"])
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(again)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The one without a window, if it is here, draws pages for half the work."""
    names = "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"
    found = next(filter(None, map(shutil.which, names)), None)
    where = "on Debian: apt-get install chromium-headless-shell"
    return found or lacking(f"Chromium is not installed ({where})")


@dataclass(frozen=True)
class OwnHub:
    """What the server takes for the Hugging Face hub: its files, and when their ends are sent."""

    address: str
    files: dict[str, dict[str, bytes]]
    half_way: Event


@pytest.fixture(scope="session")
def hub() -> Iterator[OwnHub]:
    files, half_way = dict[str, dict[str, bytes]](), Event()
    with playing(files, half_way=half_way) as (address, _):
        yield OwnHub(address, files, half_way)


@pytest.fixture(scope="session")
def server(tmp_path_factory, hub) -> Iterator[str]:
    """The address of the app as a stranger starts it, but for the hub that it asks."""
    log = tmp_path_factory.mktemp("server") / "log"
    with served(log, HF_ENDPOINT=hub.address) as running:
        yield running.address
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *COMPILED_ONCE])


@pytest.fixture(scope="session")
def visitor(browser, server) -> Iterator[BrowserContext]:
    """One who has been here before: Streamlit's own scripts are fetched and compiled once."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=server)
    context.set_default_timeout(120_000)
    context.new_page().goto("/_stcore/health")  # stays, and with it the process of all tabs
    yield context
    context.close()


@pytest.fixture
def page(visitor, server) -> Iterator[Page]:
    """A fresh tab of a browser that remembers nothing of the tests before."""
    page = visitor.new_page()
    page.outside = []  # every request that leaves this machine
    page.on("request", lambda r: page.outside.append(r.url) if _leaves(r.url, server) else None)
    yield page
    page.goto("/_stcore/health")
    page.evaluate("localStorage.clear()")
    for tab in visitor.pages[1:]:
        tab.close()
    visitor.clear_cookies()


def _leaves(url: str, server: str) -> bool:
    return not url.startswith((server, server.replace("http", "ws"), "data:", "blob:"))

"""A laptop asleep, a server killed and started again: the page gets its files back, or says so."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.giving import checkpoint, give, given, photograph
from tests.browser.pages import WATCH, settle
from tests.visitors import Server, served

STARTS = 240_000  # milliseconds in which a server imports PyTorch on a busy machine


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """Where the server keeps what is given to it."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def own_server(tmp_path_factory, files) -> Iterator[Server]:
    """A server that may be killed and that forgets a session after a second."""
    log = tmp_path_factory.mktemp("server") / "log"
    with served(log, "--server.disconnectedSessionTTL", "1", TMPDIR=str(files)) as running:
        yield running
    assert "Traceback" not in log.read_text()


@pytest.fixture
def page(browser, own_server) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=own_server.address
    )
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


class Lid:
    """A laptop's: while it is closed, nothing comes through."""

    def __init__(self, page: Page):
        self._open, self._through = True, []
        page.route_web_socket(re.compile("_stcore/stream"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._open:
            self._through += [socket, socket.connect_to_server()]
        else:
            socket.close()

    def close(self) -> None:
        self._open = False
        for socket in self._through:
            socket.close()
        self._through.clear()

    def open(self) -> None:
        self._open = True


@contextmanager
def away(page: Page) -> Iterator[None]:
    """What happens meanwhile parts the page from its server; then it is connected again."""
    page.evaluate(
        """window.returns = 0;
        const app = document.querySelector("[data-test-connection-state]");
        const connected = () => app.dataset.testConnectionState === "CONNECTED";
        new MutationObserver(() => { window.returns += connected(); })
          .observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });"""
    )
    yield
    page.wait_for_function("window.returns > 0", timeout=STARTS)
    page.wait_for_timeout(500)  # within which the browser says what its tab is
    resting = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    expect(page.locator(resting)).to_be_visible(timeout=STARTS)


def sleep(page: Page, lid: Lid) -> None:
    lid.close()
    page.wait_for_timeout(8000)  # the server forgets after a second, and looks every few
    lid.open()


def with_files(page: Page) -> str:
    """The Attention page with two photographs and a checkpoint; what it shows of one of them."""
    page.goto("/attention")
    expect(page.locator(".heat")).to_be_visible(timeout=STARTS)
    give(page, photograph("a.png", "red"), photograph("b.png", "blue"))
    give(page, checkpoint("mine.pth"), to="stSidebar")
    expect(page.get_by_text("class 0 at layer3")).to_be_visible()
    return page.locator(".photo").get_attribute("src")


def still(page: Page, shown: str) -> None:
    expect(page.locator(".photo")).to_have_attribute("src", shown)
    expect(page.get_by_text("class 0 at layer3")).to_be_visible()
    expect(given(page)).to_have_count(2)
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page).to_have_url(re.compile("checkpoint=mine.pth~.*photo=a.png~"))


def works_on(page: Page) -> None:
    give(page, photograph("c.png", "green"))
    expect(given(page)).to_have_count(3)
    expect(page).to_have_url(re.compile("photo=c.png~"))


def test_a_sleeping_laptop_finds_its_files_again(page):
    lid = Lid(page)
    shown = with_files(page)
    page.evaluate(WATCH)
    with away(page):
        sleep(page, lid)
    still(page, shown)
    assert page.evaluate("window.pictures") == [shown]
    works_on(page)


def test_a_restarted_server_finds_them_too(page, own_server):
    shown = with_files(page)
    page.evaluate(WATCH)
    with away(page):
        own_server.restart()
    still(page, shown)
    assert page.evaluate("window.pictures") == [shown]
    works_on(page)


def test_files_that_are_gone_are_said_to_be_gone_and_the_page_works_on(page, own_server, files):
    shown = with_files(page)
    for path in files.glob("*/files/*"):
        path.unlink()
    with away(page):
        own_server.restart()
    expect(page.get_by_text(re.compile("This page needs a.png"))).to_be_visible()
    expect(page.get_by_text(re.compile("This page needs mine.pth"))).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    for field, file in {
        "photo": photograph("a.png", "red"),
        "checkpoint": checkpoint("mine.pth"),
    }.items():
        waiting = page.locator(f".st-key-waits_attention_{field}")
        uploader = waiting.get_by_role("region", name=file["name"], exact=True)
        uploader.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([file])
        expect(waiting).to_have_count(0)
        settle(page)
    expect(page.locator(".photo")).to_have_attribute("src", shown)


@pytest.mark.parametrize("end", ["sleep", "restart"])
def test_the_first_change_afterwards_counts(page, own_server, end):
    lid = Lid(page)
    page.goto("/?net=cifar_resnet20")
    depth = page.get_by_role("spinbutton", name="Depth")
    expect(depth).to_have_value("20", timeout=STARTS)
    settle(page)
    with away(page):
        sleep(page, lid) if end == "sleep" else own_server.restart()
    depth.fill("32")
    depth.press("Enter")
    expect(page).to_have_url(re.compile("net=cifar_resnet32"))
    expect(depth).to_have_value("32")

"""The app in a real browser: one server, one Chromium, a fresh page for each test."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import ROOT, lacking

expect.set_options(timeout=60_000)  # a shared machine may be slow; a wrong page stays wrong
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    return found or lacking("Chromium is not installed (on Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """The app as a stranger starts it, from another folder; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "explorer" / "app.py")]
    options = ["--server.headless", "true", "--server.port", str(port)]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as out:
        process = subprocess.Popen([*command, *options], cwd=log.parent, stdout=out, stderr=out)
    try:
        _wait(f"http://localhost:{port}/_stcore/health", process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait(address: str, process: subprocess.Popen) -> None:
    for _ in range(120):
        assert process.poll() is None, "the server ended"
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not answer within a minute")


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=QUIET)


@pytest.fixture
def page(browser, server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=server)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.outside = []  # every request that leaves this machine
    page.on("request", lambda r: page.outside.append(r.url) if _leaves(r.url, server) else None)
    yield page
    context.close()


def _leaves(url: str, server: str) -> bool:
    return not url.startswith((server, server.replace("http", "ws"), "data:", "blob:"))

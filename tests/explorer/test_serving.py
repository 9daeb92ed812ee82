"""A server for others: what it asks of the outside, what it shows, and a proxy before it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from websockets.exceptions import InvalidStatus

from explorer.state.limits import PREFIX
from tests.conftest import ROOT
from tests.explorer.pages import png
from tests.proxy import rewriting_host
from tests.visitors import Server, awaited, served, visiting

STRANGE = "http://school.example"

# Written into the server's process: every call that could reach another machine is noted.
OBSERVER = """
import os, sys

def observe(event, given):
    if event in ("socket.connect", "socket.sendto"):
        to = given[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        to = given
    else:
        return
    host = str(to[0]) if isinstance(to, tuple) else str(to)
    here = host[:1] in "/\\0"  # a socket of this machine
    if not here and host not in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "None"):
        line = f"{event} {to}\\n".encode()
        os.write(log, line)

log = os.open(os.environ["OBSERVED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
sys.addaudithook(observe)
"""


@pytest.fixture
def observed(tmp_path, monkeypatch):
    """What a process that is started from now on asks of other machines."""
    (tmp_path / "observer").mkdir()
    (tmp_path / "observer" / "sitecustomize.py").write_text(OBSERVER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "observer"))
    monkeypatch.setenv("OBSERVED", str(tmp_path / "observed"))
    return tmp_path / "observed"


def status(server: Server, origin: str) -> int:
    """Of a visitor's connection whose page is of an origin."""

    async def connecting() -> int:
        try:
            async with visiting(server, origin):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    return awaited(connecting)


def test_the_observer_sees_what_leaves(observed):
    asking = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", asking], check=True)
    assert observed.read_text() == "socket.connect ('192.0.2.1', 9)\n"


def test_nobody_outside_is_asked_at_start_or_for_any_visitor(observed, tmp_path):
    async def visit():
        async with visiting(server) as visitor:
            for page in ("", "compare", "attention", "audit", "lessons", "glossary"):
                await visitor.open(page)
                assert len(visitor.elements) > 7, (
                    page
                )  # the least is the audit, which has no folder

    with served(tmp_path / "log", "--server.address", "0.0.0.0") as server:
        awaited(visit)
        with rewriting_host(server.port) as port:  # Streamlit looks for its own address first
            assert status(replace(server, port=port), STRANGE) == 403
    assert observed.read_text() == ""
    assert "http://localhost" in (tmp_path / "log").read_text()


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """For a school, of at most 2 MB."""
    given = {f"{PREFIX}CHECKPOINT_BYTES": "2MB", f"{PREFIX}PHOTOGRAPH_BYTES": "1MB"}
    options = ("--browser.serverAddress", "school.example")
    with served(tmp_path_factory.mktemp("server") / "log", *options, **given) as running:
        yield running


def test_streamlits_own_addresses_are_open_where_pages_use_them_and_no_others(server):
    def answer(path: str) -> int:
        try:
            with urlopen(f"{server.address}{path}", timeout=20) as answer:
                return answer.status
        except HTTPError as error:
            return error.code

    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/attention"):
        assert answer(path) == 200, path
    for name in ("metrics", "metrics/", "metrics?families=session", "agent/openapi.json", "new"):
        assert answer(f"/_stcore/{name}") == 404, name


def test_a_proxy_that_names_another_host_is_let_in_where_its_name_is_given(server, tmp_path):
    with rewriting_host(server.port) as port:
        through = replace(server, port=port)
        assert status(through, STRANGE) == 101
        assert status(through, "http://stranger.example") == 403

        async def visit():
            async with visiting(through, STRANGE) as visitor:
                await visitor.open("attention")
                await visitor.upload("Photographs", {"mine.png": png()})
                return [str(element) for element in visitor.elements]

        assert any("never a photograph" in element for element in awaited(visit))  # as of a sample


def test_an_upload_past_the_operators_limit_is_refused_by_whatever_way_it_comes(server):
    async def visit():
        async with visiting(server) as visitor:
            await visitor.open("attention")
            await visitor.upload("Photographs", {"large.png": bytes((2 << 20) + 1)})

    with pytest.raises(URLError) as refused:
        awaited(visit)
    hung_up = isinstance(refused.value.reason, (BrokenPipeError, ConnectionResetError))
    assert hung_up or refused.value.code == 413  # before all was sent, or after


def test_a_wrong_limit_ends_a_server_in_one_sentence():
    command = [sys.executable, "-m", "streamlit", "run", "explorer/app.py"]
    done = subprocess.run(
        [*command, "--server.headless", "true", "--server.port", "0"],
        cwd=ROOT, env=os.environ | {f"{PREFIX}CLASS": "thirty"}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == f"{PREFIX}CLASS is “thirty”; it takes on or off.\n"


def test_what_is_no_session_ends_the_command_before_it_serves(tmp_path):
    file = tmp_path / "evidence.zip"
    with ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", "{}")
    done = subprocess.run(
        [sys.executable, "-m", "explorer", "--open", file],
        cwd=ROOT, timeout=60, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "no session.json" in done.stderr

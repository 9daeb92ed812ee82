"""Downloads: every one ends, whole and verified or with one clear error and nothing left behind."""

import hashlib
import inspect
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from resnet.fetch.download import SPARE, DownloadError, Received, _Chunk, _steady, download
from tests.conftest import ROOT

BODY = bytes(range(256)) * 2000  # 512 kB
DIGEST = hashlib.sha256(BODY).hexdigest()
PATIENCE = 0.5


class Pages(BaseHTTPRequestHandler):
    """/whole, /cut, /drip, /stall, /unsized, /steady and nothing else."""

    def do_GET(self):
        self.server.asked.append(self.path)
        page = getattr(self, self.path.strip("/"), None)
        if page is None:
            self.send_error(404)
        else:
            page()

    def begin(self, sized=True):
        self.send_response(200)
        if sized:
            self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()

    def whole(self):
        self.begin()
        self.wfile.write(BODY)

    def unsized(self):
        self.begin(sized=False)
        self.wfile.write(BODY)

    def cut(self):
        self.begin()
        self.wfile.write(BODY[: len(BODY) // 2])

    def drip(self):
        self.begin()
        for byte in BODY:
            if self.server.over.wait(0.05):
                return
            self.wfile.write(bytes([byte]))

    def stall(self):
        self.begin()
        self.wfile.write(BODY[:100_000])
        self.server.over.wait(10)

    def steady(self):
        self.begin()
        for start in range(0, len(BODY), 50_000):
            self.wfile.write(BODY[start : start + 50_000])
            time.sleep(0.05)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """Ends its slow pages when the test is over, and is silent about readers who left."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.over = Event()
        self.asked: list[str] = []

    def handle_error(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


@pytest.fixture
def site(server):
    server.asked.clear()
    return f"http://127.0.0.1:{server.server_port}"


@contextmanager
def mute_port(backlog=1):
    """A port that accepts a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as listening:
        yield listening.getsockname()[1]


def fetched(url, path, prefix=DIGEST[:8]):
    return list(download(url, path, prefix, patience=PATIENCE))


def failure(url, path, prefix=DIGEST[:8]):
    """The message of a download that fails, in time and without leaving a file."""
    start = time.monotonic()
    with pytest.raises(DownloadError) as caught:
        fetched(url, path, prefix)
    message = str(caught.value)
    assert time.monotonic() - start < 4 * PATIENCE
    assert list(path.parent.iterdir()) == []
    assert "\n" not in message
    assert str(path.parent) not in message
    assert f"copy net.pth into the folder {path.parent}." in caught.value.__notes__[0]
    assert caught.value.path == path
    assert "bundled" in message
    return message


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.pth"


def test_a_right_file_arrives_whole(site, path):
    received = fetched(f"{site}/whole", path)
    assert path.read_bytes() == BODY
    assert received[0] == Received(0, len(BODY))
    assert received[-1] == Received(len(BODY), len(BODY))
    assert [r.done for r in received] == sorted({r.done for r in received})
    assert list(path.parent.iterdir()) == [path]


def test_folders_are_made(site, tmp_path):
    path = tmp_path / "hub" / "checkpoints" / "net.pth"
    fetched(f"{site}/whole", path)
    assert path.read_bytes() == BODY


def test_the_last_value_comes_when_the_file_is_in_place(site, path):
    for received in download(f"{site}/whole", path, DIGEST):
        assert path.exists() == (received.done == received.total)


def test_a_file_of_unsaid_length_arrives(site, path):
    assert fetched(f"{site}/unsized", path)[0].total is None
    assert path.read_bytes() == BODY


def test_another_content_is_refused(site, path):
    assert "SHA-256" in failure(f"{site}/whole", path, "00000000")


def test_a_file_that_was_there_outlives_a_failure(site, path):
    path.write_text("old")
    with pytest.raises(DownloadError):
        fetched(f"{site}/cut", path)
    assert [p.read_text() for p in path.parent.iterdir()] == ["old"]


def test_a_connection_that_closes_early(site, path):
    assert "closed early" in failure(f"{site}/cut", path)


def test_a_drip(site, path):
    assert "Too slow" in failure(f"{site}/drip", path)


def test_a_stall_in_the_middle(site, path):
    assert "Nothing arrived" in failure(f"{site}/stall", path)


def test_a_server_that_never_answers(path):
    with mute_port() as port:
        assert "Nothing arrived" in failure(f"http://127.0.0.1:{port}/", path)


def test_a_handshake_that_never_ends(path):
    with mute_port() as port:
        assert "Nothing arrived" in failure(f"https://127.0.0.1:{port}/", path)


def test_a_name_service_that_never_answers(path, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3 * PATIENCE) or [])
    assert "Nothing arrived" in failure("http://weights.example/net.pth", path)


def test_a_refused_port(path):
    with mute_port() as port:
        pass
    assert "refused" in failure(f"http://127.0.0.1:{port}/", path)


def test_a_page_that_is_not_there(site, path):
    assert "404" in failure(f"{site}/nowhere", path)


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "net.pth", "http://[x"]
)
def test_only_web_addresses(url, path):
    failure(url, path)


def test_a_folder_that_cannot_be_written(site, tmp_path):
    (tmp_path / "hub").write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="bundled"):
        fetched(f"{site}/whole", tmp_path / "hub" / "net.pth")


def test_closing_the_generator_leaves_nothing(site, path):
    progress = download(f"{site}/whole", path, DIGEST)
    next(progress)
    assert {p.suffix for p in path.parent.iterdir()} == {".part", ".lock"}
    progress.close()
    assert list(path.parent.iterdir()) == []


def test_a_slow_reader_is_not_a_slow_server(site, path):
    for _ in download(f"{site}/whole", path, DIGEST, patience=0.2):
        time.sleep(0.06)
    assert path.read_bytes() == BODY


def test_the_default_patience_is_short():
    assert inspect.signature(download).parameters["patience"].default == 15


def arriving(*chunks: tuple[int, float]) -> int:
    """How many chunks of these bytes, at these seconds, come through in a patience of one."""
    given = (_Chunk(bytes(size), waited, None) for size, waited in chunks)
    return sum(1 for _ in _steady(given, 1.0))


def test_16_kb_in_each_patience_are_enough_and_a_byte_less_is_not():
    assert arriving((0, 0.0), (8_000, 0.6), (8_000, 1.2), (8_000, 1.8)) == 4
    with pytest.raises(DownloadError, match="under 16 kB came in 1 seconds"):
        arriving((0, 0.0), (8_000, 0.6), (7_999, 1.2))


def test_what_came_just_a_patience_ago_counts_and_before_does_not():
    assert arriving((16_000, 0.5), (0, 1.5)) == 2
    with pytest.raises(DownloadError):
        arriving((16_000, 0.4), (0, 1.5))


def test_the_first_patience_is_waited_for():
    assert arriving((0, 0.0), (1, 1.0)) == 2
    with pytest.raises(DownloadError):
        arriving((0, 0.0), (1, 1.1))


# ---- two who fetch the same


def test_two_who_ask_at_once_share_one_download(server, site, path):
    def last(_):
        return [got.done for got in download(f"{site}/steady", path, DIGEST, patience=5)]

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(last, range(2))
    assert server.asked == ["/steady"]
    assert one[-1] == two[-1] == len(BODY)
    assert len(set(one)) > 3
    assert len(set(two)) > 3  # both are told how far it is
    assert path.read_bytes() == BODY
    assert list(path.parent.iterdir()) == [path]


def test_where_the_first_fails_the_second_fetches(server, site, path):
    first = download(f"{site}/whole", path, "0000", patience=5)
    next(first)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(lambda: list(download(f"{site}/whole", path, DIGEST, patience=5)))
        time.sleep(0.3)
        with pytest.raises(DownloadError):
            list(first)
        assert second.result(10)[-1].done == len(BODY)
    assert server.asked == ["/whole", "/whole"]


def test_who_waits_for_somebody_that_stands_still_gives_up(site, path):
    first = download(f"{site}/whole", path, DIGEST, patience=5)
    next(first)
    with pytest.raises(DownloadError, match="Somebody else is fetching this file, and nothing of"):
        list(download(f"{site}/whole", path, DIGEST, patience=0.2))
    assert list(first)[-1].done == len(BODY)


# ---- killed

FETCHING = """
import sys
from pathlib import Path
from resnet.fetch.download import download

for got in download(sys.argv[1], Path(sys.argv[2]), "00", patience=60):
    print(got.done, flush=True)
"""


@contextmanager
def fetching(url: str, path: Path):
    """A process that fetches and stands still in the middle."""
    command = [sys.executable, "-c", FETCHING, url, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            while int(process.stdout.readline()) < 100_000:
                pass
            yield process
        finally:
            process.kill()


def test_what_the_killed_left_goes_with_the_next_download_and_what_the_living_write_stays(
    site, path
):
    dead, alive = path.with_name("dead.pth"), path.with_name("alive.pth")
    foreign = path.with_name("of_another_program.part")
    foreign.write_text("")
    with fetching(f"{site}/stall", dead) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert dead.with_name("dead.pth.part").stat().st_size >= 100_000
    with fetching(f"{site}/stall", alive):
        fetched(f"{site}/whole", path)
        there = {p.name for p in path.parent.iterdir()}
    assert there == {"net.pth", "alive.pth.part", "alive.pth.lock", foreign.name}


def test_a_download_that_was_killed_can_be_repeated(site, path):
    with fetching(f"{site}/stall", path) as process:
        process.kill()
        process.wait(10)
    fetched(f"{site}/whole", path)
    assert list(path.parent.iterdir()) == [path]


# ---- the disk


@pytest.mark.parametrize("page", ["whole", "unsized"])
def test_a_disk_that_would_be_filled_is_left_alone(page, site, path, monkeypatch):
    free = SPARE + len(BODY) - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    if page == "unsized":  # it fills while the file comes
        frees = iter([SPARE + 100_000] * 3 + [SPARE] * 9)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=next(frees)))
    said = failure(f"{site}/{page}", path)
    assert "The disk is too full: " in said
    assert "500 MB stay free" in said


def test_a_disk_that_is_full(site, path, monkeypatch):
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *mode: opened(
        Path("/dev/full") if self.suffix == ".part" else self, "wb" if mode == ("xb",) else mode[0]
    ))  # fmt: skip
    assert "No space left on device" in failure(f"{site}/whole", path)


@contextmanager
def as_nobody():
    """Without the rights of an administrator, who may write everywhere."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_cache_that_is_read_only(site):
    with TemporaryDirectory() as folder:  # where nobody may look
        os.chmod(folder, 0o555)
        with as_nobody():
            assert "Permission denied" in failure(f"{site}/whole", Path(folder) / "net.pth")


HOMELESS = """
import sys
from dataclasses import replace
from resnet.fetch.download import DownloadError
from resnet.weights.catalogue import catalogue
from resnet.weights.loading import fetch

entry = catalogue()["resnet18.IMAGENET1K_V1"]
assert not entry.cached
try:
    list(fetch(replace(entry, url=sys.argv[1])))
except DownloadError as error:
    print(error)
"""


@pytest.mark.parametrize("home", ["/dev/null", "/" + 300 * "x"])
def test_no_home_to_keep_it_in(home, site):
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS, f"{site}/whole"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "HOME": home}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The download failed (")
    assert done.stdout.count("\n") == 1

"""The app in a process of its own, with a session that it opens, until it is closed."""

from __future__ import annotations

import atexit
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import escape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from resnet import extras
from resnet.modules.borrowed import ExploreError
from resnet.text.file_names import shown_words
from resnet.text.language import tr

_PACKAGES = str(Path(__file__).parents[2])  # where `explorer` lies beside `resnet`
_PATIENCE = 120.0  # seconds in which the app has to start
_GRACE = 10.0  # seconds in which it may end by itself


@dataclass(frozen=True)
class OpenedApp:
    """The app at an address of this machine, which nobody else is told.

    It ends with `close`, at the end of a `with`, or with this interpreter, however that ends.
    """

    address: str
    title: str
    _held: ExitStack = field(repr=False, compare=False)

    def close(self) -> None:
        """End its process, and remove what it kept. A second time does nothing."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        """A link, for a notebook."""
        words = tr("{title} in the app", title=self.title)
        return f'<a href="{escape(self.address)}" target="_blank">{escape(words)}</a>'


def open_app(session: bytes, title: str) -> OpenedApp:
    """Start the app, which opens a session for whoever comes.

    What it keeps lies in a folder of its own. Raises `MissingExtra` where it is not installed, and
    `ExploreError` where it does not start.
    """
    extras.demand_app()
    held = ExitStack()
    try:
        folder = Path(held.enter_context(TemporaryDirectory(prefix="resnet-")))
        file = folder / "session.zip"
        file.write_bytes(session)
        port, secret = _free_port(), secrets.token_hex(16)  # for others of this machine to guess
        process = _started(folder, file, port, secret)
        held.callback(_end, process)
        _wait(process, port, secret, folder)
    except BaseException:
        held.close()
        raise
    atexit.register(held.close)
    held.callback(atexit.unregister, held.close)
    return OpenedApp(f"http://localhost:{port}/{secret}/", title, held)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _started(folder: Path, file: Path, port: int, secret: str) -> subprocess.Popen[bytes]:
    """`resnet-explorer` at a port, below a secret path; its uploads and log lie in a folder.

    A call can be read by everybody on the machine, an environment by its owner alone. What
    interrupts a notebook does not reach it.
    """
    options = {
        "PYTHONPATH": os.pathsep.join(filter(None, (_PACKAGES, os.environ.get("PYTHONPATH")))),
        "TMPDIR": str(folder),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_BASE_URL_PATH": secret,
    }
    with _log(folder).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "explorer", "--open", file, "--while-stdin"],
            cwd=folder,
            env=os.environ | options,
            stdin=subprocess.PIPE,  # which ends with this process
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _log(folder: Path) -> Path:
    return folder / "log"


def _wait(process: subprocess.Popen[bytes], port: int, path: str, folder: Path) -> None:
    """Return as soon as the app is well. Raises `ExploreError`."""
    late = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < late:
        if _well(port, path):
            return
        time.sleep(0.1)
    said = _log(folder).read_text("utf-8", "replace").strip().rpartition("\n")[2]
    raise ExploreError(tr("The app did not start: {said}", said=shown_words(said)))


def _well(port: int, path: str) -> bool:
    connection = HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", f"/{path}/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()

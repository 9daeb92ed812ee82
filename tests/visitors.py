"""Visitors over real sockets: a server of the app, and what a browser would say to it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.request import Request, urlopen
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from explorer.resources.server.housekeeping import resident
from tests.conftest import ROOT

Found = TypeVar("Found")


def awaited(make: Callable[[], Coroutine[Any, Any, Found]], seconds: float = 200) -> Found:
    """What it finds, in a thread of its own: a browser's tests leave a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asyncio.wait_for(make(), seconds))).result()


class Addressed(Protocol):
    """A server of the app, whoever started it."""

    @property
    def address(self) -> str: ...


@dataclass
class Server:
    """A server of the app in a process of its own."""

    port: int
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def resident(self) -> int:
        """Bytes of memory in which it and its workers reside; what they share counts once."""
        return resident(self.process.pid)

    def wait(self) -> None:
        """Return as soon as the server is well."""
        for _ in range(240):
            assert self.process.poll() is None, "the server ended"
            try:
                with urlopen(f"{self.address}/_stcore/health", timeout=2) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.25)
        raise AssertionError("the server did not answer within a minute")

    def restart(self) -> None:
        """Kill it, and start it again at the same port."""
        self.process.kill()
        self.process.wait(20)
        self.process = self.start()
        self.wait()


@contextmanager
def served(
    log: Path, *options: str, script: Path = ROOT / "explorer" / "app.py", **environment: str
) -> Iterator[Server]:
    """The app as a stranger starts it, from another folder; what it prints goes to `log`."""
    command = [sys.executable, "-m", "streamlit", "run", script, *options]
    with started(log, command, os.environ | environment) as server:
        yield server


@contextmanager
def started(
    log: Path, command: Sequence[str | Path], environment: Mapping[str, str]
) -> Iterator[Server]:
    """What a command of Streamlit's serves, once it is well, at a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = ["--server.headless", "true", "--server.port", str(port)]

    def start() -> subprocess.Popen[bytes]:
        with log.open("a") as out:
            return subprocess.Popen(
                [*command, *given], cwd=log.parent, env=dict(environment), stdout=out, stderr=out
            )

    server = Server(port, start, start())
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        server.process.wait(20)


# How a browser writes the value of each kind of widget.
_VALUES: dict[str, str] = {
    "button": "trigger_value",
    "button_group": "string_array_value",
    "checkbox": "bool_value",
    "multiselect": "string_array_value",
    "number_input": "double_value",
    "select_slider": "string_array_value",
    "selectbox": "string_value",
    "slider": "double_array_value",
    "text_input": "string_value",
}
_ENDED = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR


@dataclass
class Visitor:
    """One browser's session. `elements` are those that its last run drew, in their order."""

    server: Addressed
    connection: ClientConnection
    session: str = ""
    elements: list[Element] = field(default_factory=list)
    came: list[float] = field(default_factory=list)  # when each did, by `time.perf_counter`
    _page: str = ""  # the hash of its script
    _query: str = ""
    _widgets: dict[str, WidgetState] = field(default_factory=dict)
    _known: dict[str, ForwardMsg] = field(default_factory=dict)  # what is sent once, by hash

    async def open(self, page: str = "", **query: str) -> None:
        """Ask for a page, and wait until it is drawn."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = "&".join(f"{k}={v}" for k, v in query.items())
        await self.run(message)

    async def choose(self, kind: str, label: str, value: Any) -> None:
        """Give a widget a value, as its proto has it, and wait until the page is drawn."""
        state = WidgetState(id=self.widget(kind, label).id)
        name = _VALUES[kind]
        if name.endswith("array_value"):
            getattr(state, name).data[:] = value
        else:
            setattr(state, name, value)
        await self._rerun(state)

    async def click(self, label: str) -> None:
        """Press a button, and wait until the page is drawn."""
        await self.choose("button", label, True)

    async def upload(self, label: str, files: Mapping[str, bytes]) -> None:
        """Give an uploader files, by name, beside those it has; wait until the page is drawn."""
        uploader = self.widget("file_uploader", label).id
        state = self._widgets.setdefault(uploader, WidgetState(id=uploader))
        for name, data in files.items():
            info = state.file_uploader_state_value.uploaded_file_info.add(
                file_id=str(uuid4()), name=name, size=len(data)
            )
            path = f"/_stcore/upload_file/{self.session}/{info.file_id}"
            info.file_urls.upload_url = info.file_urls.delete_url = path
            await asyncio.to_thread(_put, self.server.address, path, name, data)
        await self._rerun(state)

    def widget(self, kind: str, label: str) -> Any:
        """The widget of a kind and label that the last run drew."""
        widgets = [getattr(element, kind) for element in self.drawn(kind)]
        found = next((widget for widget in widgets if widget.label == label), None)
        assert found is not None, (kind, label, [widget.label for widget in widgets])
        return found

    def pressing(self, label: str) -> BackMsg:
        """What a browser says when a button is pressed."""
        return self._message(WidgetState(id=self.widget("button", label).id, trigger_value=True))

    async def _rerun(self, state: WidgetState) -> None:
        await self.run(self._message(state))

    def _message(self, state: WidgetState) -> BackMsg:
        self._widgets[state.id] = state
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.query_string = self._query
        message.rerun_script.widget_states.widgets.extend(self._widgets.values())
        if state.WhichOneof("value") == "trigger_value":
            del self._widgets[state.id]
        return message

    async def run(self, message: BackMsg) -> None:
        """Let the script run, and keep what it draws until it has ended."""
        await self.connection.send(message.SerializeToString())
        while True:
            told = await self.told()
            if told.WhichOneof("type") == "script_finished" and told.script_finished in _ENDED:
                there = {_id(element) for element in self.elements}
                self._widgets = {id_: self._widgets[id_] for id_ in self._widgets if id_ in there}
                return

    async def told(self) -> ForwardMsg:
        """The next message of the server, once what it says of the page is kept."""
        message = ForwardMsg.FromString(await self.connection.recv(decode=False))
        if message.WhichOneof("type") == "ref_hash":
            message = self._known[message.ref_hash]
        elif message.metadata.cacheable:
            self._known[message.hash] = message
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            self.elements, self.came = [], []
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.elements.append(message.delta.new_element)
            self.came.append(time.perf_counter())
        return message

    def drawn(self, kind: str) -> list[Element]:
        """The elements of one kind, by its name in Streamlit's protocol."""
        return [element for element in self.elements if element.WhichOneof("type") == kind]


def _id(element: Element) -> str:
    """What tells a widget from every other; nothing for other elements."""
    kind = element.WhichOneof("type")
    return getattr(getattr(element, kind), "id", "") if kind else ""


def _put(server: str, path: str, name: str, data: bytes) -> None:
    """Upload a file as a browser does: the one part of a form. Raises `HTTPError`."""
    with urlopen(f"{server}/_stcore/health", timeout=60) as answer:
        token = SimpleCookie(answer.headers["Set-Cookie"])["_streamlit_xsrf"].value
    edge = uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
    body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    put = Request(server + path, body + f"\r\n--{edge}--\r\n".encode(), headers, method="PUT")
    with urlopen(put, timeout=60):
        pass


@asynccontextmanager
async def visiting(server: Addressed, origin: str | None = None) -> AsyncIterator[Visitor]:
    """A visitor of the server, whose page is of an origin; they leave at the end."""
    address = f"{server.address.rstrip('/').replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        address, origin=origin, subprotocols=["streamlit"], max_size=None
    ) as connection:
        yield Visitor(server, connection)

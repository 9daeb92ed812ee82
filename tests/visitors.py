"""Visitors over real sockets: a server of the app, and what a browser would say to it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.conftest import ROOT


@dataclass
class Server:
    """A server of the app in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

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


@contextmanager
def served(log: Path, *options: str) -> Iterator[Server]:
    """The app as a stranger starts it, from another folder; what it prints goes to `log`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "explorer" / "app.py")]
    given = ["--server.headless", "true", "--server.port", str(port), *options]
    with log.open("w") as out:
        process = subprocess.Popen([*command, *given], cwd=log.parent, stdout=out, stderr=out)
    try:
        server = Server(port, process)
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class Visitor:
    """One browser's session. `elements` are those that its last run drew, in their order."""

    connection: ClientConnection
    session: str = ""
    elements: list[Element] = field(default_factory=list)

    async def open(self, page: str = "", **query: str) -> None:
        """Ask for a page, and wait until it is drawn."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = "&".join(f"{k}={v}" for k, v in query.items())
        await self.run(message)

    async def run(self, message: BackMsg) -> None:
        """Let the script run, and keep what it draws until it has ended."""
        self.elements = []
        await self.connection.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(await self.connection.recv(decode=False))
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.session = told.new_session.initialize.session_id
            elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
                self.elements.append(told.delta.new_element)
            elif kind == "script_finished":
                return

    def drawn(self, kind: str) -> list[Element]:
        """The elements of one kind, by its name in Streamlit's protocol."""
        return [element for element in self.elements if element.WhichOneof("type") == kind]


@asynccontextmanager
async def visiting(server: Server) -> AsyncIterator[Visitor]:
    """A visitor of the server, who leaves at the end."""
    address = f"ws://localhost:{server.port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as connection:
        yield Visitor(connection)

"""A reverse proxy before the app, which names another host to it than was asked for."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

_HOST = re.compile(rb"(?im)^host:[^\r]*")


@contextmanager
def rewriting_host(port: int) -> Iterator[int]:
    """The port of a proxy that hands all on to `port`, and says `Host: 127.0.0.1` to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_accept, args=(listening, port), daemon=True).start()
        yield listening.getsockname()[1]


def _accept(listening: socket.socket, port: int) -> None:
    with suppress(OSError):  # closed
        while True:
            visitor, _ = listening.accept()
            app = socket.create_connection(("127.0.0.1", port))
            Thread(target=_requests, args=(visitor, app), daemon=True).start()
            Thread(target=_pipe, args=(app, visitor), daemon=True).start()


def _requests(visitor: socket.socket, app: socket.socket) -> None:
    """The head of the first request with another host, and what follows as it comes."""
    head = b""
    with suppress(OSError):
        while b"\r\n\r\n" not in head and (data := visitor.recv(1 << 16)):
            head += data
        app.sendall(_HOST.sub(b"Host: 127.0.0.1", head, count=1))
    _pipe(visitor, app)


def _pipe(source: socket.socket, to: socket.socket) -> None:
    """Until one end hangs up; then the other is told, which a `close` beside a `recv` would not."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            to.sendall(data)
    for end in (source, to):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)

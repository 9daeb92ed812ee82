"""A server that plays the Hugging Face hub, on this machine."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does for `files`, by repository and name."""

    files: dict[str, dict[str, bytes]]
    asked: list[str]
    tokens: list[str | None]
    half_way: Event | None

    def do_HEAD(self):
        self._answer(send=False)

    def do_GET(self):
        self._answer(send=True)

    def log_message(self, *_):
        pass

    def _answer(self, send: bool) -> None:
        self.asked.append(self.path)
        self.tokens.append(self.headers.get("Authorization"))
        repository, _, rest = self.path.strip("/").partition("/resolve/")
        data = self.files.get(repository, {}).get(rest.partition("/")[2])
        if data is None:
            missing = "Entry" if repository in self.files else "Repo"
            self.send_response(404)
            self.send_header("X-Error-Code", f"{missing}NotFound")
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if send:
            self.wfile.write(data[: len(data) // 2])
            if self.half_way is not None:
                self.half_way.wait(60)
            self.wfile.write(data[len(data) // 2 :])


@contextmanager
def playing(
    files: dict[str, dict[str, bytes]],
    tokens: list[str | None] | None = None,
    half_way: Event | None = None,
) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the list of what it is asked for; `tokens` takes with what token.

    Half of each file is sent, and the rest when `half_way` is set, where it is given.
    """
    asked: list[str] = []
    handler = type(
        "Playing",
        (Hub,),
        {
            "files": files,
            "asked": asked,
            "tokens": [] if tokens is None else tokens,
            "half_way": half_way,
        },
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()

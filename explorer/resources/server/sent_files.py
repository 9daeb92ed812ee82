"""Large files that are sent from the disk: Streamlit would hold each in memory, several times.

A file is asked for by a secret, which the page of whoever made it alone has, and goes when their
session lets it go.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakValueDictionary

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

_WHERE = "sent"


@dataclass(frozen=True, eq=False)
class SentFile:
    """A file that somebody may have, as long as this is held; `path` is where to write it."""

    name: str
    media: str
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)

    def __post_init__(self) -> None:
        _files[self.secret] = self

    @property
    def path(self) -> Path:
        """In a folder of its own."""
        return Path(self.folder.name) / "file"

    @property
    def address(self) -> str:
        """Where a browser asks for it."""
        return f"{_base()}/{_WHERE}/{self.secret}"


_files: WeakValueDictionary[str, SentFile] = WeakValueDictionary()


def route() -> Route:
    """What the server answers with such a file."""
    return Route(f"{_base()}/{_WHERE}/{{secret}}", _send)


async def _send(request: Request) -> Response:
    found = _files.get(request.path_params["secret"])
    if found is None or not found.path.is_file():
        return PlainTextResponse("Not found", 404)
    return FileResponse(found.path, media_type=found.media, filename=found.name)


def _base() -> str:
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}" if base else ""

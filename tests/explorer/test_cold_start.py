"""A server that has just started: its first visitors come together."""

import asyncio
import time
from pathlib import Path
from threading import Event

from streamlit.proto.BackMsg_pb2 import BackMsg

from explorer.resources.server import early_import, spinner
from tests.visitors import Server, Visitor, awaited, served, visiting

VISITS = (
    ("attention", {}),
    ("attention", {"panel": "methods"}),
    ("attention", {"panel": "trust"}),
    ("attention", {"panel": "lesions"}),
    ("attention", {"panel": "models"}),
    ("attention", {"panel": "bundle"}),
    ("lessons", {"lesson": "addition", "hide": "prediction"}),
    ("lessons", {"lesson": "paths", "hide": "prediction"}),
    ("", {"panel": "takeaway"}),
    ("", {"values": "1", "open": "layer1.0"}),
)


async def visit(server: Server, page: str, choices: dict[str, str]) -> tuple[int, int]:
    """How many elements a visitor sees, and how many of them are exceptions."""
    async with visiting(server) as visitor:
        await visitor.open(page, **choices)
        return len(visitor.elements), len(visitor.drawn("exception"))


async def together(server: Server) -> list[tuple[int, int]]:
    return await asyncio.gather(*(visit(server, page, choices) for page, choices in VISITS))


def test_ten_first_visits_together_import_once_and_none_is_blank(tmp_path):
    log = tmp_path / "log"
    with served(log) as server:
        seen = awaited(lambda: together(server))
    assert "Traceback" not in log.read_text(), log.read_text()
    assert all(elements > 10 and not exceptions for elements, exceptions in seen), seen


def has_torch(server: Server) -> bool:
    return "libtorch_cpu" in Path(f"/proc/{server.process.pid}/maps").read_text()


async def dragged(visitor: Visitor, seconds: float) -> None:
    """One network after another, as a slider asks for them."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for net in ("resnet34", "resnet50"):
            await visitor.open("", net=net)


async def first_visit(server: Server) -> tuple[bool, bool, bool]:
    """Whether the server has PyTorch once a page came, after a drag, and when it was left alone."""
    async with visiting(server) as visitor:
        await visitor.open()
        at_first = has_torch(server)
        await dragged(visitor, 4)
        dragging = has_torch(server)
        for _ in range(1200):
            if has_torch(server):
                break
            await asyncio.sleep(0.1)
        return at_first, dragging, has_torch(server)


def test_pytorch_comes_after_the_first_page_and_never_while_a_slider_is_dragged(tmp_path):
    with served(tmp_path / "log") as server:
        assert awaited(lambda: first_visit(server)) == (False, False, True)


async def until_said(server: Server, words: str) -> tuple[bool, list[str]]:
    """Whether PyTorch came before the page did, and what is drawn when that says that it waits."""
    message = BackMsg()
    message.rerun_script.page_name = "attention"
    async with visiting(server) as visitor:
        await visitor.connection.send(message.SerializeToString())
        while not visitor.drawn("file_uploader"):
            await visitor.told()
        early = has_torch(server)
        while words not in str(await visitor.told()):
            pass
        return early, [element.WhichOneof("type") for element in visitor.elements]


def test_the_photograph_is_there_before_pytorch(tmp_path):
    with served(tmp_path / "log") as server:
        early, kinds = awaited(lambda: until_said(server, "Starting PyTorch"))
    assert not early
    assert {"imgs", "file_uploader", "button_group", "markdown"} <= {*kinds}


def test_an_import_waits_for_pages_and_not_for_whoever_waits_for_it(monkeypatch):
    drawing = [True] * 5 + [False] * 1000
    quiet = early_import._Quiet(lambda: drawing.pop(0))
    monkeypatch.setattr(spinner, "wanted", Event())
    quiet.wait(0.1)
    assert len(drawing) < 1000
    always = early_import._Quiet(lambda: True)
    began = time.monotonic()
    always.wait(0.1, most=0.2)
    assert 0.2 <= time.monotonic() - began < 5
    spinner.wanted.set()
    always.wait(3600)

"""A server that has just started: its first visitors come together."""

import asyncio

from tests.visitors import Server, awaited, served, visiting

VISITS = (
    ("attention", {}),
    ("attention", {"panel": "methods"}),
    ("attention", {"panel": "trust"}),
    ("attention", {"panel": "lesions"}),
    ("attention", {"panel": "models"}),
    ("attention", {"panel": "bundle"}),
    ("lessons", {"lesson": "addition"}),
    ("lessons", {"lesson": "paths"}),
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

"""A class chosen by one of several visitors who do other things too, by how many they are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.thirty import BARE_PAGE, together
from tests.benchmarks.timing import Found, Growth, Times
from tests.conftest import ROOT
from tests.visitors import served

MANY, SECONDS = (1, 4, 16), 40


def main() -> Found:
    points: dict[str, list[tuple[float, Times]]] = {}
    with (
        TemporaryDirectory() as folder,
        served(Path(folder) / "log") as server,
        served(Path(folder) / "bare", script=BARE_PAGE, PYTHONPATH=str(ROOT)) as bare,
    ):
        for many in MANY:
            seen, _ = asyncio.run(together(server, bare, many, SECONDS))
            for name, seconds in seen.seconds.items():
                if name.startswith("class"):
                    points.setdefault(name, []).append((many, Times(name, tuple(seconds))))
    ways = {name: tuple(of_way) for name, of_way in points.items()}
    yield Growth("Class changed, by visitors", "visitors", ways)

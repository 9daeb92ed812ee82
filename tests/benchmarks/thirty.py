"""`python -m tests.benchmarks.thirty`: thirty visitors at once, each answer verified, some timed.

Each guest has a photograph of 12 megapixels of their own and a tab of a bare Streamlit page with
the same widgets, on a server beside. They do one thing after another with a pause in between;
whenever a guest changes the class, the same is done on the bare page next, under the same load.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import click

from tests.benchmarks.timing import verdict
from tests.conftest import ROOT
from tests.crowd import CLASSES, Guest, crowd
from tests.visitors import Server, Visitor, served, visiting

MOST = 1.5  # times as long
COMPARED = (  # the bare page computes nothing
    ("map of the app", "words of the bare page"),
    ("all of the app, no panel open", "all of the bare page"),
)
PAUSE = 1.0, 5.0  # seconds between two things that a guest does
PATIENCE = 240  # seconds for one thing, with thirty in line
TRAINED = 10  # seconds that a training goes on before it is left
ROUNDS = 15
BARE_PAGE = Path(__file__).with_name("bare_attention.py")


@dataclass
class Seen:
    """What the guests saw: seconds of each kind of thing, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)


@dataclass
class Stay:
    """One guest's ten minutes, with their tab of the bare page."""

    guest: Guest
    bare: Visitor
    seen: Seen

    async def change_class(self) -> None:
        """Here, then the same on the bare page."""
        shown, whole = await self.guest.change_class()
        label = self.guest.random.choice(self.guest.labels)
        start = time.perf_counter()
        await self.bare.choose("selectbox", CLASSES, label)
        said = [element.markdown.body == f"#### class {label}" for element in self.bare.elements]
        self.seen.add("class, map of the app", shown)
        self.seen.add("class, words of the bare page", self.bare.came[said.index(True)] - start)
        panel = "a panel computes" if self.guest.panels else "no panel open"
        self.seen.add(f"class, all of the app, {panel}", whole)
        self.seen.add("class, all of the bare page", time.perf_counter() - start)

    async def train(self) -> None:
        """Start a training, leave it, and come back to the photograph."""
        await train_for(self.guest.visitor, TRAINED)
        await self.guest.visitor.open("attention")
        self.guest.verify()

    async def change_depth(self) -> None:
        """On Architecture, and come back to the photograph."""
        await self.guest.visitor.open()
        self.seen.add("depth", await self.guest.change_depth())
        await self.guest.visitor.open("attention")
        self.guest.verify()

    async def last(self, seconds: float) -> None:
        """Enter, and do one thing after another."""
        until = time.monotonic() + seconds
        await self._timed("enter", self.guest.enter)
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "class": self.change_class,
            "panel": self.guest.open_panel,
            "no panel": self.guest.close_panel,
            "check": self.guest.check,
            "lesson": self.guest.read_lesson,
            "training": self.train,
            "Architecture": self.change_depth,
        }
        while time.monotonic() < until:
            name = self.guest.random.choices([*ways], [8, 3, 2, 1, 2, 1, 2])[0]
            await self._timed(name, ways[name])
            await asyncio.sleep(self.guest.random.uniform(*PAUSE))

    async def _timed(self, name: str, do: Callable[[], Awaitable[None]]) -> None:
        start = time.perf_counter()
        try:
            await asyncio.wait_for(do(), PATIENCE)
            self.seen.add(name, time.perf_counter() - start)
        except (AssertionError, TimeoutError) as error:
            self.seen.wrong[f"{name}: {str(error)[:150] or type(error).__name__}"] += 1
            await self.guest.visitor.open("attention")


async def train_for(visitor: Visitor, seconds: float) -> None:
    """Run a lesson that trains networks, for so long."""
    await visitor.open("lessons", lesson="degradation", hide="prediction")
    button = next(
        each.button.label
        for each in visitor.drawn("button")
        if each.button.label in ("Run it here", "Run again")
    )
    with suppress(TimeoutError):
        await asyncio.wait_for(visitor.click(button), seconds)


async def beside_a_training(server: Server) -> tuple[float, float]:
    """Median seconds of one visitor's depth, alone and while another trains."""
    async with crowd(server, 1) as (guest,), visiting(server) as other:
        await guest.visitor.open()
        alone = [await guest.change_depth() for _ in range(ROUNDS)]
        training = asyncio.create_task(train_for(other, PATIENCE))
        await asyncio.sleep(TRAINED)
        beside = [await guest.change_depth() for _ in range(ROUNDS)]
        assert not training.done(), "the training ended too soon"
        training.cancel()
    return median(alone[3:]), median(beside[3:])


async def together(server: Server, bare: Server, many: int, seconds: float) -> tuple[Seen, int]:
    """What the guests saw, and how many answers were verified."""
    seen = Seen()
    async with crowd(server, many) as guests, asyncio.TaskGroup() as group:
        for guest in guests:
            group.create_task(_stay(Stay(guest, guest.visitor, seen), bare, seconds))
    return seen, sum(guest.answers for guest in guests)


async def _stay(stay: Stay, bare: Server, seconds: float) -> None:
    async with visiting(bare) as tab:
        await tab.open("attention")
        stay.bare = tab
        await stay.last(seconds)


def told(seen: Seen, answers: int) -> bool:
    """Print what they saw; whether the claims hold."""
    print(f"\n{answers} answers verified as their own visitor's; wrong: {seen.wrong.total()}")
    for what, count in seen.wrong.most_common():
        print(f"  {count} × {what}")
    for name, seconds in seen.seconds.items():
        print(f"  {name}: {len(seconds)}, p50 {median(seconds):.2f} s, p95 {_p95(seconds):.2f} s")
    kept = not seen.wrong
    for ours, theirs in COMPARED:
        app, bare = (seen.seconds.get(f"class, {name}") for name in (ours, theirs))
        ratio = _p95(app) / _p95(bare) if app and bare else inf
        print(f"  p95 of a class, {ours} / {theirs} = {ratio:.2f}, at most {MOST}: ", end="")
        print(verdict(ratio <= MOST))
        kept &= ratio <= MOST
    return kept


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--visitors", default=30, show_default=True)
def main(minutes: float, visitors: int) -> None:
    """Time and verify; exit status 1 if a claim fails."""
    with (
        TemporaryDirectory() as folder,
        served(Path(folder) / "log") as server,
        served(Path(folder) / "bare", script=BARE_PAGE, PYTHONPATH=str(ROOT)) as bare,
    ):
        alone, beside = asyncio.run(beside_a_training(server))
        ratio = beside / alone
        print(f"Depth changed: alone {alone:.3f} s, beside another's training {beside:.3f} s")
        print(f"  ratio {ratio:.2f}, at most {MOST}: {verdict(ratio <= MOST)}")
        kept = told(*asyncio.run(together(server, bare, visitors, 60 * minutes)))
        said = (Path(folder) / "log").read_text()
        _, traceback, rest = said.partition("Traceback")
        print(f"The server's first error:\n{rest[:3000]}" if traceback else "No error in the log.")
        kept &= ratio <= MOST and not traceback
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()

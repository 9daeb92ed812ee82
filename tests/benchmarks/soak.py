"""`python -m tests.benchmarks.soak`: the server's memory while visitors come, look and leave.

They bring photographs of 12 megapixels, and every third a checkpoint; each stays about a minute.
Writes `soak.csv` and `soak.svg`, and says the peak, and what is left when everybody has left.
"""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

from resnet import ResNetSpec, build
from tests.benchmarks.timing import verdict
from tests.checkpoints import saved
from tests.crowd import CLASSES, photograph
from tests.visitors import Server, served, visiting

EVERY = 2.0  # seconds between two samples
GRACE = 15  # seconds until those who have left must be forgotten, once Streamlit may do so
MOST = 1.1  # of what it was before
STAY = 30.0, 90.0  # seconds
_WIDTH, _HEIGHT, _EDGE = 900, 320, 60
_MB = 1 << 20


class Sample(NamedTuple):
    """Seconds since the start, visitors that are there, bytes of memory."""

    seconds: float
    visitors: int
    memory: int


@dataclass
class Soak:
    """A server, its visitors and what it took."""

    server: Server
    random: Random
    checkpoint: bytes
    kept: int  # seconds that the server keeps who has left
    visitors: int = 0
    samples: list[Sample] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    async def watch(self) -> None:
        """Take samples until cancelled."""
        while True:
            memory = await asyncio.to_thread(self.server.resident)
            self.samples.append(Sample(time.monotonic() - self.begun, self.visitors, memory))
            await asyncio.sleep(EVERY)

    async def visit(self, number: int, seconds: float) -> None:
        """One visitor's stay."""
        self.visitors += 1
        until = time.monotonic() + seconds
        try:
            async with visiting(self.server) as visitor:
                await visitor.open("attention")
                if number % 3 == 2:
                    await visitor.upload("or your own checkpoint", {"own.pth": self.checkpoint})
                for photo in range(self.random.randint(1, 3)):
                    data = await asyncio.to_thread(photograph, 10 * number + photo)
                    await visitor.upload("Photographs", {f"{photo}.jpg": data})
                while time.monotonic() < until:
                    options = visitor.widget("selectbox", CLASSES).options
                    await visitor.choose("selectbox", CLASSES, self.random.choice(options))
                    assert not visitor.drawn("exception"), visitor.drawn("exception")
                    await asyncio.sleep(self.random.uniform(2, 8))
        finally:
            self.visitors -= 1

    async def last(self, minutes: float, many: int) -> int:
        """Let visitors come and leave, about `many` at a time; returns the bytes before."""
        await self.visit(0, 1)
        await self.visit(2, 1)
        await asyncio.sleep(self.kept + GRACE)
        before = self.server.resident()
        until, number = time.monotonic() + 60 * minutes, 3
        async with asyncio.TaskGroup() as group:
            while time.monotonic() < until:
                group.create_task(self.visit(number, self.random.uniform(*STAY)))
                number += 1
                await asyncio.sleep(sum(STAY) / 2 / many)
        await asyncio.sleep(self.kept + GRACE)
        return before


def drawn(samples: list[Sample]) -> str:
    """Memory and visitors over time as SVG."""
    end, peak = samples[-1].seconds, max(sample.memory for sample in samples)
    most = max(1, *(sample.visitors for sample in samples))
    memory = _line(((s.seconds / end, s.memory / peak) for s in samples), "#1f6fb2")
    visitors = _line(((s.seconds / end, s.visitors / most) for s in samples), "#e66101")
    words = (
        f"<text x='{_EDGE}' y='20' fill='#1f6fb2'>memory, at most {peak / _MB:.0f} MB</text>"
        f"<text x='{_WIDTH - _EDGE}' y='20' text-anchor='end' fill='#e66101'>"
        f"visitors, at most {most}</text>"
        f"<text x='{_WIDTH - _EDGE}' y='{_HEIGHT - 10}' text-anchor='end'>{end / 60:.1f} min</text>"
    )
    frame = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}'>"
    return f"{frame}<rect width='100%' height='100%' fill='white'/>{words}{visitors}{memory}</svg>"


def _line(points: Iterable[tuple[float, float]], colour: str) -> str:
    wide, high = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE
    at = " ".join(f"{_EDGE + x * wide:.1f},{_HEIGHT - _EDGE - y * high:.1f}" for x, y in points)
    return f"<polyline points='{at}' fill='none' stroke='{colour}' stroke-width='2'/>"


async def soaked(
    server: Server, kept: int, minutes: float, visitors: int
) -> tuple[list[Sample], int]:
    """Every sample, and the bytes before."""
    checkpoint = saved(build(ResNetSpec.preset("resnet18")).state_dict())
    soak = Soak(server, Random(0), checkpoint, kept)
    watching = asyncio.create_task(soak.watch())
    before = await soak.last(minutes, visitors)
    watching.cancel()
    return soak.samples, before


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--visitors", default=10, show_default=True, help="That are there at a time.")
@click.option("--kept", default=120, show_default=True, help="Seconds, after a visitor left.")
@click.option("--to", default=".", type=click.Path(path_type=Path, file_okay=False))
def main(minutes: float, visitors: int, kept: int, to: Path) -> None:
    """Soak, write and say; exit status 1 if memory is not back."""
    ttl = "--server.disconnectedSessionTTL", str(kept)
    with TemporaryDirectory() as folder, served(Path(folder) / "log", *ttl) as server:
        samples, before = asyncio.run(soaked(server, kept, minutes, visitors))
        print((Path(folder) / "log").read_text()[-1000:])
    with (to / "soak.csv").open("w", newline="") as file:
        csv.writer(file).writerows([Sample._fields, *samples])
    (to / "soak.svg").write_text(drawn(samples))
    peak, after = max(samples, key=lambda sample: sample.memory), samples[-1].memory
    print(f"Before {before / _MB:.0f} MB; peak {peak.memory / _MB:.0f} MB with {peak.visitors}")
    ratio = after / before
    print(f"After {after / _MB:.0f} MB, {ratio:.2f} of before, at most {MOST}: ", end="")
    print(verdict(ratio <= MOST))
    raise SystemExit(0 if ratio <= MOST else 1)


if __name__ == "__main__":
    main()

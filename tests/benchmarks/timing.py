"""Two ways of doing one thing, timed turn by turn in one run, since the machine may be shared."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Times:
    """Seconds of each repetition."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds) * 1e3, max(self.seconds) * 1e3
        return f"{self.name}: {self.median * 1e3:.2f} ms (from {low:.2f} to {high:.2f})"


def side_by_side(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, Times]:
    """Each way once to warm up, then all of them in turn, `repeats` times."""
    for way in ways.values():
        way()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - start)
    return {name: Times(name, tuple(seconds)) for name, seconds in taken.items()}


def report(title: str, times: dict[str, Times], claims: dict[tuple[str, str], float]) -> bool:
    """Print the times and, for each claim, the median ratio beside the most that it may be.

    The ratio is the median over the repetitions of neighbouring runs, which share the machine's
    mood. Returns whether every claim holds.
    """
    print(f"\n{title}")
    for each in times.values():
        print(f"  {each}")
    kept = True
    for (one, other), most in claims.items():
        pairs = zip(times[one].seconds, times[other].seconds, strict=True)
        ratio = median(a / b for a, b in pairs)
        kept &= ratio <= most
        print(f"  {one} / {other} = {ratio:.4f}, at most {most:g}: {verdict(ratio <= most)}")
    return kept


def verdict(holds: bool) -> str:
    """What a claim is followed by."""
    return "holds" if holds else "FAILS"

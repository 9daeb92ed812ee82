"""Two ways of doing one thing, timed turn by turn in one run, since the machine may be shared."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
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


@dataclass(frozen=True)
class Claim:
    """A figure, and the most that it may be."""

    what: str
    value: float
    most: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.value <= self.most

    @property
    def figures(self) -> tuple[str, str]:
        """The figure and its bound, with their unit."""
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.value:.4g}{unit}", f"{self.most:.4g}{unit}"

    def __str__(self) -> str:
        value, most = self.figures
        return f"{self.what} = {value}, at most {most}: {verdict(self.holds)}"


@dataclass(frozen=True)
class Section:
    """What was timed together, and what is claimed of it."""

    title: str
    times: tuple[Times, ...]
    claims: tuple[Claim, ...] = ()

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.claims)

    def __str__(self) -> str:
        return "\n  ".join([f"\n{self.title}", *map(str, self.times), *map(str, self.claims)])


@dataclass(frozen=True)
class Growth:
    """How long each way takes as something grows: by name, (how much, seconds) in order."""

    title: str
    along: str
    ways: Mapping[str, tuple[tuple[float, Times], ...]]

    def __str__(self) -> str:
        lines = [
            f"{name}, {much:g} {self.along}: {times.median * 1e3:.2f} ms"
            for name, points in self.ways.items()
            for much, times in points
        ]
        return "\n  ".join([f"\n{self.title}", *lines])


def side_by_side(ways: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Times]:
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


def compared(
    title: str, times: Mapping[str, Times], most: Mapping[tuple[str, str], float]
) -> Section:
    """Times with, for each claim, the median ratio beside the most that it may be.

    The ratio is the median over the repetitions of neighbouring runs, which share the machine's
    mood.
    """
    claims = (
        Claim(f"{one} / {other}", ratio(times[one], times[other]), bound)
        for (one, other), bound in most.items()
    )
    return Section(title, tuple(times.values()), tuple(claims))


def ratio(one: Times, other: Times) -> float:
    return median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))


def bounded(title: str, times: Times, seconds: float) -> Section:
    """Times whose median has a bound of its own."""
    return Section(title, (times,), (Claim(times.name, times.median, seconds, "s"),))


def grown(
    title: str, along: str, amounts: tuple[int, ...], repeats: int,
    ways: Callable[[int], Mapping[str, Callable[[], object]]],
) -> Growth:  # fmt: skip
    """The ways that there are for each amount, timed beside one another."""
    points: dict[str, list[tuple[float, Times]]] = {}
    for amount in amounts:
        for name, times in side_by_side(ways(amount), repeats).items():
            points.setdefault(name, []).append((amount, times))
    return Growth(title, along, {name: tuple(of_way) for name, of_way in points.items()})


Found = Iterator[Section | Growth]


def verdict(holds: bool) -> str:
    """What a claim is followed by."""
    return "holds" if holds else "FAILS"

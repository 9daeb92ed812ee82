"""BENCHMARKS.md and its plots, of what was timed in one run."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import matplotlib
import torch

from tests.benchmarks.timing import Growth, Section, Times, verdict

matplotlib.use("svg")
matplotlib.rcParams |= {"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.size": 9}
from matplotlib import pyplot  # noqa: E402

_PACKAGES = ("torch", "torchvision", "streamlit", "captum", "grad-cam", "torchcam", "torchinfo")
_HEAD = """\
# Benchmarks

Written by `make bench`: what is claimed about speed, measured in one run, each turn beside its
peer's, since the machine may be shared. A ratio is the median over neighbouring turns; a time is
the median, with the least and the most. A claim that does not hold is marked FAILS.

{machine}
"""


def write(
    found: Sequence[Section | Growth], broken: Sequence[str], file: Path, plots: Path
) -> None:
    """All of it as Markdown, with what broke off, and a plot as SVG for each growth."""
    plots.mkdir(parents=True, exist_ok=True)
    sections = [each for each in found if isinstance(each, Section)]
    growths = [each for each in found if isinstance(each, Growth)]
    missed = [c for section in sections for c in section.claims if not c.holds]
    parts = [
        _HEAD.format(machine=_machine()),
        _missed([claim.what for claim in missed]),
        *(f"**Broke off, and is not told below whole: {name}.**\n" for name in broken),
        *map(_section, sections),
        "## How it grows\n",
        *(_growth(growth, plots, file.parent) for growth in growths),
    ]
    file.write_text("\n".join(parts), "utf-8")


def _machine() -> str:
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in _lines("/proc/cpuinfo")
            if "model name" in line
        ),
        platform.processor(),
    )
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    date = datetime.now(UTC).date().isoformat()
    return (
        f"{date}; {os.cpu_count()} cores of {cpu}, {torch.get_num_threads()} threads of PyTorch, "
        f"no GPU; Python {platform.python_version()}, {versions}."
    )


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text().splitlines()
    except OSError:
        return []


def _missed(claims: list[str]) -> str:
    said = f"Missed in this run: {'; '.join(claims)}." if claims else "Every claim held."
    return f"**{said}**\n"


def _section(section: Section) -> str:
    lines = [f"## {section.title}\n"]
    if section.times:
        lines += ["| what | median | from | to | n |", "|---|---|---|---|---|"]
        lines += [_row(times) for times in section.times] + [""]
    if section.claims:
        lines += ["| claim | measured | at most | |", "|---|---|---|---|"]
        for claim in section.claims:
            lines.append(f"| {claim.what} | {' | '.join(claim.figures)} | {verdict(claim.holds)} |")
        lines.append("")
    return "\n".join(lines)


def _row(times: Times) -> str:
    low, high = _time(min(times.seconds)), _time(max(times.seconds))
    return f"| {times.name} | {_time(times.median)} | {low} | {high} | {len(times.seconds)} |"


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _growth(growth: Growth, plots: Path, beside: Path) -> str:
    words = re.findall("[a-z0-9]+", growth.title.lower().replace("'s", ""))
    file = plots / f"{'-'.join(words)}.svg"
    _plot(growth, file)
    lines = [f"### {growth.title}\n", f"![{growth.title}]({file.relative_to(beside)})\n"]
    lines += [f"| way | {growth.along} | median | from | to | n |", "|---|---|---|---|---|---|"]
    for name, points in growth.ways.items():
        lines += [
            _row(times).replace(f"| {times.name} |", f"| {name} | {much:g} |", 1)
            for much, times in points
        ]
    return "\n".join([*lines, ""])


def _plot(growth: Growth, file: Path) -> None:
    """Medians with the spread of each, along what grows; both axes in logarithms."""
    figure, axes = pyplot.subplots(figsize=(5, 3), layout="constrained")
    for name, points in growth.ways.items():
        along = [much for much, _ in points]
        middle = [times.median for _, times in points]
        spread = [
            [times.median - min(times.seconds) for _, times in points],
            [max(times.seconds) - times.median for _, times in points],
        ]
        axes.errorbar(along, middle, spread, label=name, marker="o", capsize=2)
    axes.set(xscale="log", yscale="log", xlabel=growth.along, ylabel="seconds")
    axes.set_xticks(along, [f"{much:g}" for much in along])
    axes.minorticks_off()
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)

"""What was measured on a card, as figures for the JSON and as a table made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

from tests.benchmarks.timing import verdict
from tests.benchmarks.ways import BARE, TOP

GOAL = 0.9  # images per second of a top class's map, to those of the bare forward
AUDIT_GOAL = 0.85  # of an audit's images per second, in the same way
GOALS = (TOP, f"served, {TOP}")
Cell = dict[str, Any]  # of a network, batch, precision and way: seconds, or why it was left out


def figured(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with medians, images per second, and these to the bare forward's of the same kind.

    Without a bare forward there is no ratio.
    """
    bare = {_kind(cell): median(cell["seconds"]) for cell in cells if _timed(cell, BARE)}
    return [cell | _figures(cell, bare.get(_kind(cell))) for cell in cells]


def reached(cells: Sequence[Cell], way: str) -> bool:
    """Whether a way was measured and has kept the goal wherever it was."""
    ratios = _ratios(cells, way)
    return bool(ratios) and min(ratios) >= GOAL


def table(report: dict[str, Any]) -> str:
    """The report in Markdown."""
    return "\n".join([*_head(report), "", *_rows(report["cells"]), ""])


def _kind(cell: Cell) -> tuple[object, ...]:
    return cell["net"], cell["batch"], cell["precision"]


def _timed(cell: Cell, way: str) -> bool:
    return cell["way"] == way and "seconds" in cell


def _figures(cell: Cell, bare: float | None) -> Cell:
    if "seconds" not in cell:
        return {}
    middle = median(cell["seconds"])
    return {
        "median": middle,
        "lowest": min(cell["seconds"]),
        "highest": max(cell["seconds"]),
        "images_per_second": cell["batch"] / middle,
        "ratio": None if bare is None else bare / middle,
    }


def _ratios(cells: Iterable[Cell], way: str) -> list[float]:
    return [c["ratio"] for c in cells if _timed(c, way) and c["ratio"] is not None]


def _head(report: dict[str, Any]) -> Iterator[str]:
    machine, tests, cells = report["machine"], report["tests"], report["cells"]
    yield f"# {machine['card']}, {report['date']}"
    yield ""
    yield ", ".join(f"{name} {value}" for name, value in machine.items() if name != "card")
    yield ""
    yield f"Tests: {tests['said']}"
    yield from (f"- {failure}" for failure in tests["failures"])
    yield ""
    for way in GOALS:
        ratios = _ratios(cells, way)
        lowest = f"{min(ratios):.2f} at the least of {len(ratios)}" if ratios else "not measured"
        yield f"- {way}: {lowest}, the goal {GOAL:g}: {verdict(reached(cells, way))}"
    if "audit" in report:
        yield _audited(report["audit"])
    out = sum("left_out" in cell for cell in cells)
    yield f"- {len(cells) - out} cells measured, {out} left out; {report['seconds']:.0f} s in all"
    yield ""
    yield (
        "Each cell: the median of its repetitions until the device had finished, images at 224×224 "
        "on the device. Ratio: images per second to the bare forward's of the same network, batch "
        "and precision. Memory: the most beyond model and images; a form's own weights count."
        if report["side"] == 224
        else f"A trial at {report['side']}×{report['side']}."
    )


def _audited(audit: dict[str, Any]) -> str:
    about = f"{audit['net']}, batch {audit['batch']}, {audit['precision']}, images decoded already"
    speeds = f"{audit['audit']:,.0f} images/s, the bare forward {audit['bare']:,.0f}"
    holds = verdict(audit["ratio"] >= AUDIT_GOAL)
    return f"- audit ({about}): {speeds}: {audit['ratio']:.2f}, the goal {AUDIT_GOAL:g}: {holds}"


def _rows(cells: Iterable[Cell]) -> Iterator[str]:
    yield "| network | batch | precision | way | images/s | ms (from, to) | ratio | memory, MB |"
    yield "|---|---|---|---|---|---|---|---|"
    for cell in cells:
        about = f"| {cell['net']} | {cell['batch']} | {cell['precision']} | {cell['way']} "
        yield about + (_left_out(cell) if "left_out" in cell else _numbers(cell))


def _left_out(cell: Cell) -> str:
    return f"| left out: {cell['left_out']} | | | |"


def _numbers(cell: Cell) -> str:
    middle, low, high = (cell[name] * 1e3 for name in ("median", "lowest", "highest"))
    ratio = "–" if cell["ratio"] is None else f"{cell['ratio']:.2f}"
    peak = "–" if cell["peak_bytes"] is None else f"{cell['peak_bytes'] / 1e6:,.0f}"
    speed = f"{cell['images_per_second']:,.0f}"
    return f"| {speed} | {middle:.2f} ({low:.2f}, {high:.2f}) | {ratio} | {peak} |"

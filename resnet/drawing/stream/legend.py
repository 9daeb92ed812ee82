"""What the marks of a picture mean: an entry for each mark that this network has."""

from __future__ import annotations

from collections.abc import Iterator

from resnet.drawing.svg import letters, path, polygon, rect, tag, words
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import Graph
from resnet.text.language import mark, tr

LEGEND = 26.0  # the height of a row
_GATES = {"se": mark("squeeze-excitation"), "eca": mark("channel attention")}
Entry = tuple[str, str]  # a mark of 26×20 with its centre at (13, 0), and its words


def legend(graph: Graph, top: float, width: float) -> list[str]:
    """Rows of marks and words, below `top`, centred."""
    rows: list[list[Entry]] = [[]]
    for entry in _entries(graph):
        if sum(map(_wide, (*rows[-1], entry))) > width:
            rows.append([])
        rows[-1].append(entry)
    return [_row(row, top + LEGEND * (i + 0.5), width) for i, row in enumerate(rows)]


def _row(entries: list[Entry], y: float, width: float) -> str:
    x, drawn = (width - sum(map(_wide, entries))) / 2, []
    for entry in entries:
        sign, text = entry
        label = words(32, 0, text, "key")
        drawn.append(tag("g", sign, label, transform=f"translate({x:.1f} {y:.1f})"))
        x += _wide(entry)
    return "".join(drawn)


def _wide(entry: Entry) -> float:
    return 50 + 5.9 * letters(entry[1])


def _entries(graph: Graph) -> Iterator[Entry]:
    spec = graph.spec
    firsts = {block.first: block for block in graph.blocks}.values()
    steps = {step for block in firsts for step in KINDS[block.plan.shortcut].steps}
    if spec.shortcut != "none":
        yield rect(0, -10, 26, 20, "lane shade-4"), tr("shortcut, log₂ channels thick")
        yield _tiles(), tr("grid: resolution")
    yield _conv(spec.preact), tr("F(x): conv, BN, ReLU")
    if any(plan.groups > 1 for plan in graph.blocks[0].plan.convs):
        lines = (path(((4, y), (22, y)), "split") for y in (-5.0, 0.0, 5.0))
        yield rect(4, -10, 18, 20, "conv", rx=3) + "".join(lines), tr("grouped")
    if spec.gate != "none":
        outline = ((13, -11), (22, 0), (13, 11), (4, 0), (13, -11))
        yield path(outline, "excite"), tr(_GATES[spec.gate])
    if spec.shortcut != "none":
        plus = path(((8, 0), (18, 0)), "arm") + path(((13, -5), (13, 5)), "arm")
        yield tag("circle", cx=13, cy=0, r=8, class_="plus") + plus, tr("sum")
        if not spec.preact:
            after = path(((13, -10), (13, 10)), "after")
            yield rect(0, -10, 26, 20, "lane shade-4") + after, tr("ReLU after the sum")
    if "conv" in steps:
        wedge = polygon(((6, -6), (20, -10), (20, 10), (6, 6)), "gate")
        yield wedge, tr("pool, projection") if "pool" in steps else tr("projection")
    if "pad" in steps:
        square = ((4, -8), (22, -8), (22, 8), (4, 8))
        hatch = polygon(square, "hatched", style="fill:url(#hatch)")
        yield polygon(square, "gate") + hatch, tr("zero channels")
    if any(
        op.stride > 1
        for op in (*graph.stages[0].own_ops, *(op for block in firsts for op in block.first))
    ):
        yield rect(3, -2.5, 20, 5, "gate"), tr("lowers the resolution")


def _tiles() -> str:
    lines = [path(((x, -10), (x, 10)), "line") for x in (6.5, 13.0, 19.5)]
    lines += [path(((0, y), (26, y)), "line") for y in (-5.0, 0.0, 5.0)]
    return rect(0, -10, 26, 20, "shade-6") + "".join(lines)


def _conv(preact: bool) -> str:
    start = 2 if preact else 16
    strips = rect(start, -10, 4, 20, "bn") + rect(start + 4, -10, 4, 20, "relu")
    return rect(2, -10, 22, 20, "conv", rx=3) + strips

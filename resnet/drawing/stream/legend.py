"""What the marks of a picture mean: an entry for each mark that this network has."""

from __future__ import annotations

from collections.abc import Iterator

from resnet.drawing.stream.layout import WIDTH
from resnet.drawing.svg import letters, path, polygon, rect, tag, words
from resnet.network.graph import Graph
from resnet.text.language import mark, tr

_GATES = {"se": mark("squeeze-excitation"), "eca": mark("channel attention")}
Entry = tuple[str, str]  # a mark of 26×20 with its centre at (13, 0), and its words


def legend(graph: Graph, top: float) -> Iterator[str]:
    """One row of marks and words, below `top`, centred."""
    entries = tuple(_entries(graph))
    widths = [56 + 5.9 * letters(text) for _, text in entries]
    x = max((WIDTH - sum(widths)) / 2, 4)
    for (sign, text), width in zip(entries, widths, strict=True):
        label = words(32, 0, text, "key")
        yield tag("g", sign, label, transform=f"translate({x:.1f} {top + 22:.1f})")
        x += width


def _entries(graph: Graph) -> Iterator[Entry]:
    spec = graph.spec
    kinds = {block.plan.shortcut for block in graph.blocks}
    if spec.shortcut != "none":
        yield rect(0, -10, 26, 20, "lane shade-4"), tr("identity, log₂ channels thick")
        yield _tiles(), tr("grid: resolution")
    yield _conv(spec.preact), tr("conv, BN, ReLU")
    if any(plan.groups > 1 for plan in graph.blocks[0].plan.convs):
        lines = (path(((4, y), (22, y)), "split") for y in (-5.0, 0.0, 5.0))
        yield rect(4, -10, 18, 20, "conv", rx=3) + "".join(lines), tr("grouped")
    if spec.gate != "none":
        outline = ((13, -11), (22, 0), (13, 11), (4, 0), (13, -11))
        yield path(outline, "excite"), tr(_GATES[spec.gate])
    if spec.shortcut != "none":
        plus = path(((8, 0), (18, 0)), "arm") + path(((13, -5), (13, 5)), "arm")
        yield tag("circle", cx=13, cy=0, r=8, class_="plus") + plus, tr("sum")
    yield rect(4, -8, 18, 16, "gate", rx=2), tr("changes the shape")
    if "padding" in kinds:
        square = ((4, -8), (22, -8), (22, 8), (4, 8))
        hatch = polygon(square, "hatched", style="fill:url(#hatch)")
        yield polygon(square, "gate") + hatch, tr("zeros")


def _tiles() -> str:
    lines = [path(((x, -10), (x, 10)), "line") for x in (6.5, 13.0, 19.5)]
    lines += [path(((0, y), (26, y)), "line") for y in (-5.0, 0.0, 5.0)]
    return rect(0, -10, 26, 20, "shade-6") + "".join(lines)


def _conv(preact: bool) -> str:
    start = 2 if preact else 16
    strips = rect(start, -10, 4, 20, "bn") + rect(start + 4, -10, 4, 20, "relu")
    return rect(2, -10, 22, 20, "conv", rx=3) + strips

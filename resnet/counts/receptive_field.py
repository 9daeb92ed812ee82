"""What one cell of every stage sees of the input, and why v1 sees more than v1.5.

The field is the theoretical one of Araujo et al. 2019, padding included: cell i of a stage is
centred on pixel `centre + jump * i` and sees (receptive_field - 1) / 2 pixels to either side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from resnet.network.graph import Graph, Stage
from resnet.network.tracing import trace

_DIGITS = 9  # of a row or a column in a name: more than any cell has, and quick to read


@dataclass(frozen=True)
class ReceptiveField:
    """The square of input pixels, `side` long and centred on (y, x), that a stage's cell sees."""

    stage: Stage
    row: int
    column: int
    y: float
    x: float

    @property
    def side(self) -> int:
        """In input pixels."""
        return self.stage.receptive_field

    @property
    def cells(self) -> int:
        """On each side of the stage's map."""
        return self.stage.out_shape[1]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom; pixel i reaches from i - ½ to i + ½."""
        half = self.side / 2
        return self.x - half, self.y - half, self.x + half, self.y + half


def read_cell(graph: Graph, name: str = "") -> tuple[int, int]:
    """Row and column of a cell of the last stage, named as "3.4"; the middle one if none is so.

    Raises `SpecError` where images are no squares.
    """
    _ = graph.spec.side
    side = graph.stages[-2].out_shape[1]
    row, _, column = name.partition(".")
    if all(at.isdecimal() and len(at) <= _DIGITS and int(at) < side for at in (row, column)):
        return int(row), int(column)
    return (side - 1) // 2, (side - 1) // 2


def receptive_fields(graph: Graph, row: int, column: int) -> tuple[ReceptiveField, ...]:
    """What a cell of the last stage sees, and in the stem and every other stage the cell nearest.

    Raises ValueError where the last stage has no such cell, and `SpecError`, which is one, where
    images are no squares.
    """
    _ = graph.spec.side
    last = graph.stages[-2]
    side = last.out_shape[1]
    if not (0 <= row < side and 0 <= column < side):
        raise ValueError(f"{last.name} has {side}×{side} cells; none is at {row}, {column}")
    y, x = (last.centre + last.jump * at for at in (row, column))
    return tuple(_nearest(stage, y, x) for stage in graph.stages[:-1])


def _nearest(stage: Stage, y: float, x: float) -> ReceptiveField:
    most = stage.out_shape[1] - 1
    row, column = (min(max(round((at - stage.centre) / stage.jump), 0), most) for at in (y, x))
    y, x = (stage.centre + stage.jump * at for at in (row, column))
    return ReceptiveField(stage, row, column, y, x)


@dataclass(frozen=True)
class Layouts:
    """How far the last stage sees with the stride on the first 1×1 (v1) and on the 3×3 (v1.5).

    `jumps` are those that enter the later stages: every one is stepped twice more in v1.
    """

    v1: int
    v1_5: int
    stage: Stage
    jumps: tuple[int, ...]

    @property
    def extra(self) -> int:
        """Pixels that v1 sees more."""
        return self.v1 - self.v1_5


def stride_layouts(graph: Graph) -> Layouts | None:
    """Both layouts of a network of bottlenecks with several stages; None where they are one.

    None as well where stages begin otherwise than by a stride of their first block.
    """
    spec = graph.spec
    usual = not spec.strides and not spec.dilations and spec.strided_block == "first"
    several = spec.block == "bottleneck" and len(spec.layers) > 1
    if not several or not usual or spec.antialias != "none":
        return None
    v1, v1_5 = (trace(replace(spec, stride_on=on)).stages[-2] for on in ("1x1", "3x3"))
    jumps = tuple(stage.jump for stage in graph.stages[1:-2])
    return Layouts(v1.receptive_field, v1_5.receptive_field, graph.stages[-2], jumps)

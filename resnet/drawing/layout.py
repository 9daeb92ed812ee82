"""Where the stages and blocks of a network stand in its picture, and which repeats fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest

from resnet.graph import Block, Graph, Stage

WIDTH, HEIGHT = 1200.0, 345.0
LANE, ROW = 134.0, 278.0  # centre lines of the stream and of the detours
IMAGE, STEM, POOL, CLASSIFIER, MARGIN = 70.0, 96.0, 80.0, 62.0, 6.0
NARROWEST_STAGE, NARROWEST_BLOCK, FOLDED = 92.0, 8.0, 4


@dataclass(frozen=True)
class Slot:
    """The room of one block, or of a folded run of equal blocks, which the first stands for."""

    blocks: tuple[Block, ...]
    x: float
    width: float

    @property
    def block(self) -> Block:
        """The block that is drawn."""
        return self.blocks[0]

    def at(self, share: float) -> float:
        """A place in the slot, 0 at its left and 1 at its right."""
        return self.x + share * self.width


@dataclass(frozen=True)
class Column:
    """The room of one stage."""

    stage: Stage
    x: float
    width: float
    slots: tuple[Slot, ...]


def columns(graph: Graph, fold: bool = True, beside: tuple[Graph, ...] = ()) -> tuple[Column, ...]:
    """Where every stage and block stands. Long runs fold where blocks would be too narrow.

    Pictures of the networks `beside` it have the same stage at the same place: each stage takes
    the room of whichever network needs the most.
    """
    networks = (graph, *beside)
    stages = max(len(network.spec.layers) for network in networks)
    room = WIDTH - IMAGE - STEM - POOL - CLASSIFIER - 2 * MARGIN
    spare = room - NARROWEST_STAGE * stages
    runs = [_stage_runs(network, fold, spare) for network in networks]
    asked = ([sum(_shares(stage)) for stage in network] for network in runs)
    most = [max(stage) for stage in zip_longest(*asked, fillvalue=0)]
    unit = spare / sum(most)
    x, placed = MARGIN + IMAGE + STEM, []
    for name, stage_runs, share in zip(graph.spec.stage_names, runs[0], most, strict=False):
        width = NARROWEST_STAGE + unit * share
        slots = tuple(_slots(stage_runs, _shares(stage_runs), x, width))
        placed.append(Column(graph.stage(name), x, width, slots))
        x += width
    return tuple(placed)


def folds(graph: Graph) -> bool:
    """Whether runs of equal blocks fold, since each alone would be too narrow."""
    return any(len(slot.blocks) > 1 for column in columns(graph) for slot in column.slots)


def _stage_runs(graph: Graph, fold: bool, spare: float) -> list[list[tuple[Block, ...]]]:
    folded = fold and spare / len(graph.blocks) < NARROWEST_BLOCK
    return [_runs(stage, folded) for stage in graph.stages if stage.blocks]


def _shares(runs: list[tuple[Block, ...]]) -> list[int]:
    """The room of each run in a stage, in units of one block's."""
    return [FOLDED if len(run) > 1 else 1 for run in runs]


def _runs(stage: Stage, folded: bool) -> list[tuple[Block, ...]]:
    if not folded:
        return [(block,) for block in stage.blocks]
    return [tuple(run) for _, run in groupby(stage.blocks, key=lambda block: block.plan[2:])]


def _slots(
    runs: list[tuple[Block, ...]], shares: list[int], x: float, width: float
) -> Iterator[Slot]:
    for run, share in zip(runs, shares, strict=True):
        room = width * share / sum(shares)
        yield Slot(run, x, room)
        x += room

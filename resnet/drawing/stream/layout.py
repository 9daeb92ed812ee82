"""Where the stages and blocks of a network stand in its picture, and which repeats fold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest

from resnet.network.graph import Block, Graph, Stage

WIDTH, HEIGHT, LEGEND = 1100.0, 372.0, 38.0
STREAM, DETOUR = 132.0, 292.0  # centre lines of the stream and of the detours
IMAGE, STEM, POOL, CLASSIFIER, MARGIN = 64.0, 86.0, 66.0, 54.0, 4.0
NARROWEST_STAGE = 40.0
NARROWEST_BLOCK = 9.0  # below it, equal blocks in a row fold into one
FOLDED, UNFOLDED = 2, 24  # a folded run, and at most an unfolded one, in widths of a block

Run = tuple[Block, ...]  # equal blocks in a row


@dataclass(frozen=True)
class Slot:
    """The room of one block, or of a folded run of equal blocks, which the first stands for."""

    blocks: Run
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
    """The room of one stage; `unfolded` are its long runs that are drawn block by block."""

    stage: Stage
    x: float
    width: float
    slots: tuple[Slot, ...]
    unfolded: tuple[Run, ...] = ()


def columns(
    graph: Graph, unfold: Collection[str] = (), beside: tuple[Graph, ...] = ()
) -> tuple[Column, ...]:
    """Where every stage and block stands.

    Long runs fold where blocks would be too narrow, but those that `unfold` names by their first
    block. In the pictures of the networks `beside` it the same stage stands at the same place:
    each stage takes the room of whichever network asks for the most.
    """
    runs, opened, shares = _shares(graph, unfold)
    others = (_shares(network, unfold)[2] for network in beside)
    most = [max(map(sum, stage)) for stage in zip_longest(shares, *others, fillvalue=())]
    unit = (_stages_width() - NARROWEST_STAGE * len(most)) / sum(most)
    stages = [stage for stage in graph.stages if stage.blocks]
    x, placed = MARGIN + IMAGE + STEM, []
    for i, stage in enumerate(stages):
        width = NARROWEST_STAGE + unit * most[i]
        slots = tuple(_slots(runs[i], shares[i], opened, x, width))
        drawn = tuple(run for run in runs[i] if run[0].name in opened)
        placed.append(Column(stage, x, width, slots, drawn))
        x += width
    return tuple(placed)


def _shares(
    graph: Graph, unfold: Collection[str]
) -> tuple[list[list[Run]], set[str], list[list[int]]]:
    """The runs of each stage, which of them are unfolded, and the room that each asks for."""
    narrow = folds(graph)
    runs = [_runs(stage, narrow) for stage in graph.stages if stage.blocks]
    long = (run[0].name for stage in runs for run in stage if len(run) > 1)
    opened = {name for name in long if name in unfold}
    return runs, opened, [[_share(run, run[0].name in opened) for run in stage] for stage in runs]


def folds(graph: Graph) -> bool:
    """Whether runs of equal blocks fold, since each alone would be too narrow."""
    stages = sum(1 for stage in graph.stages if stage.blocks)
    return (_stages_width() - NARROWEST_STAGE * stages) / len(graph.blocks) < NARROWEST_BLOCK


def _stages_width() -> float:
    return WIDTH - IMAGE - STEM - POOL - CLASSIFIER - 2 * MARGIN


def _runs(stage: Stage, narrow: bool) -> list[Run]:
    if not narrow:
        return [(block,) for block in stage.blocks]
    return [tuple(run) for _, run in groupby(stage.blocks, key=lambda block: block.plan[2:])]


def _share(run: Run, opened: bool) -> int:
    if opened:
        return min(len(run), UNFOLDED)
    return FOLDED if len(run) > 1 else 1


def _slots(
    runs: list[Run], shares: list[int], opened: set[str], x: float, width: float
) -> Iterator[Slot]:
    for run, share in zip(runs, shares, strict=True):
        run_width = width * share / sum(shares)
        parts: tuple[Run, ...] = (run,)
        if run[0].name in opened:
            parts = tuple((block,) for block in run)
        for i, part in enumerate(parts):
            yield Slot(part, x + i * run_width / len(parts), run_width / len(parts))
        x += run_width

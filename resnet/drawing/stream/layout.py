"""Where the stages and blocks of a network stand in its picture, and which repeats fold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import NamedTuple

from resnet.network.graph import Block, Graph, Stage

WIDTH, HEIGHT = 1100.0, 292.0  # of a picture in which no run is too long to be unfolded
PROJECTED = 780.0  # the width whose letters are read from the last row
STREAM, DETOUR, BADGE = 98.0, 216.0, 276.0  # centre lines: of the stream, the detours, the folds
IMAGE, STEM, POOL, CLASSIFIER, MARGIN = 64.0, 146.0, 66.0, 54.0, 4.0
_ENDS = IMAGE + STEM + POOL + CLASSIFIER + 2 * MARGIN
NARROWEST_STAGE = 40.0
NARROWEST_BLOCK = 15.0  # below it, equal blocks in a row fold by themselves
NARROWEST_UNFOLDED = 12.0  # the picture grows rather than have blocks without wires and sums
FOLDED = 2  # a folded run, in widths of a block

Run = tuple[Block, ...]  # equal blocks in a row


class Folding(NamedTuple):
    """Runs of equal blocks, by their first block, that are folded or unfolded by hand."""

    fold: Collection[str] = ()
    unfold: Collection[str] = ()

    def folds(self, run: Run, by_itself: bool) -> bool:
        """Whether a run is drawn as one; `by_itself`: what holds where nobody said."""
        name = run[0].name
        by_itself = (by_itself and name not in self.unfold) or name in self.fold
        return by_itself and len(run) > 1


BY_ITSELF = Folding()


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
    """The room of one stage; `unfolded` are its runs of equal blocks that are drawn one by one."""

    stage: Stage
    x: float
    width: float
    slots: tuple[Slot, ...]
    unfolded: tuple[Run, ...] = ()

    @property
    def end(self) -> float:
        """Its right edge."""
        return self.x + self.width


def columns(
    graph: Graph,
    folding: Folding = BY_ITSELF,
    beside: tuple[Graph, ...] = (),
    width: float = WIDTH,
) -> tuple[Column, ...]:
    """Where every stage and block stands.

    Long runs fold where blocks would be too narrow, and where `folding` says. In the pictures of
    the networks `beside` it the same stage stands at the same place: each stage takes the room of
    whichever network asks for the most.
    """
    most, unit = _grid(graph, folding, beside, width)
    x, placed, runs = MARGIN + IMAGE + STEM, [], _parts(graph, folding, width)
    for stage, parts, share in zip(_stages(graph), runs, most, strict=False):
        room = NARROWEST_STAGE + unit * share
        drawn = tuple(run for run, folded in parts if not folded and len(run) > 1)
        placed.append(Column(stage, x, room, tuple(_slots(parts, x, room)), drawn))
        x += room
    return tuple(placed)


def picture_width(
    graph: Graph,
    folding: Folding = BY_ITSELF,
    beside: tuple[Graph, ...] = (),
    width: float = WIDTH,
) -> float:
    """That of a picture: `width`, or more where a long run is unfolded."""
    most, unit = _grid(graph, folding, beside, width)
    return _ENDS + NARROWEST_STAGE * len(most) + unit * sum(most)


def _grid(
    graph: Graph, folding: Folding, beside: tuple[Graph, ...], width: float
) -> tuple[list[int], float]:
    """How many blocks' room each stage has, and the room of a block."""
    shares = (_shares(_parts(each, folding, width)) for each in (graph, *beside))
    most = [max(stage) for stage in zip_longest(*shares, fillvalue=0)]
    room = width - _ENDS - NARROWEST_STAGE * len(most)
    return most, max(room / sum(most), NARROWEST_UNFOLDED)


def folds(graph: Graph, width: float = WIDTH) -> bool:
    """Whether runs of equal blocks fold by themselves, since each alone would be too narrow."""
    room = width - _ENDS - NARROWEST_STAGE * len(_stages(graph))
    return room / len(graph.blocks) < NARROWEST_BLOCK


Part = tuple[Run, bool]  # equal blocks, and whether they are folded


def _parts(graph: Graph, folding: Folding, width: float) -> list[list[Part]]:
    """The runs of each stage."""
    narrow = folds(graph, width)
    return [[(run, folding.folds(run, narrow)) for run in _runs(stage)] for stage in _stages(graph)]


def _stages(graph: Graph) -> list[Stage]:
    return [stage for stage in graph.stages if stage.blocks]


def _runs(stage: Stage) -> Iterator[Run]:
    return (tuple(run) for _, run in groupby(stage.blocks, key=lambda block: block.plan[2:]))


def _shares(parts: list[list[Part]]) -> list[int]:
    """The room that each stage asks for, in blocks."""
    return [sum(_share(part) for part in stage) for stage in parts]


def _share(part: Part) -> int:
    run, folded = part
    return FOLDED if folded else len(run)


def _slots(parts: list[Part], x: float, width: float) -> Iterator[Slot]:
    unit = width / sum(map(_share, parts))
    for run, folded in parts:
        slots = (run,) if folded else tuple((block,) for block in run)
        each = unit * _share((run, folded)) / len(slots)
        for i, blocks in enumerate(slots):
            yield Slot(blocks, x + i * each, each)
        x += unit * _share((run, folded))

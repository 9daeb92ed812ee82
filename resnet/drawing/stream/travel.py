"""A picture on its way: small maps of the stream, each over the sum that made it.

Where blocks are narrow, only as many have one as there is room for, each stage's last among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from resnet.drawing.stream.detour import thickness
from resnet.drawing.stream.gate import gate_edges
from resnet.drawing.stream.layout import IMAGE, MARGIN, STEM, STREAM, Column, Slot
from resnet.drawing.svg import rect, tag
from resnet.network.graph import STEM as STEM_NAME
from resnet.network.graph import Graph

ENTERS = "image"  # the name of what enters the network, among the maps
_USUAL, _LEAST, _MOST, _APART = 22.0, 13.0, 52.0, 4.0
_BEHIND_POOL = 26.0  # of the stem, that nothing stands on
_WITHOUT_STREAM = STREAM + 44  # a plain network has words where the stream would be


class _Room(NamedTuple):
    """Where the map of what a block wrote may stand: its sum, and the free stream around it."""

    name: str
    sum: float
    width: float  # of the block
    left: float
    right: float
    high: float


def travelling(graph: Graph, placed: tuple[Column, ...], maps: Mapping[str, str]) -> Iterator[str]:
    """The maps, data URLs by "image", "stem" and the names of blocks, that there is room for."""
    y = _WITHOUT_STREAM if graph.spec.shortcut == "none" else STREAM
    if ENTERS in maps:
        yield _framed(ENTERS, maps, MARGIN + IMAGE - 4, IMAGE - 10, STREAM)
    limit = float("inf")
    for room in reversed([room for room in _rooms(graph, placed) if room.name in maps]):
        right = min(room.right, limit)
        side = min(max(0.84 * room.width, _USUAL), right - room.left, room.high, _MOST)
        if side >= _LEAST and right > room.sum - room.width / 2:
            yield _framed(room.name, maps, right, side, y)
            limit = right - side - _APART


def _rooms(graph: Graph, placed: tuple[Column, ...]) -> Iterator[_Room]:
    slots = [slot for column in placed for slot in column.slots]
    start, stem = MARGIN + IMAGE + STEM, graph.stages[0].out_shape[0]
    right = _until(slots[0], start + _ahead(slots[0]))
    yield _Room(STEM_NAME, start, 2 * _BEHIND_POOL, start - _BEHIND_POOL, right, _high(stem))
    left = start
    for slot, after in zip(slots, [*slots[1:], None], strict=True):
        left = gate_edges(slot)[1] + 2 if _gated(slot) else left
        end = slot.x + slot.width
        right = _until(after, end + _ahead(after)) if after else end
        channels = slot.block.out_shape[0]
        yield _Room(slot.blocks[-1].name, end, slot.width, left, right, _high(channels))


def _gated(slot: Slot) -> bool:
    return slot.block.plan.shortcut not in ("identity", "none")


def _ahead(after: Slot) -> float:
    """How far into the next block's room a map may reach."""
    return min(0.42 * after.width, 20)


def _until(slot: Slot, right: float) -> float:
    """`right`, or where the gate of the next block begins."""
    return min(right, gate_edges(slot)[0] - 2) if _gated(slot) else right


def _high(channels: int) -> float:
    """What of the stream's thickness a map may take, so that it is seen to lie in it."""
    return 0.82 * thickness(channels)


def _framed(name: str, maps: Mapping[str, str], right: float, side: float, y: float) -> str:
    box = (right - side, y - side / 2, side, side)
    x, top = box[:2]
    look = "photograph" if name == ENTERS else "map"
    image = tag("image", href=maps[name], x=x, y=top, width=side, height=side, class_=look)
    return tag("g", rect(*box, "plate"), image, class_="travelled", data_part=f"map {name}")

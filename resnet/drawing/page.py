"""One HTML file that needs nothing else: the picture with its tips, every block's view, numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape
from pathlib import Path
from string import Template

from resnet.drawing.block import block_view
from resnet.drawing.layout import Slot, columns
from resnet.drawing.palette import stylesheet, variables
from resnet.drawing.stream import stream
from resnet.graph import Graph
from resnet.words import count, describe, shape, shortcut


def page(graph: Graph, opened: str = "", unfold: Collection[str] = ()) -> str:
    """The page's text, light or dark as its reader's system is, with the block `opened` open."""
    spec = graph.spec
    slots = [slot for column in columns(graph, unfold) for slot in column.slots]
    return Template(_asset("page.html")).substitute(
        name=escape(spec.name),
        words=escape(describe(graph).removeprefix(f"{spec.name}: ")),
        style=f":root {{ {variables()} }}\n{stylesheet()}\n{_asset('page.css')}",
        script=script().replace("export default function", "function draw") + _asset("page.js"),
        figures="".join(_figures(graph)),
        picture=stream(graph, unfold),
        blocks="\n".join(map(_block, slots)),
        rows="\n".join(_rows(graph)),
        query=escape(spec.to_query()),
        opened=escape(_standing_for(slots, opened)),
    )


def script() -> str:
    """What lets a picture be picked from and say its numbers: a module of one function."""
    return _asset("picture.js")


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _standing_for(slots: list[Slot], opened: str) -> str:
    """The block that is drawn for the one to be opened: a folded run shows its first."""
    drawn = (slot.block.name for slot in slots for block in slot.blocks if block.name == opened)
    return next(drawn, "")


def _figures(graph: Graph) -> Iterator[str]:
    last = graph.stages[-2]
    figures = {
        "Parameters": (count(graph.params), f"{graph.params:,} learnable"),
        "Compute": (count(graph.macs, "MACs"), f"{graph.macs:,} multiply-adds of one image"),
        "Depth": (f"{graph.spec.depth} layers", "with weights, on the main path"),
        "Receptive field": (f"{last.receptive_field} px", f"of a cell of {last.name}"),
    }
    for name, (value, note) in figures.items():
        yield f"<div><dt>{name}</dt><dd>{value} <small>{note}</small></dd></div>"


def _block(slot: Slot) -> str:
    """A block's view and its words, kept in a template until it is opened."""
    block, repeats = slot.block, len(slot.blocks)
    said = shortcut(block.plan, block.in_shape[1])
    if repeats > 1:
        said += f" The first of {repeats} equal blocks; each sees further than the one before it."
    name = escape(block.name)
    return f'<template id="{name}" data-words="{escape(said)}">{block_view(block)}</template>'


def _rows(graph: Graph) -> Iterator[str]:
    for stage in graph.stages:
        cells = (
            stage.paper_name,
            str(len(stage.blocks) or ""),
            shape(stage.out_shape),
            f"{stage.params:,}",
            f"{stage.macs:,}",
            f"{stage.receptive_field} px",
            f"{stage.jump} px",
        )
        yield _row(stage.name, cells)
    total = ("", str(len(graph.blocks)), "", f"{graph.params:,}", f"{graph.macs:,}", "", "")
    yield _row("total", total)


def _row(name: str, cells: tuple[str, ...]) -> str:
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'

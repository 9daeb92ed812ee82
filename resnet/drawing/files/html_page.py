"""One HTML file that needs nothing else: the picture with its tips, every block's view, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template

from resnet.drawing.charts.block_diagram import draw_block
from resnet.drawing.palette import stylesheet, variables
from resnet.drawing.stream.layout import BY_ITSELF, Folding, Slot, columns
from resnet.drawing.stream.picture import draw_stream
from resnet.network.describing import describe, describe_shortcut, stage_cells
from resnet.network.graph import HEAD, STEM, Block, Graph, Stage
from resnet.text.language import mark, spoken, tr, translated
from resnet.text.numbers import count, shape

_SAID = {
    "stream": mark("The residual stream"),
    "how": mark(
        "Click a block to open it, or press Tab, the arrow keys and Enter; Escape closes it."
    ),
    "block": mark("Block"),
    "stages": mark("Stages"),
    "numbers": mark("Numbers of every stage"),
    "meaning": mark(
        "Params are learnable. MACs are the multiply-adds of convolutions and linear layers for "
        "one image, which the ResNet papers call FLOPs. A cell sees a square of that side, padding "
        "included; neighbouring cells are a jump apart."
    ),
    "made": mark("Made by ResNet Explorer from"),
}
_COLUMNS = {
    "stage": mark("stage"),
    "paper": mark("in the paper"),
    "blocks": mark("blocks"),
    "output": mark("output"),
    "params": mark("params"),
    "macs": mark("MACs"),
    "sees": mark("sees"),
    "jump": mark("jump"),
}


def html_page(graph: Graph, opened: str = "", folding: Folding = BY_ITSELF) -> str:
    """The page's text, light or dark as its reader's system is, with the block `opened` open."""
    spec = graph.spec
    slots = [slot for column in columns(graph, folding) for slot in column.slots]
    return Template(_asset("page.html")).substitute(
        **{name: escape(text) for name, text in translated(_SAID).items()},
        language=spoken(),
        name=escape(spec.name),
        title=escape(tr("{name}: the residual stream", name=spec.name)),
        words=escape(describe(graph).removeprefix(spec.name).lstrip(":： ")),
        style=f":root {{ {variables()} }}\n{stylesheet()}\n{_asset('page.css')}",
        script=script().replace("export default function", "function draw") + _asset("page.js"),
        figures="".join(_figures(graph)),
        picture=draw_stream(graph, folding),
        blocks="\n".join((*map(_block, slots), *map(_end, (graph.stages[0], graph.stages[-1])))),
        table=stage_table(graph),
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
    drawn = {block.name: slot.block.name for slot in slots for block in slot.blocks}
    return (drawn | {STEM: STEM, HEAD: HEAD}).get(opened, "")


def _figures(graph: Graph) -> Iterator[str]:
    last = graph.stages[-2]
    figures = {
        tr("Parameters"): (count(graph.params), tr("{n:,} learnable", n=graph.params)),
        tr("Compute"): (
            count(graph.macs, "MACs"),
            tr("{n:,} multiply-adds of one image", n=graph.macs),
        ),
        tr("Depth"): (
            tr("{n} layers", n=graph.spec.depth),
            tr("with weights, on the main path"),
        ),
        tr("Receptive field"): (
            tr("{n} px", n=last.receptive_field),
            tr("of a cell of {stage}", stage=last.name),
        ),
    }
    for name, (value, note) in figures.items():
        yield f"<div><dt>{name}</dt><dd>{value} <small>{note}</small></dd></div>"


def _block(slot: Slot) -> str:
    """A block's view and its words, kept in a template until it is opened."""
    block, repeats = slot.block, len(slot.blocks)
    text = describe_shortcut(block.plan, block.in_shape[1:])
    if repeats > 1:
        text += tr(
            " The first of {n} equal blocks; each sees further than the one before it.", n=repeats
        )
    return _template(block, text)


def _end(stage: Stage) -> str:
    """The stem's view, or the head's."""
    return _template(stage, f"{shape(stage.in_shape)} → {shape(stage.out_shape)}")


def _template(part: Block | Stage, text: str) -> str:
    name = escape(part.name)
    return f'<template id="{name}" data-words="{escape(text)}">{draw_block(part)}</template>'


def stage_table(graph: Graph) -> str:
    """The numbers of every stage and their total, as an HTML table."""
    titles = "".join(f'<th scope="col">{name}</th>' for name in translated(_COLUMNS).values())
    rows = "\n".join(_rows(graph))
    return f"<table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _rows(graph: Graph) -> Iterator[str]:
    for stage in graph.stages:
        yield _row(stage.name, (*stage_cells(stage), f"{stage.jump} px"))
    total = ("", str(len(graph.blocks)), "", f"{graph.params:,}", f"{graph.macs:,}", "", "")
    yield _row(tr("total"), total)


def _row(name: str, cells: tuple[str, ...]) -> str:
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'

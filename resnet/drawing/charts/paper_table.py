"""A table of the paper as HTML: a row for each stage, a column for each of its networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from resnet.counts.paper_tables import Column, PaperTable
from resnet.network.describing import describe_conv, describe_pool
from resnet.network.graph import HEAD, STEM, Graph, Stage
from resnet.text.language import mark, tr
from resnet.text.numbers import count

_COUNTS: dict[str, Callable[[Graph], str]] = {
    mark("multiply-adds, counted"): lambda graph: count(graph.macs, "MACs"),
    mark("parameters, counted"): lambda graph: count(graph.params),
}


def draw_paper_table(table: PaperTable, columns: tuple[Column, ...]) -> str:
    """The table with the network on show among its columns, as one HTML element.

    The head of another column is a button, named after its preset; a row bears the name of its
    stage.
    """
    stages = max((column.graph.stages for column in columns), key=len)
    body = "".join(_row(columns, stage.name, stage.paper_name) for stage in stages)
    heads = "".join(map(_head, columns))
    title = escape(tr(table.title))
    return (
        f'<div class="paper-table" data-across="{len(columns)}"><table><caption>{title}</caption>'
        f"<thead><tr>{_th(tr('layer'))}{_th(tr('output'))}{heads}</tr></thead>"
        f"<tbody>{body}</tbody><tfoot>{''.join(_facts(table, columns))}</tfoot></table></div>"
    )


def _th(text: str) -> str:
    return f'<th scope="col">{escape(text)}</th>'


def _head(column: Column) -> str:
    name = escape(column.preset or column.graph.spec.name)
    if column.shown:
        return f'<th scope="col" class="shown">{name}</th>'
    label = escape(tr("Show {name}", name=name))
    button = f'<span role="button" tabindex="-1" data-name="net {name}" aria-label="{label}">'
    return f'<th scope="col">{button}{name}</span></th>'


def _row(columns: tuple[Column, ...], stage: str, title: str) -> str:
    title = {STEM: "conv1", HEAD: "fc"}.get(stage, title)
    shown = next(column.graph for column in columns if column.shown)
    size = next((_side(each) for each in shown.stages if each.name == stage), "")
    cells = "".join(_cell(_made(column.graph, stage), column.shown) for column in columns)
    head = f'<th scope="row">{title}</th><td>{size}</td>'
    return f'<tr data-stage="{stage}">{head}{cells}</tr>'


def _cell(inside: str, shown: bool) -> str:
    return f'<td class="shown">{inside}</td>' if shown else f"<td>{inside}</td>"


def _side(stage: Stage) -> str:
    """“56×56”; of the stem, before its pool, as in the paper."""
    return "×".join(map(str, stage.convolved_shape[1:])) or "1×1"


def _made(graph: Graph, name: str) -> str:
    """What a stage of a network is made of, or nothing where it has none of that name."""
    stage = next((stage for stage in graph.stages if stage.name == name), None)
    if stage is None:
        return ""
    if name == HEAD:
        return escape(tr("average pool, {n}-d fc", n=graph.spec.num_classes))
    if name == STEM:
        return "<br>".join(escape(describe_conv(plan)) for plan in graph.spec.stem_convs())
    return _pooled(graph, stage) + _bracketed(stage)


def _pooled(graph: Graph, stage: Stage) -> str:
    """The pool that the paper has in front of its first stage of blocks."""
    if stage is not graph.stages[1] or graph.spec.stem_pool == "none":
        return ""
    return f"{escape(describe_pool(graph.spec)[1])}<br>"


def _bracketed(stage: Stage) -> str:
    """The convolutions of a block in brackets, and how many blocks."""
    plan = stage.blocks[-1].plan
    convs = "<br>".join(f"{conv.kernel}×{conv.kernel}, {conv.out_channels}" for conv in plan.convs)
    return f'<span class="brackets">{convs}</span> × {len(stage.blocks)}'


def _facts(table: PaperTable, columns: tuple[Column, ...]) -> Iterator[str]:
    for title, counted in _COUNTS.items():
        yield _fact(tr(title), [_cell(counted(column.graph), column.shown) for column in columns])
    printed = (table.printed.get(column.preset) for column in columns)
    cells = [f"<td>{'–' if number is None else number}</td>" for number in printed]
    yield _fact(tr(table.printed_title), cells)


def _fact(title: str, cells: list[str]) -> str:
    return f'<tr><th scope="row" colspan="2">{escape(title)}</th>{"".join(cells)}</tr>'

"""All that was measured, a row for each photograph chosen; a row that is picked is on show."""

from __future__ import annotations

from typing import Any

from explorer.attention.workbench.bench import Bench, link
from explorer.state.choices.attention_choices import ATTENTION
from explorer.widgets.number_columns import number_columns
from explorer.widgets.picked_rows import picked_rows
from resnet.text.language import tr


def show(bench: Bench) -> None:
    """Draw the view."""
    photos = [bench.album.photos[i] for i in bench.chosen]

    def pick(row: int) -> None:
        ATTENTION.ask("photo", link(photos[row]))

    picked_rows(_rows(bench), "bench_rows", pick, _columns(bench), height=320)


def _rows(bench: Bench) -> dict[str, list[Any]]:
    chosen = bench.chosen
    words = {
        "file": [bench.album.photos[i].name for i in chosen],
        "truth": [bench.label(i) for i in bench.truths[chosen].tolist()],
        "said": [bench.label(i) for i in bench.predicted[chosen].tolist()],
    }
    return words | {name: bench.columns[name][chosen].tolist() for name in bench.orders if name}


def _columns(bench: Bench) -> dict[str, Any]:
    titles = {"file": tr("file"), "truth": tr("It is"), "said": tr("Taken for")}
    return titles | number_columns([name for name in bench.orders if name])

"""A confusion matrix as a table whose counts are buttons. HTML, drawn as a picture is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from resnet.text.language import tr

_CELL = "cell."  # what the picture calls a count, before truth and prediction


def confusion_table(
    counts: NDArray[np.int64], classes: Sequence[int], labels: Sequence[str]
) -> str:
    """Counts (n, n) of these classes, a row for each truth; for `components.picture`.

    Colour deepens with the root of the row's share, so that a single mistake is seen: blue for what
    is right, orange for what is not.
    """
    names = [escape(labels[index]) for index in classes]
    heads = "".join(f'<th scope="col"><span>{name}</span></th>' for name in names)
    rows = "".join(_row(counts[i], classes, labels, i, name) for i, name in enumerate(names))
    corner = escape(tr("is ↓ · taken for →"))
    return (
        f'<table class="confused" data-across="0"><thead><tr><th>{corner}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def cell_name(truth: int, predicted: int) -> str:
    """What the picture calls a count."""
    return f"{_CELL}{truth}-{predicted}"


def classes_of(name: str) -> tuple[str, str]:
    """Truth and prediction, in digits, of the count that the picture calls so."""
    truth, _, predicted = name.removeprefix(_CELL).partition("-")
    return truth, predicted


def _row(
    counts: NDArray[np.int64], classes: Sequence[int], labels: Sequence[str], row: int, name: str
) -> str:
    whole = max(1, int(counts.sum()))
    cells = "".join(
        _cell(int(count), (count / whole) ** 0.5, classes[row], predicted, labels)
        for count, predicted in zip(counts, classes, strict=True)
    )
    return f'<tr><th scope="row" title="{name}">{name}</th>{cells}</tr>'


def _cell(count: int, depth: float, truth: int, predicted: int, labels: Sequence[str]) -> str:
    kind = "right" if truth == predicted else "other"
    if not count:
        return f'<td class="{kind}"></td>'
    label = tr(
        "{n} of {truth} taken for {said}", n=count, truth=labels[truth], said=labels[predicted]
    )
    return (
        f'<td class="{kind}"><span class="block" role="button" tabindex="-1" data-count="1" '
        f'data-name="{cell_name(truth, predicted)}" style="--depth:{depth:.3f}" '
        f'aria-label="{escape(label)}" title="{escape(label)}">{count}</span></td>'
    )

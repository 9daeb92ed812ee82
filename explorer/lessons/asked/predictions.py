"""What each lesson asks first, and how the answer is read off what the project has measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log
from statistics import fmean, median
from typing import Any

from explorer.figures.sketch import Scale, Sketch
from explorer.lessons.asked.prediction import Prediction
from explorer.resources import kept_rows
from resnet.counts.literature import LADDER
from resnet.mistakes.mistake import raised
from resnet.residual.surface_shape import share_below
from resnet.text.language import mark

_PERCENT = Scale(0, 100, " %")
_LAST = 10  # updates that a loss is averaged over


def _rows(name: str, **wanted: object) -> list[Mapping[str, Any]]:
    rows = kept_rows.experiment(name)["rows"]
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _each(*parts: object, of: Callable[..., float]) -> Callable[[], Sequence[float]]:
    """A measure of several, one after another."""
    return lambda: [of(part) for part in parts]


def _last_error(net: tuple[str, int]) -> float:
    kind, depth = net
    rows = _rows("degradation", kind=kind, depth=depth)
    last = max(row["epoch"] for row in rows)
    return 100 * median(row["train_error"] for row in rows if row["epoch"] == last)


def _first_over_last(kind: str) -> float:
    gradients = [row["gradient"] for row in _rows("gradients", kind=kind)]
    return gradients[0] / gradients[-1]


def _through_fifty(kind: str) -> float:
    rows = _rows("derivative", kind=kind, norm="on", blocks=50, block=1)
    return median(row["product"] for row in rows)


def _along_residual56() -> list[float]:
    return [row["value"] for row in _rows("responses", net="digits_residual56", kind="block")]


def _by_length() -> list[float]:
    together = [row["together"] for row in _rows("paths", net="digits_residual56")]
    return [100 * size / max(together) for size in together]


def _without_one(net: str) -> float:
    return 100 * median(row["error"] for row in _rows("lesions", net=net, kind="one"))


def _last_losses(gamma: int) -> float:
    return fmean(row["loss"] for row in _rows("zero-gamma", gamma=gamma)[-_LAST:])


def _shortcut_reads(option: str) -> float:
    (row,) = _rows("shortcuts", net="resnet50", shortcut=option, stride_on="1x1")
    return 100 * float(row["shortcut_reads"]["share"])


def _better_than_guessing(net: tuple[str, int]) -> float:
    kind, depth = net
    grid = [row["losses"] for row in _rows("surface", kind=kind, depth=depth)]
    return 100 * share_below(grid, log(10))


def _numbers(first: int, end: int) -> tuple[str, ...]:
    return tuple(map(str, range(first, end)))


def _silent() -> list[float]:
    return [sum(not raised(row["wrong"]) for row in _rows("mistakes"))]


PREDICTIONS: Mapping[str, Prediction] = {
    "derivative": Prediction(
        mark(
            "A gradient comes back through 50 equal blocks with BN and fresh weights. By what "
            "factor has its size changed at the first, without shortcuts and with them?"
        ),
        Sketch(("plain 50", "residual 50"), Scale(1e-8, 1e8, by_factors=True)),
        _each("plain", "residual", of=_through_fifty),
    ),
    "degradation": Prediction(
        mark(
            "Six networks learn the same digits for the same time: three of plain layers, three "
            "whose blocks have shortcuts. How many of the digits they learn from does each still "
            "get wrong at the end?"
        ),
        Sketch(
            ("plain 20", "plain 56", "plain 110", "residual 20", "residual 56", "residual 110"),
            _PERCENT,
        ),
        _each(*((kind, depth) for kind in ("plain", "residual") for depth in (20, 56, 110)),
              of=_last_error),
    ),
    "gradients": Prediction(
        mark(
            "Two untrained networks of 56 layers, He’s initialisation, batch normalisation. How "
            "many times the last layer’s gradient is the first layer’s?"
        ),
        Sketch(("plain 56", "residual 56"), Scale(1e-5, 1e5, by_factors=True)),
        _each("plain", "residual", of=_first_over_last),
    ),
    "addition": Prediction(
        mark(
            "Each of the 27 blocks of a trained residual-56 adds F(x) to what it reads. How large "
            "is F(x), by the size of what the shortcut carries?"
        ),
        Sketch(_numbers(1, 28), Scale(0, 2, digits=2), joined=True, across=mark("block")),
        _along_residual56,
    ),
    "paths": Prediction(
        mark(
            "Through 27 blocks lead 134,217,728 paths, of 0 to 27 blocks each. By paths of which "
            "length does the gradient come back? Let the length that brings most have 100 %."
        ),
        Sketch(_numbers(0, 28), _PERCENT, joined=True, across=mark("blocks on the path")),
        _by_length,
    ),
    "lesions": Prediction(
        mark(
            "One block is taken out of a trained network, and nothing is trained after it. What is "
            "the error then, at the median over all blocks?"
        ),
        Sketch(("plain 20", "residual 20", "residual 56"), _PERCENT),
        _each("digits_plain20", "digits_residual20", "digits_residual56", of=_without_one),
    ),
    "zero-gamma": Prediction(
        mark(
            "A network of 56 layers learns digits for one epoch at rate 0.1, without a warm-up. "
            "Guessing has a loss of 2.30. What loss do its last ten batches have, if the last γ of "
            "each block begins at 0, and if it begins at 1?"
        ),
        Sketch(("γ=0", "γ=1"), Scale(0, 3, digits=2)),
        _each(0, 1, of=_last_losses),
    ),
    "shortcuts": Prediction(
        mark(
            "The first block of stride 2 in a ResNet-50: what share of its map does the shortcut "
            "read? A takes every second pixel, B and C have a 1×1 convolution there, D averages "
            "first."
        ),
        Sketch(("A", "B", "C", "D"), _PERCENT),
        _each("A", "B", "C", "D", of=_shortcut_reads),
    ),
    "surface": Prediction(
        mark(
            "Around trained weights, on a plane as wide as the weights are long: what share of the "
            "points is better than guessing?"
        ),
        Sketch(("plain 20", "residual 20", "plain 56", "residual 56"), _PERCENT),
        _each(("plain", 20), ("residual", 20), ("plain", 56), ("residual", 56),
              of=_better_than_guessing),
    ),
    "mistakes": Prediction(
        mark("Thirty programs, each with one mistake. How many of them run to the end in silence?"),
        Sketch((mark("no\u00a0error"),), Scale(0, 30)),
        _silent,
    ),
    "modern": Prediction(
        mark(
            "Thirteen steps lead from ResNet-50 to ConvNeXt-T, from 76.1 % of ImageNet’s "
            "validation images to 82.0 %. Where on the way is it won, and does every step gain?"
        ),
        Sketch(
            _numbers(0, len(LADDER)),
            Scale(75, 83, " %", digits=1),
            joined=True,
            across=mark("step"),
        ),
        lambda: [rung.top1 for rung in LADDER],
    ),
}  # fmt: skip

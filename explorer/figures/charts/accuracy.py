"""Published accuracy against multiply-adds, with two networks marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10

import plotly.graph_objects as go

from explorer.figures.charts.colours import BLUE, ORANGE
from resnet.counts.comparison import Side
from resnet.counts.published import Weights
from resnet.text.language import mark, tr

_RESNET, _OTHER, _MARK = BLUE, "rgba(128,128,128,0.55)", ORANGE
_SIDES = {"left": mark("above"), "right": mark("below")}
_NAMED = ("resnet18", "resnet50", "resnet152", "densenet169", "vgg16", "alexnet")


def is_resnet(weights: Weights) -> bool:
    """Whether the model is a ResNet, a ResNeXt or a Wide ResNet."""
    return weights.model.startswith(("resnet", "resnext", "wide_resnet"))


def accuracy_scatter(published: Sequence[Weights], left: Side, right: Side) -> go.Figure:
    """Top-1 accuracy in percent against 10⁹ multiply-adds, log scale; a point carries its model."""
    groups = (
        (tr("other classifiers"), [w for w in published if not is_resnet(w)], _OTHER, "circle", 7),
        (tr("ResNets, V1 weights"), _resnets(published, "V1"), _RESNET, "circle", 10),
        (tr("ResNets, V2 weights"), _resnets(published, "V2"), _RESNET, "diamond", 10),
    )
    marked = {weights.model for side in (left, right) for weights in side.weights}
    named = [model for model in _NAMED if model not in marked]  # the legend names the others
    figure = go.Figure([_points(*group, named) for group in groups])
    for name, side, symbol in (("left", left, "circle-open"), ("right", right, "square-open")):
        if side.weights:
            figure.add_trace(_ring(name, side, symbol))
    _lines(figure, left, right)
    gmacs = [weights.gmacs for weights in published] + [_gmacs(left), _gmacs(right)]
    figure.update_layout(
        height=480,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},
        xaxis={
            "type": "log",
            "title": tr("GMACs of one image, log scale"),
            "range": [log10(min(gmacs)) - 0.1, log10(max(gmacs)) + 0.1],
            "dtick": 1,
            "ticks": "outside",
            "minor": {"dtick": "D1", "ticks": "outside"},
            "fixedrange": True,
        },
        yaxis={"title": tr("top-1 accuracy, %"), "fixedrange": True},
    )
    return figure


def describe_accuracies(published: Sequence[Weights], left: Side, right: Side) -> str:
    """The same in words, for those who do not see the chart."""
    tops = [weights.top1 for weights in published]
    marked = tr("; ").join(
        tr(
            "{side}: {title} at {gmacs:.3g} GMACs, {tops}",
            side=tr(_SIDES[name]),
            title=side.title,
            gmacs=_gmacs(side),
            tops=_tops(side),
        )
        for name, side in (("left", left), ("right", right))
    )
    return tr(
        "Top-1 accuracy of {n} published weights, {least:.1f} to {most:.1f} percent, against "
        "multiply-adds. {marked}.",
        n=len(published),
        least=min(tops),
        most=max(tops),
        marked=marked,
    )


def _tops(side: Side) -> str:
    accuracies = (
        tr("{top1:.2f} percent ({version})", top1=weights.top1, version=weights.version)
        for weights in side.weights
    )
    return tr(", ").join(accuracies) or tr("no published weights")


def _resnets(published: Iterable[Weights], version: str) -> list[Weights]:
    return [w for w in published if is_resnet(w) and w.version == version]


def _points(
    name: str,
    rows: Sequence[Weights],
    colour: str,
    symbol: str,
    size: int,
    named: Sequence[str],
) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[weights.gmacs for weights in rows],
        y=[weights.top1 for weights in rows],
        mode="markers+text",
        text=[w.model if w.model in named and w.version == "V1" else "" for w in rows],
        textposition="bottom right" if colour == _RESNET else "top left",
        hovertext=[_hover(weights) for weights in rows],
        hoverinfo="text",
        customdata=[weights.model for weights in rows],
        marker={"color": colour, "symbol": symbol, "size": size},
        unselected={"marker": {"opacity": 1}},
    )


def _hover(weights: Weights) -> str:
    return tr(
        "<b>{weights.model}</b>, {weights.version} weights<br>{weights.top1:.2f} % top-1 at "
        "{weights.crop} px<br>{weights.gmacs:.2f} GMACs, {params:.2f} M params",
        weights=weights,
        params=weights.params / 1e6,
    )


def _ring(name: str, side: Side, symbol: str) -> go.Scatter:
    return go.Scatter(
        name=tr("{side}: {title}", side=tr(_SIDES[name]), title=side.title),
        x=[weights.gmacs for weights in side.weights],
        y=[weights.top1 for weights in side.weights],
        mode="markers",
        marker={"color": _MARK, "symbol": symbol, "size": 19, "line": {"width": 3}},
        hoverinfo="skip",
        unselected={"marker": {"opacity": 1}},
    )


def _lines(figure: go.Figure, left: Side, right: Side) -> None:
    """A line at the multiply-adds of each; names stand on the outer sides, so they never meet."""
    less = _gmacs(left) <= _gmacs(right)
    for name, side, dash, outward in (
        ("left", left, "solid", less),
        ("right", right, "dash", not less),
    ):
        figure.add_vline(x=_gmacs(side), line={"color": _MARK, "width": 2, "dash": dash})
        figure.add_annotation(
            x=log10(_gmacs(side)),
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="right" if outward else "left",
            xshift=-4 if outward else 4,
            text=f"{tr(_SIDES[name])} {_gmacs(side):.3g}",
            showarrow=False,
        )


def _gmacs(side: Side) -> float:
    return side.numbers["macs"] / 1e9

"""An audit as one HTML file that needs nothing else: numbers, mistakes, calibration, images."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet.audit.findings.calibration import Bin, calibration, expected_error
from resnet.audit.findings.confusion import Confusion, confusion
from resnet.audit.findings.summary import summary
from resnet.audit.reading.columns import COLUMNS
from resnet.audit.reading.opened import Opened
from resnet.text.language import spoken, tr

WORST = 48  # images that are shown
_CLASSES, _PAIRS = 30, 30
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; }
th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid #8884; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.8rem; }
figure { margin: 0; } img { width: 100%; border-radius: 4px; }
figcaption { font-size: 13px; overflow-wrap: anywhere; }
svg text { fill: currentColor; font-size: 11px; }
"""


def report(audit: Opened, places: NDArray[np.int64], order: str) -> str:
    """The page: of the rows `places` in their order, the first of which are shown as images.

    `order` is the column by which they came. Words are those of the language that is spoken.
    """
    model, some = audit.plan.manifest.model, audit.rows.take(places)
    known = places[(audit.truths[places] >= 0) & (audit.predicted[places] >= 0)]
    title = tr("{model} on {n:,} images", model=model.title, n=len(places))
    parts = [f"<h1>{escape(title)}</h1>", _about(audit), _numbers(summary(some))]
    if len(known):
        counted = confusion(audit.truths[known], audit.predicted[known])
        right = audit.truths[known] == audit.predicted[known]
        bins = calibration(audit.numbers("probability")[known], right)
        parts += [_mistakes(counted, audit.labels), _scores(counted, audit.labels), _sure(bins)]
    parts.append(_images(audit, places[:WORST].tolist(), order))
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return (
        f'<!doctype html><html lang="{spoken()}"><head>{head}<title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _about(audit: Opened) -> str:
    manifest = audit.plan.manifest
    facts = {
        tr("weights"): manifest.model.sha256[:12],
        tr("map"): f"{manifest.model.layer} {'×'.join(map(str, manifest.model.cells))}",
        tr("truths"): manifest.settings.truth or tr("none"),
        tr("precision of the forward"): manifest.settings.precision,
        tr("begun"): manifest.begun,
        tr("done"): f"{len(audit.rows):,} / {len(audit.plan.paths):,}",
    }
    return _table((), facts.items())


def _numbers(found: dict[str, Any]) -> str:
    rows = [
        (tr("Images"), f"{found['images']:,}"),
        (tr("Not read"), f"{found['errors']:,}"),
        (tr("With a truth"), f"{found['with_truth']:,}"),
    ]
    if found["accuracy"] is not None:
        low, high = found["interval"]
        rows.append((tr("Right"), f"{found['accuracy']:.1%} ({low:.1%}–{high:.1%})"))
    rows += [
        (tr("mean of {column}", column=tr(COLUMNS[name].title)), f"{value:.3f}")
        for name, value in found["means"].items()
        if value is not None
    ]
    return _section(tr("In a few numbers"), _table((), rows))


def _mistakes(found: Confusion, labels: Sequence[str]) -> str:
    rows = [
        (labels[pair.truth], labels[pair.predicted], f"{pair.images:,}")
        for pair in found.mistakes[:_PAIRS]
    ]
    heads = tr("It is"), tr("Taken for"), tr("images")
    return _section(tr("Most frequent mistakes"), _table(heads, rows))


def _scores(found: Confusion, labels: Sequence[str]) -> str:
    rows = [
        (labels[one.class_index], f"{one.images:,}", _share(one.recall), _share(one.precision))
        for one in found.scores()[:_CLASSES]
    ]
    heads = tr("class"), tr("images"), tr("recall"), tr("precision")
    return _section(tr("Classes with most mistakes"), _table(heads, rows))


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.1%}"


def _sure(bins: tuple[Bin, ...]) -> str:
    """Accuracy by confidence, with the diagonal, as SVG."""

    def across(share: float) -> float:
        return 30 + 250 * share

    def up(share: float) -> float:
        return 260 - 250 * share

    bars = "".join(
        f'<rect x="{across(one.low):.1f}" y="{up(one.accuracy):.1f}" '
        f'width="{across(one.high) - across(one.low):.1f}" '
        f'height="{up(0) - up(one.accuracy):.1f}" fill="#2f7fc1" stroke="#8888">'
        f"<title>{one.images:,}: {one.confidence:.1%} → {one.accuracy:.1%}</title></rect>"
        for one in bins
    )
    marks = "".join(
        f'<text x="{across(share):.0f}" y="276" text-anchor="middle">{share:.0%}</text>'
        f'<text x="26" y="{up(share) + 4:.0f}" text-anchor="end">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
    )
    error = expected_error(bins)
    words = tr("Accuracy by confidence; expected calibration error {error:.1%}", error=error)
    ends = f"M{across(0)} {up(0)}L{across(1)} {up(1)}"
    line = f'<path d="{ends}" stroke="#d97a17" stroke-dasharray="5" />'
    svg = (
        f'<svg viewBox="-10 0 310 280" width="420" role="img" aria-label="{escape(words)}">'
        f"{bars}{line}{marks}</svg>"
    )
    return _section(tr("Is it as sure as it is right?"), f"{svg}<p>{escape(words)}</p>")


def _images(audit: Opened, places: list[int], order: str) -> str:
    numbers = {place: int(audit.rows["number"][place].as_py()) for place in places}
    pictures = audit.pictures([*numbers.values()])
    figures = []
    for place in places:
        picture = pictures.get(numbers[place])
        image = "" if picture is None else _image(picture.overlay)
        words = f"<figcaption>{_said(audit, place, order)}</figcaption>"
        figures.append(f"<figure>{image}{words}</figure>")
    title = tr("First by {column}", column=tr(COLUMNS[order].title))
    return _section(title, f'<div class="images">{"".join(figures)}</div>')


def _image(data: bytes) -> str:
    return f'<img alt="" src="data:image/webp;base64,{base64.b64encode(data).decode()}">'


def _said(audit: Opened, place: int, order: str) -> str:
    truth, predicted = int(audit.truths[place]), int(audit.predicted[place])
    value, error = (audit.rows[name][place].as_py() for name in (order, "error"))
    words = [audit.rows["path"][place].as_py(), error]
    words += [tr("taken for {label}", label=audit.labels[predicted])] if predicted >= 0 else []
    words += [tr("it is {label}", label=audit.labels[truth])] if truth >= 0 else []
    words += [] if value is None else [f"{tr(COLUMNS[order].title)} {value:.3g}"]
    return "<br>".join(escape(str(word)) for word in words if word)


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{body}</table>"

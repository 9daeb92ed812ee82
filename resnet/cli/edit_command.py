"""What `edit` on the command line does: a photograph edited and asked again, in rows and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from PIL import Image

from resnet.cli.answering import Unread, answered
from resnet.cli.columns import columns
from resnet.edits.areas import seen_mask
from resnet.edits.asking import Answer, Edited, ask_again
from resnet.edits.boxes import Box
from resnet.edits.changes import Change, colour, mean_colour
from resnet.edits.edit import (
    Edit,
    around,
    background,
    battery,
    blur,
    carton,
    crop,
    erase,
    grey,
    patch,
    rotate,
    text,
)  # fmt: skip
from resnet.edits.effects import Effects
from resnet.maps.explainable import Able, check_able
from resnet.model.progress import last
from resnet.pictures.encoding import png
from resnet.pictures.overlay import SIDE, blend, photo_and_heat, strength
from resnet.pictures.transform import Transform
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.given.owner_says import Given

_GAP = 16  # pixels between two maps


@dataclass(frozen=True)
class Wanted:
    """Edits as a call says them; `kept` is a box, or a mask of the whole photograph."""

    erase: tuple[Box, ...]
    blur: tuple[Box, ...]
    patch: tuple[Box, ...]
    shown: Change | None
    text: str | None
    at: Box
    kept: Box | Image.Image | None
    rotate: tuple[float, ...]
    grey: bool
    crop: bool
    carton: bool

    def edits(self, transform: Transform, size: tuple[int, int]) -> tuple[Edit, ...]:
        """Those for a model, of a photograph of this width and height; the battery if none is said.

        Raises `EditError` for a mask of another size.
        """
        mean = mean_colour(transform)
        said = (
            *(erase(box, mean) for box in self.erase),
            *map(blur, self.blur),
            *(patch(box, self.shown or colour("red")) for box in self.patch),
            *([text(self.text, self.at)] if self.text is not None else []),
            *self._around(self.shown or mean, transform, size),
            *map(rotate, self.rotate),
            *([grey()] if self.grey else []),
            *([crop()] if self.crop else []),
            *([carton()] if self.carton else []),
        )
        return said or battery()

    def _around(self, shown: Change, transform: Transform, size: tuple[int, int]) -> Iterator[Edit]:
        if isinstance(self.kept, Box):
            yield around(self.kept, shown)
        elif self.kept is not None:
            yield background(seen_mask(self.kept, transform, size), shown)


def edited(
    photos: Sequence[Path],
    wanted: Wanted,
    model: str,
    device: str | None,
    out: Path,
    given: Given,
    **question: Any,
) -> Iterator[dict[str, Any]]:
    """A row for each photograph and edit, in order; a row of a file that is not read has `error`.

    `question` holds target, layer, method, controls and seed. Writes the edited view and, where
    there are maps, those before and after on one scale, as PNG into `out`. The last row has the
    `effects` over all. Raises what `explain` on the command line raises, and `EditError`.
    """

    def check(classifier: Able) -> None:
        check_able(classifier, "predictions", *filter(None, [question["method"]]))

    def ask(classifier: Classifier, photo: Image.Image) -> tuple[Edited, ...]:
        edits = wanted.edits(classifier.transform, photo.size)
        return last(ask_again(classifier, photo, edits, **question))

    found = Effects()
    for each in answered(photos, ask, check, model, device, out, given):
        if isinstance(each, Unread):
            yield each.row
            continue
        found.add(each.result)
        for place, one in enumerate(each.result):
            stem = Path(f"{each.stem}-{place}-{one.edit.name.replace(' ', '-')}")
            yield _row(each.path, each.classifier, one, question["layer"], stem)
    yield {"effects": [asdict(effect) for effect in found.rows]}


def _row(
    path: Path, classifier: Classifier, one: Edited, layer: str | None, stem: Path
) -> dict[str, Any]:
    view_file = Path(f"{stem}.png")
    view_file.write_bytes(png(one.after.view))
    return {
        "file": str(path),
        "edit": one.edit.name,
        "target": one.before.standing.label,
        "target_index": one.before.standing.index,
        "before": _answer(one.before),
        "after": _answer(one.after),
        "logit_change": one.change,
        "margin_change": one.margin_change,
        "controls": list(one.control_changes),
        "beyond": one.beyond,
        "area": one.area,
        "view_file": str(view_file),
        **_maps(classifier, one, layer, Path(f"{stem}-maps.png")),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    standing = answer.standing
    shown = {name: getattr(standing, name) for name in ("logit", "margin", "probability", "rank")}
    evidence = {} if answer.values is None else {"evidence": answer.evidence}
    return shown | {"class": answer.best.label} | evidence


def _maps(classifier: Classifier, one: Edited, layer: str | None, file: Path) -> dict[str, str]:
    """Both maps on one scale, in a file; none of a family that has none."""
    before, after = one.before.values, one.after.values
    if before is None or after is None:
        return {}
    cells = {each.name: each for each in classifier.layers}
    at = cells[layer] if layer else classifier.layers[-1]
    full = strength([before, after])
    pair = Image.new("RGB", (2 * SIDE + _GAP, SIDE), "white")
    for place, (view, values) in enumerate(((one.before.view, before), (one.after.view, after))):
        overlay = blend(*photo_and_heat(view, values, at, SIDE, full=full))
        pair.paste(overlay, (place * (SIDE + _GAP), 0))
    file.write_bytes(png(pair))
    return {"layer": at.name, "maps_file": str(file)}


def in_words(row: dict[str, Any]) -> str:
    """A row of one edit as people read it."""
    before, after = row["before"], row["after"]
    controls = row["controls"]
    lines = [
        f"{row['file']}: {row['edit']}, of {row['target']}",
        f"  logit {before['logit']:.2f} → {after['logit']:.2f} ({row['logit_change']:+.2f}), "
        f"margin {before['margin']:.2f} → {after['margin']:.2f}, "
        f"probability {before['probability']:.1%} → {after['probability']:.1%}; "
        f"called {before['class']} → {after['class']}",
    ]
    if controls:
        lines.append(
            f"  {len(controls)} edits of equal area elsewhere: mean {fmean(controls):+.2f}; "
            f"{row['beyond']} of them change less"
        )
    if "evidence" in before and row["area"] < 1:
        lines.append(
            f"  the map's evidence there: {before['evidence']:.1%} → {after['evidence']:.1%} "
            f"(an even map: {row['area']:.1%})"
        )
    return "\n".join([*lines, "  " + ", ".join(_files(row))])


def _files(row: dict[str, Any]) -> list[str]:
    return [row[kind] for kind in ("view_file", "maps_file") if kind in row]


_HEAD = ("edit", "photos", "class changed", "logit", "margin", "elsewhere", "change less",
         "evidence", "even")  # fmt: skip


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The effects over all photographs."""
    return "\n".join(columns([_HEAD, *map(_cells, rows)]))


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    controlled = row["controls"] is not None
    return (
        row["edit"],
        str(row["photos"]),
        f"{row['flipped']:.0%}",
        f"{row['logit']:+.2f}",
        f"{row['margin']:+.2f}",
        f"{row['controls']:+.2f}" if controlled else "–",
        f"{row['beyond']:.0%}" if controlled else "–",
        f"{row['evidence']:.1%}",
        f"{row['area']:.1%}",
    )

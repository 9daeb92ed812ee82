"""What `explain` on the command line does for each photograph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resnet.cli.explain_other_command import Answer, answers
from resnet.evidence.bundle import gather, write
from resnet.maps.answers import ExplainError, Explanation
from resnet.maps.explain import explain
from resnet.model.devices import adaptively, devices
from resnet.pictures.overlay import SIDE, blend, photo_and_heat
from resnet.pictures.reading import ImageError, read_image
from resnet.weights.classifier import Classifier, check_own, load_classifier
from resnet.weights.owner_says import Given
from resnet.weights.torchvision_families import other


def explained(
    photos: tuple[Path, ...],
    model: str,
    device: str | None,
    out: Path,
    given: Given,
    bundle: Path | None = None,
    **asked: Any,
) -> Iterator[dict[str, Any]]:
    """A row for each photograph, in order; a row of a file that cannot be read has `error`.

    `given` is what is said of an own checkpoint; `asked` holds the targets, layer, method and
    precision of `explain`. Writes the signed map (.npy) and the overlay (.png) of each into `out`,
    and as `bundle` the evidence at that layer, or at every stage if none is named. Raises
    `ExplainError`, `WeightsError`, `CheckpointError`, `GivenError`, `DownloadError` or `DoesNotFit`
    where nothing can be done at all.
    """
    device = device or devices()[0]
    if device not in devices():
        raise ExplainError(f"This machine has no {device}; it has {', '.join(devices())}.")
    out.mkdir(parents=True, exist_ok=True)
    entry = other(model)
    if entry is None:
        answer = _residual(model, device, given, bundle, asked)
    else:
        check_own(entry.name, given)
        answer = answers(entry, device, SIDE, bundle=bundle, **asked)
    for number, path in enumerate(photos):
        try:
            photo = read_image(path.read_bytes(), path.name)
        except (ImageError, OSError) as error:
            yield {"file": str(path), "error": f"{path}: {_reason(error)}"}
            continue
        yield answer(path, photo, out / f"{_stem(path)}-{number}")


def _residual(
    model: str, device: str, given: Given, bundle: Path | None, asked: dict[str, Any]
) -> Answer:
    """How a residual network answers for one photograph."""
    load = cache(lambda where: load_classifier(model, device=where, given=given))

    def one(images: Sequence[Image.Image], where: str) -> Explanation:
        return explain(load(where), images, **asked)

    def answer(path: Path, photo: Image.Image, stem: Path) -> dict[str, Any]:
        outcome = next(adaptively(one, [photo], device, size=1))
        row = _row(path, load(outcome.device), photo, outcome.result, stem)
        return row | _bundled(bundle, load(outcome.device), photo, asked)

    return answer


def _bundled(
    bundle: Path | None, classifier: Classifier, photo: Image.Image, asked: dict[str, Any]
) -> dict[str, Any]:
    if bundle is None:
        return {}
    layers = [asked["layer"]] if asked["layer"] else None
    evidence = gather(
        classifier, photo, asked["targets"], layers, asked["method"], asked["precision"]
    )
    bundle.write_bytes(write(evidence))
    return {"bundle_file": str(bundle)}


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _stem(path: Path) -> str:
    return re.sub(r"[^\w.-]+", "_", path.stem)[:60] or "photo"


def _row(
    path: Path, classifier: Classifier, photo: Image.Image, said: Explanation, stem: Path
) -> dict[str, Any]:
    values, target = said.maps[0].numpy(), int(said.targets[0])
    map_file, overlay_file = Path(f"{stem}.npy"), Path(f"{stem}.png")
    np.save(map_file, values)
    _overlay(classifier, said, photo).save(overlay_file)
    return {
        "file": str(path),
        "predictions": [asdict(prediction) for prediction in said.top(0)],
        "target": classifier.labels[target],
        "target_index": target,
        "layer": said.stage.name,
        "method": said.method,
        "map_sum": float(values.sum()),
        "logit": float(said.logits[0, target]),
        "bias": float(said.biases[0]),
        "map_file": str(map_file),
        "overlay_file": str(overlay_file),
        "seconds": said.seconds,
    }


def _overlay(classifier: Classifier, said: Explanation, photo: Image.Image) -> Image.Image:
    view = classifier.transform.view(photo)
    return blend(*photo_and_heat(view, said.maps[0].numpy(), said.stage, SIDE))


def in_words(row: dict[str, Any]) -> str:
    """A row as people read it: the class, the best predictions, the files or why there are none."""
    best = "\n".join(
        f"  {p['probability']:7.2%}  {p['label']} (logit {p['logit']:.2f})"
        for p in row["predictions"]
    )
    files = [row[kind] for kind in ("map_file", "overlay_file", "bundle_file") if kind in row]
    where = f" at {row['layer']}" if "layer" in row else ""
    return f"{row['file']}: {row['target']}{where}{_total(row)}\n{best}\n  " + (
        ", ".join(files) or row["note"]
    )


def _total(row: dict[str, Any]) -> str:
    """Where the map is complete: that its sum and the bias are the logit."""
    if "map_sum" not in row:
        return ""
    return f" (map sum {row['map_sum']:.3f}, logit {row['logit']:.3f}, bias {row['bias']:.3f})"

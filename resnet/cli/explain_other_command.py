"""What `explain` on the command line does with torchvision's other classifiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resnet.maps.answers import ExplainError
from resnet.maps.other_families import explain_other, overlay
from resnet.model.devices import adaptively
from resnet.weights.catalogue import Trained
from resnet.weights.torchvision_families import OtherClassifier, load_other

Answer = Callable[[Path, Image.Image, Path], dict[str, Any]]


def answers(
    entry: Trained,
    device: str,
    side: int,
    *,
    bundle: Path | None,
    targets: str | None,
    layer: str | None,
    method: str,
    precision: str,
) -> Answer:
    """How a classifier answers for one photograph: path, photograph and stem to a row.

    Overlays are `side` pixels wide. Raises `ExplainError` for what only residual networks have.
    """
    _check(entry.name, bundle, method, precision)
    load = cache(partial(load_other, entry))

    def answer(path: Path, photo: Image.Image, stem: Path) -> dict[str, Any]:
        def one(photos: Sequence[Image.Image], where: str) -> dict[str, Any]:
            return _row(path, load(where), photos[0], targets, layer, stem, side)

        return next(adaptively(one, [photo], device, size=1)).result

    return answer


def _check(name: str, bundle: Path | None, method: str, precision: str) -> None:
    if bundle is not None:
        raise ExplainError(
            f"A bundle holds the stages of a residual network; {name} has none. Leave out --bundle."
        )
    if method != "gradcam":
        raise ExplainError(f"For {name}, which is no residual network, there is only gradcam.")
    if precision != "fp32":
        raise ExplainError(f"{name}, which is no residual network, runs in fp32 here.")


def _row(
    path: Path,
    classifier: OtherClassifier,
    photo: Image.Image,
    target: str | None,
    layer: str | None,
    stem: Path,
    side: int,
) -> dict[str, Any]:
    said = explain_other(classifier, photo, target, layer)
    found = {
        "file": str(path),
        "predictions": [asdict(prediction) for prediction in said.top()],
        "target": classifier.labels[said.target],
        "target_index": said.target,
        "logit": float(said.logits[said.target]),
        "seconds": said.seconds,
    }
    if said.map is None or said.layer is None:
        return found | {"note": said.refused}
    map_file, overlay_file = Path(f"{stem}.npy"), Path(f"{stem}.png")
    np.save(map_file, said.map.numpy())
    overlay(classifier, photo, said.layer, said.map, side).save(overlay_file)
    return found | {
        "layer": said.layer,
        "method": "gradcam",
        "map_file": str(map_file),
        "overlay_file": str(overlay_file),
    }

"""Which maps lie on their object: every method on drawn scenes, whose truth is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resnet.experiments.registry import setting
from resnet.pictures.placement import PLACEMENTS
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, Scene, scene
from resnet.trust.localisation import Localisation, localisation

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.maps.attribute import Attribution
    from resnet.model.progress import Progress
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

MODEL = "shapes_resnet20"
_FIRST = 500_000  # held out, and apart from the scenes that measured the checkpoint
_NO_PLACEMENT = "pixels"
_CONTROLS = "control: "


@dataclass(frozen=True)
class Settings:
    """How many scenes, and which: `seed` is also SmoothGrad's and the controls'."""

    n: int = setting(100, "Scenes.", 1, 10_000)
    seed: int = setting(0, "Moves the scenes.", 0, 40)


@dataclass(frozen=True)
class Row:
    """Means over `n` objects: each of the two in every scene, by the map of its own class."""

    method: str
    layer: str
    placement: str
    pointing_game: float
    energy_in_object: float
    iou: float
    n: int


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Every method on scenes of two objects. Yields after each; all rows come with the last."""
    from resnet.weights.loading import load_residual

    yield from localise(load_residual(MODEL), settings.n, settings.seed)


def conditions(settings: Settings) -> dict[str, Any]:
    """The model and the objects that the rows are means over."""
    from resnet.weights.loading import load_residual

    classifier = load_residual(MODEL)
    return {
        "model": classifier.name,
        "sha256": classifier.sha256,
        "seed": settings.seed,
        "scenes": settings.n,
        "objects": 2 * settings.n,
    }


def localise(
    classifier: ResidualClassifier, n: int, seed: int = 0
) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """Every method on `n` scenes of two objects, whose masks are known; yields after each scene.

    The rows come with the last. `seed` moves the scenes, and is SmoothGrad's and the controls'.
    """
    from resnet.model.progress import Progress

    scores: dict[tuple[str, str, str], list[Localisation]] = defaultdict(list)
    for done in range(1, n + 1):
        drawn = scene(HELD_OUT_SEEDS[_FIRST + seed * 10_000 + done - 1], objects=2)
        for key, pair in _maps(classifier, drawn, seed * 10_000 + done):
            scores[key] += map(localisation, pair, drawn.masks)
        yield Progress(done, n, _rows(scores) if done == n else None)


def _rows(scores: dict[tuple[str, str, str], list[Localisation]]) -> tuple[Row, ...]:
    return tuple(
        Row(
            *key,
            pointing_game=float(np.mean([score.hit for score in localisations])),
            energy_in_object=float(np.mean([score.energy for score in localisations])),
            iou=float(np.mean([score.iou for score in localisations])),
            n=len(localisations),
        )
        for key, localisations in scores.items()
    )


def _maps(
    classifier: ResidualClassifier, drawn: Scene, seed: int
) -> Iterator[tuple[tuple[str, str, str], NDArray[np.float32]]]:
    """(method, layer, placement) and the maps of both objects' classes (2, H, W)."""
    import torch
    from PIL import Image

    from resnet.maps.attribute import attribute
    from resnet.maps.methods import METHODS, Settings
    from resnet.model.progress import last
    from resnet.trust.insertion_deletion import controls

    stage_names = classifier.spec.stage_names
    image = classifier.transform.tensor(Image.fromarray(drawn.image))[None]  # (1, 3, H, W)
    both, targets = image.repeat(2, 1, 1, 1), torch.tensor(drawn.labels)
    for name, method in METHODS.items():
        layers = stage_names if method.of == "stage" else stage_names[-1:]
        for layer in layers:
            answer = attribute(classifier.model, both, targets, name, layer, Settings(seed))
            yield from _placed(last(answer), image, layer)
    for control, cells in controls(image, (8, 8), 1, seed).items():
        placed = np.kron(cells, np.ones([side // 8 for side in image.shape[2:]], np.float32))
        yield (f"{_CONTROLS}{control.split()[0]}", "", _NO_PLACEMENT), np.stack([placed, placed])


def _placed(
    attribution: Attribution, image: Tensor, layer: str
) -> Iterator[tuple[tuple[str, str, str], NDArray[np.float32]]]:
    side = image.shape[-1]
    if attribution.stage is None:
        yield (attribution.method, "", _NO_PLACEMENT), attribution.placed(side)
        return
    for how in PLACEMENTS:
        yield (attribution.method, layer, how), attribution.placed(side, how)

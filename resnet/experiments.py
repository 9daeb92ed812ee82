"""Measurements that can be repeated: `python -m resnet experiment maps`."""

from __future__ import annotations

import json
import platform
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

from resnet.data import HELD_OUT_SEEDS, Scene, scene
from resnet.localisation import Localisation, localisation
from resnet.placement import PLACEMENTS

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.attributing import Attribution
    from resnet.progress import Progress
    from resnet.weights import Classifier

MODEL = "shapes_resnet20"
_FIRST = 500_000  # held out, and apart from the scenes that measured the checkpoint
_KEPT = Path(__file__).resolve().parents[1] / "assets" / "experiments" / "maps.json"
_NO_PLACEMENT = "pixels"
_CONTROLS = "control: "


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


def localise(classifier: Classifier, n: int, seed: int = 0) -> Iterator[Progress[tuple[Row, ...]]]:
    """Every method on `n` scenes of two objects, whose masks are known; yields after each scene.

    The rows come with the last. `seed` moves the scenes, and is SmoothGrad's and the controls'.
    """
    from resnet.progress import Progress

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
            pointing_game=float(np.mean([score.hit for score in found])),
            energy_in_object=float(np.mean([score.energy for score in found])),
            iou=float(np.mean([score.iou for score in found])),
            n=len(found),
        )
        for key, found in scores.items()
    )


def _maps(
    classifier: Classifier, drawn: Scene, seed: int
) -> Iterator[tuple[tuple[str, str, str], NDArray[np.float32]]]:
    """(method, layer, placement) and the maps of both objects' classes (2, H, W)."""
    import torch
    from PIL import Image

    from resnet.attributing import attribute
    from resnet.methods import METHODS, Settings
    from resnet.progress import last
    from resnet.trust.curves import controls

    names = classifier.spec.stage_names
    image = classifier.transform.tensor(Image.fromarray(drawn.image))[None]  # (1, 3, H, W)
    both, targets = image.repeat(2, 1, 1, 1), torch.tensor(drawn.labels)
    for method, about in METHODS.items():
        layers = names if about.of == "stage" else names[-1:]
        for layer in layers:
            answer = attribute(classifier.model, both, targets, method, layer, Settings(seed))
            yield from _placed(last(answer), image, layer)
    for name, cells in controls(image, (8, 8), 1, seed).items():
        placed = np.kron(cells, np.ones([side // 8 for side in image.shape[2:]], np.float32))
        yield (f"{_CONTROLS}{name.split()[0]}", "", _NO_PLACEMENT), np.stack([placed, placed])


def _placed(
    found: Attribution, image: Tensor, layer: str
) -> Iterator[tuple[tuple[str, str, str], NDArray[np.float32]]]:
    side = image.shape[-1]
    if found.stage is None:
        yield (found.method, "", _NO_PLACEMENT), found.placed(side)
        return
    for how in PLACEMENTS:
        yield (found.method, layer, how), found.placed(side, how)


def kept_maps() -> dict[str, Any]:
    """The table that the project keeps, with its provenance."""
    return json.loads(_KEPT.read_text("utf-8"))


def provenance(command: str, seed: int, n: int, classifier: Classifier) -> dict[str, Any]:
    """What a table depends on."""
    import captum
    import torch

    return {
        "command": command,
        "model": classifier.name,
        "sha256": classifier.sha256,
        "seed": seed,
        "scenes": n,
        "objects": 2 * n,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "captum": captum.__version__,
            "numpy": np.__version__,
        },
    }


@click.group()
def experiment() -> None:
    """Repeat a measurement whose result the project shows."""


@experiment.command()
@click.option("--n", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Scenes.")
@click.option("--seed", type=click.IntRange(0, 40), default=0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Rows and provenance.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array of rows, nothing else.")
def maps(n: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Which maps lie on their object: every method on drawn scenes, whose truth is known."""
    from resnet.weights import load_classifier

    classifier = load_classifier(MODEL)
    rows: tuple[Row, ...] = ()
    with click.progressbar(length=n, file=sys.stderr, label="scenes") as bar:
        for step in localise(classifier, n, seed):
            bar.update(1)
            rows = step.result or ()
    found = [asdict(row) for row in rows]
    if out is not None:
        command = f"python -m resnet experiment maps --n {n} --seed {seed} --out {out}"
        about = provenance(command, seed, n, classifier)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(about | {"rows": found}, indent=1) + "\n", "utf-8")
    click.echo(json.dumps(found) if as_json else _table(rows))


def _table(rows: tuple[Row, ...]) -> str:
    head = ("method", "layer", "placement", "pointing", "energy", "iou", "n")
    lines = [head] + [
        (r.method, r.layer, r.placement, f"{r.pointing_game:.3f}",
         f"{r.energy_in_object:.3f}", f"{r.iou:.3f}", str(r.n))
        for r in rows
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)

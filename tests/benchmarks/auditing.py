"""An audit by ResNet-50 against the bare forward of the same serving form at the same batch.

Images are JPEGs of 256×256 pixels, which decode in time; then of 12 megapixels, which do not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import rmtree

import numpy as np
import torch
from PIL import Image

from resnet.audit.images.source import Source
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit
from resnet.audit.running.store import Store
from resnet.model.progress import last
from resnet.network.spec import ResNetSpec
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, untrained
from tests.benchmarks.timing import Found, compared, grown, side_by_side

BATCH, IMAGES, REPEATS = 8, 160, 5
FEW = 16  # of those that take long to decode
LEAST = 0.9  # of the images per second of the bare forward
AUDIT, BARE = "audit", "bare forward"


def pictures(folder: Path, side: tuple[int, int], n: int) -> Path:
    """So many JPEGs of soft noise."""
    dice = np.random.default_rng(0)
    for number in range(n):
        grain = dice.integers(0, 256, (24, 24, 3), dtype=np.uint8)
        image = Image.fromarray(grain).resize(side, Image.Resampling.BICUBIC)
        image.save(folder / f"{number}.jpg", quality=90)
    return folder


def bare(classifier: ResidualClassifier, images: int) -> None:
    """As many batches of a picture that is there already."""
    side = classifier.transform.crop
    batch = torch.zeros(BATCH, 3, side, side)
    with torch.inference_mode():
        for _ in range(images // BATCH):
            classifier.serving(batch)


def audited(classifier: ResidualClassifier, images: Path, out: Path) -> None:
    """From the folder to Parquet, thumbnails and overlays, anew each time."""
    rmtree(out, ignore_errors=True)
    question = Question(Source(str(images)), batch=BATCH)
    last(audit(question, classifier, "random", Store(str(out)), here))


def ways(folder: Path, side: tuple[int, int], n: int) -> dict[str, Callable[[], object]]:
    classifier = untrained(ResNetSpec.preset("resnet50"))
    classifier.ready()
    folder.mkdir()
    images = pictures(folder, side, n)
    return {
        AUDIT: partial(audited, classifier, images, folder.parent / f"{folder.name}-audit"),
        BARE: partial(bare, classifier, n),
    }


def main() -> Found:
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as name:
        small = side_by_side(ways(Path(name) / "small", (256, 256), IMAGES), REPEATS)
        title = f"Audit of {IMAGES} JPEGs of 256×256 by ResNet-50, batch {BATCH}"
        yield compared(title, small, {(AUDIT, BARE): 1 / LEAST})
        large = side_by_side(ways(Path(name) / "large", (4000, 3000), FEW), 3)
        yield compared(f"The same of {FEW} JPEGs of 12 megapixels", large, {})
        yield grown(
            "Audit, by images", "images", (8, 16, 32, 64), 3, partial(of_images, Path(name))
        )


def of_images(folder: Path, n: int) -> dict[str, Callable[[], object]]:
    return ways(folder / str(n), (256, 256), n)

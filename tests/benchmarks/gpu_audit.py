"""An audit on a card against the bare forward of the same form, batch and precision.

Its images are decoded already, so that what is timed is all else: what goes to the card, the maps,
what is measured, and the tables. Drawing, which wants a core for each 250 images a second, is off.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from resnet.audit.images.source import Source
from resnet.audit.running.job import Job, Question, audit
from resnet.audit.running.pipeline import Pipeline
from resnet.audit.running.plan import Part
from resnet.audit.running.prepared import Prepared
from resnet.audit.running.rows import Image as Row
from resnet.audit.running.store import Store
from resnet.model.progress import last
from resnet.network.spec import ResNetSpec
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, untrained
from tests.benchmarks.timing import ratio, side_by_side

BATCHES = 8
AUDIT, BARE = "audit", "bare forward"


class Decoded(Pipeline):
    """A pipeline whose images are there."""

    def _prepare(self, number: int) -> Prepared:
        side = self.classifier.transform.crop
        view = Image.frombuffer("RGB", (side, side), bytes(3 * side * side))
        return Prepared(Row(number, self.plan.paths[number]), view)


def decoded(job: Job, left: list[Part]) -> Iterator[int]:
    """The engine of this machine on such images."""
    asked = job.question
    return Decoded(job.plan, asked.source, asked.insides, job.classifier).write(job.store, left)


def bare(classifier: ResidualClassifier, batch: int, precision: str) -> None:
    side = classifier.transform.crop
    images = torch.zeros(batch, 3, side, side, device=classifier.device)
    for _ in range(BATCHES):
        forward(classifier, images, precision)
    if classifier.device.type == "cuda":
        torch.cuda.synchronize()


def forward(classifier: ResidualClassifier, images: torch.Tensor, precision: str) -> None:
    kind, half = images.device.type, precision != "fp32"
    with torch.inference_mode(), torch.autocast(kind, torch.bfloat16, enabled=half):
        classifier.serving(images)


def measured(device: str, net: str, batch: int, repeats: int) -> dict[str, Any]:
    """Images per second of both, and the median ratio of neighbouring turns."""
    spec = ResNetSpec.preset(net)
    classifier = untrained(spec)
    classifier.model.to(device)
    classifier.ready()
    precision = "bf16" if device == "cuda" else "fp32"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = folder / "images"
        images.mkdir()
        for number in range(BATCHES * batch):
            (images / f"{number}.png").touch()
        turns = iter(range(10**6))

        def audited() -> None:
            source = Source(str(images))
            asked = Question(source, precision=precision, batch=batch, pictures=False)
            store = Store(str(folder / f"audit-{next(turns)}"))
            last(audit(asked, classifier, net, store, decoded))

        ways = {AUDIT: audited, BARE: partial(bare, classifier, batch, precision)}
        times = side_by_side(ways, repeats)
    return {
        "net": net, "batch": batch, "precision": precision,
        "audit": BATCHES * batch / times[AUDIT].median,
        "bare": BATCHES * batch / times[BARE].median,
        "ratio": ratio(times[BARE], times[AUDIT]),
    }  # fmt: skip

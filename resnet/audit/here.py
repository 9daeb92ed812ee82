"""The engine of this machine: one process, whose threads decode and draw while the model runs."""

from __future__ import annotations

from collections.abc import Iterator

from resnet.audit.job import Job
from resnet.audit.pipeline import Pipeline
from resnet.audit.plan import Part


def here(job: Job, left: list[Part]) -> Iterator[int]:
    """Do parts of a job; yields the number of each that is written."""
    asked = job.question
    pipeline = Pipeline(job.plan, asked.source, asked.insides, job.classifier)
    for finished in pipeline.finish(left):
        job.store.finish(finished.part.number, finished.rows, finished.pictures)
        yield finished.part.number

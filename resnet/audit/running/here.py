"""The engine of this machine: one process, whose threads decode and draw while the model runs."""

from __future__ import annotations

from collections.abc import Iterator

from resnet.audit.running.job import Job
from resnet.audit.running.pipeline import Pipeline
from resnet.audit.running.plan import Part


def here(job: Job, left: list[Part]) -> Iterator[int]:
    """Do parts of a job; yields the number of each that is written."""
    asked = job.question
    pipeline = Pipeline(job.plan, asked.source, asked.insides, job.classifier)
    return pipeline.write(job.store, left)

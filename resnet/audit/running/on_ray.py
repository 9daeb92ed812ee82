"""The engine of a cluster: Ray Data hands parts out to actors, each of which holds the model.

An actor writes the parts that it is given, as the engine of one machine does, and tells no more
than their numbers: rows go from where they are made to where they are kept. What a lost node had
begun, Ray gives to another; a part that is written twice is the same. Images and the audit's
folder must be at hand on every node: at an address, or in a folder that all nodes share.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import ray
import ray.data
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

from resnet.audit.images.errors import AuditError
from resnet.audit.running.job import Job
from resnet.audit.running.pipeline import Pipeline, moved
from resnet.audit.running.plan import Part
from resnet.text.language import tr

CPUS = 2  # of an actor: the model runs on them, and images are decoded meanwhile
_PATIENCE = 5  # seconds


def on_ray(
    job: Job, left: list[Part], address: str | None = None, cpus: int = CPUS
) -> Iterator[int]:
    """Do parts of a job on a cluster; yields the number of each that is written.

    Without an `address`, on the cluster that this process is part of, that RAY_ADDRESS names, or
    else on one of this machine alone, which ends with it. Where the job's classifier is on a GPU,
    an actor takes one, and else `cpus`. Raises `AuditError` where there is no cluster or no room.
    """
    if not left:
        return
    with _cluster(address):
        device = job.classifier.device.type
        room = _room(device, cpus)
        alone = replace(job, classifier=moved(job.classifier, "cpu"))
        kept = ray.put(alone)  # here, so that it outlives every node
        # A block each, made here: repartition would want a CPU, and the actors may have them all.
        parts = ray.data.from_items(
            [part._asdict() for part in left], override_num_blocks=len(left)
        )
        written = parts.map_batches(
            _Auditor,
            fn_constructor_args=(kept, device, room.cpus or cpus),
            batch_size=1,
            compute=ActorPoolStrategy(min_size=1, max_size=min(room.actors, len(left))),
            num_cpus=room.cpus,
            num_gpus=room.gpus,
        )
        for row in written.iter_rows():
            if row["refused"]:
                raise AuditError(row["refused"])
            yield int(row["number"])


class _Auditor:
    """An actor: a model that is loaded once, and writes one part after the other."""

    def __init__(self, kept: ray.ObjectRef[Job], device: str, threads: int):
        job: Job = ray.get(kept)
        asked = job.question
        model = moved(job.classifier, device)
        self._store = job.store
        self._pipeline = Pipeline(job.plan, asked.source, asked.insides, model, threads)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        (part,) = map(Part, *(batch[name].tolist() for name in Part._fields))
        try:
            deque(self._pipeline.write(self._store, [part]), maxlen=0)
        except AuditError as error:
            return {"number": [part.number], "refused": [str(error)]}
        return {"number": [part.number], "refused": [""]}


def _knock(address: str | None) -> None:
    """Raise `OSError` where nobody listens at an address, which Ray would try for minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if port.isdecimal():
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()


class _Room(NamedTuple):
    """How many actors a cluster has room for, and what each takes."""

    actors: int
    cpus: int
    gpus: int


def _room(device: str, cpus: int) -> _Room:
    """Raises `AuditError` where there is none."""
    kind, each = ("GPU", 1) if device == "cuda" else ("CPU", cpus)
    nodes = [int(node["Resources"].get(kind, 0)) for node in ray.nodes() if node["Alive"]]
    each = min(each, max(nodes, default=0))
    if not each:
        raise AuditError(tr("No node of the cluster has a {kind} for this.", kind=kind))
    actors = sum(n // each for n in nodes)
    return _Room(actors, 0, each) if kind == "GPU" else _Room(actors, each, 0)


@contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    """Be connected to a cluster, and leave it where this has joined it. Raises `AuditError`."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # tells nobody that it was used
    joined = not ray.is_initialized()
    if joined:
        try:
            _knock(address)
            ray.init(
                address, log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False
            )
        except (RayError, OSError, ValueError, RuntimeError) as error:
            raise AuditError(
                tr("There is no cluster at {address}: {why}", address=address, why=str(error)[:200])
            ) from None
    DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        yield
    finally:
        if joined:
            ray.shutdown()

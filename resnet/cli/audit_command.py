"""What `audit` on the command line does: an engine, its progress, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from resnet.audit.findings.leaning import COLUMNS, Seen, leanings
from resnet.audit.findings.summary import summary
from resnet.audit.images.errors import AuditError
from resnet.audit.images.insides import Insides
from resnet.audit.images.source import Source
from resnet.audit.images.truths import BY
from resnet.audit.running.here import here
from resnet.audit.running.job import Engine, Question, audit
from resnet.audit.running.plan import Model
from resnet.audit.running.store import Store
from resnet.cli.device import device_of
from resnet.model.progress import Progress
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier


def audited(
    source: str, model: str, out: str, given: Given, device: str | None, engine: Engine, **said: Any
) -> Iterator[Progress[dict[str, Any]]]:
    """Images done, of all, and at last what the audit comes to.

    Raises `AuditError`, and what loading a classifier and asking it raise.
    """
    device = device_of(device)
    question, store = _question(source, **said), Store(out)
    classifier = load_classifier(model, device=device, given=given)
    for progress in audit(question, classifier, model, store, engine):
        yield Progress(progress.done, progress.total)
    assert progress.result
    suspects = _suspects(store, progress.result.manifest.model)
    result = {"out": out, "model": classifier.title, **summary(store.rows()), "suspects": suspects}
    yield Progress(result["images"], result["images"], result)


def _suspects(store: Store, model: Model) -> list[dict[str, Any]]:
    """The classes that lean on one place."""
    found = leanings(store.each(COLUMNS), Seen.of(model))
    return [{"class": model.labels[one.target], **asdict(one)} for one in found if one.suspect]


def engine_of(name: str, address: str | None) -> Engine:
    """What does the work: this process, or a Ray cluster. Raises `MissingExtra`."""
    if name == "here":
        return here
    from resnet.audit.running.on_ray import on_ray

    return partial(on_ray, address=address)


def _question(
    source: str, truth: str | None, boxes: Path | None, masks: str | None, **settings: Any
) -> Question:
    insides = Insides()
    if boxes is not None:
        insides = Insides.in_csv(boxes.read_bytes(), boxes.name)
    elif masks is not None:
        insides = Insides.in_folder(masks)
    asked = Question(Source(source), insides=insides, **settings)
    if truth is None or truth in BY:
        return replace(asked, truth=truth)
    if truth == "none":
        return replace(asked, truth="")
    if not Path(truth).is_file():
        raise AuditError(f"--truth is {truth}; it can be {', '.join(BY)}, none, or a CSV's name.")
    return replace(asked, truth=Path(truth).name, csv=Path(truth).read_bytes())


def in_words(found: dict[str, Any]) -> str:
    """What people read at the end."""
    n, errors = found["images"], found["errors"]
    lines = [f"{found['out']}: {n:,} images by {found['model']}, {errors:,} not read"]
    if found["accuracy"] is not None:
        low, high = found["interval"]
        lines.append(
            f"  right: {found['right']:,} of {found['with_truth']:,} with a known truth, "
            f"{found['accuracy']:.1%} (95 %: {low:.1%} to {high:.1%})"
        )
    means = [f"{name} {value:.3f}" for name, value in found["means"].items() if value is not None]
    lines += [f"  means: {', '.join(means)}"] if means else []
    if found["largest_gap"] is not None:
        gap = f"{found['largest_gap']:.2g}"
        lines.append(f"  largest gap between a map's sum with its bias and the logit: {gap}")
    lines += [
        f"  {one['class']} leans on one place: {one['share']:.1%} of its evidence in row "
        f"{one['row'] + 1}, column {one['column'] + 1} of 4×4, where other classes have "
        f"{one['others']:.1%}; channel {one['channel']}"
        for one in found["suspects"]
    ]
    return "\n".join(lines)

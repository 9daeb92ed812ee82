"""An audit: a model asked about every image of a source, each once, whatever happens meanwhile.

What is asked is planned first and written down; then an engine does its parts, and each is written
whole. So a second call goes on where the first one was killed, and refuses to mix in anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from resnet.audit.images import truths
from resnet.audit.images.errors import AuditError
from resnet.audit.images.insides import Insides
from resnet.audit.images.source import Listed, Source
from resnet.audit.running.batching import batch_size
from resnet.audit.running.measures import Measuring
from resnet.audit.running.plan import FORMAT, Manifest, Model, Part, Plan, Settings, list_sha256
from resnet.audit.running.store import Store
from resnet.maps.explainable import check_able
from resnet.model.progress import Progress
from resnet.model.versions import versions
from resnet.text.language import tr
from resnet.weights.classifiers.classifier import Classifier

_PARTS = 25  # of a small audit, so that its progress is seen


@dataclass(frozen=True)
class Question:
    """What is asked: of which images, and what is said of them.

    `truth` is "folder" or "name", "" for nothing said, None for whichever tells more, or a CSV's
    name with its bytes in `csv`. Settings are the usual ones where they are None.
    """

    source: Source
    truth: str | None = None
    csv: bytes | None = None
    insides: Insides = field(default_factory=Insides)
    precision: str = "fp32"
    batch: int | None = None
    pictures: bool = True


@dataclass(frozen=True)
class Job:
    """A plan that is written down, with all that it takes to do its parts."""

    plan: Plan
    question: Question
    classifier: Classifier
    store: Store

    @property
    def left(self) -> list[Part]:
        """The parts that are not done."""
        done = self.store.done()
        return [part for part in self.plan.parts if part.number not in done]


Engine = Callable[[Job, list[Part]], Iterator[int]]


def audit(
    question: Question, classifier: Classifier, asked: str, store: Store, engine: Engine
) -> Iterator[Progress[Plan]]:
    """Do what is left of an audit, or all of it; yields images done, of all, and at last the plan.

    `asked` is the name or file by which the classifier was asked for; `engine` does parts of a job
    and yields their numbers as they are written. Raises `AuditError`, and `ExplainError` for a
    precision that the classifier lacks.
    """
    check_able(classifier, question.precision)
    with store.alone():
        job = Job(_planned(question, classifier, asked, store), question, classifier, store)
        sizes = {part.number: part.stop - part.start for part in job.plan.parts}
        left, total = job.left, len(job.plan.paths)
        done = total - sum(sizes[part.number] for part in left)
        yield Progress(done, total)
        for number in engine(job, left):
            done += sizes[number]
            yield Progress(done, total)
        yield Progress(total, total, job.plan)


def _planned(question: Question, classifier: Classifier, asked: str, store: Store) -> Plan:
    """What was begun here, if it is the same; else what is begun now."""
    begun = store.plan()
    batch = begun.settings.batch if begun and question.batch is None else question.batch
    new = plan(replace(question, batch=batch), classifier, asked)
    if begun is None:
        store.begin(new)
        begun = store.plan() or new  # at an address another may have begun meanwhile
    begun.manifest.check_same(new.manifest)
    store.sweep()
    return begun


def plan(question: Question, classifier: Classifier, asked: str) -> Plan:
    """What there is to do. Raises `AuditError` where there is nothing, or a CSV names others."""
    listed = question.source.listing()
    truth, known = _truths(question, listed, classifier.labels)
    batch = question.batch or batch_size(classifier, question.precision)
    settings = Settings(
        precision=question.precision,
        batch=batch,
        part=_part(len(listed), batch),
        truth=truth,
        inside=question.insides.sha256,
        pictures=question.pictures,
    )
    manifest = Manifest(
        format=FORMAT,
        model=_model(classifier, asked),
        settings=settings,
        images=len(listed),
        images_sha256=list_sha256(listed, known),
        source=question.source.url,
        device=str(classifier.device),
        versions=versions(),
        begun=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return Plan(manifest, [one.path for one in listed], known)


def _truths(
    question: Question, listed: list[Listed], labels: tuple[str, ...]
) -> tuple[str, list[int]]:
    """How truths are known, and the class of each image, -1 for none."""
    paths = [one.path for one in listed]
    if question.csv is not None:
        said = truths.in_csv(question.csv, question.truth or "", labels)
        if not said.keys() & {*paths}:
            raise AuditError(
                tr(
                    "None of the paths in {name} is an image of {source}. They are written as "
                    "{path}.",
                    name=question.truth,
                    source=question.source.url,
                    path=paths[0],
                )
            )
        return f"csv {Path(question.truth or '').name}", [said.get(path, -1) for path in paths]
    by = truths.usual(paths, labels) if question.truth is None else question.truth
    told = truths.truths(paths, labels, by) if by else [None] * len(paths)
    return by, [-1 if index is None else index for index in told]


def _part(images: int, batch: int) -> int:
    """Images that are written at once: whole batches, so that each part's are the same again."""
    batches = min(max(1, images // (_PARTS * batch)), max(1, 256 // batch))
    return batches * batch


def _model(classifier: Classifier, asked: str) -> Model:
    layers = classifier.layers[-1:]
    return Model(
        asked=asked,
        title=classifier.title,
        sha256=classifier.sha256,
        source=classifier.source,
        spec=classifier.spec.to_query() if classifier.spec else "",
        builder=classifier.builder,
        part=classifier.known.part or "",
        family=classifier.family,
        labels=classifier.labels,
        transform=classifier.transform,
        layer=next((layer.name for layer in layers), ""),
        cells=next((tuple(layer.out_shape[1:]) for layer in layers), ()),
        placement=Measuring(classifier).placement,
        complete=any(classifier.complete(layer.name) for layer in layers),
        assumed=tuple(each.as_dict() for each in classifier.assumed),
    )

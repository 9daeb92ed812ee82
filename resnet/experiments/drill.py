"""A drill: a tag is planted in one class, learned, and looked for by an audit that knows of none.

The same audit is asked of a twin that learned the same images without the tag: on those with the
tag, and on those without. What the audit points at is read by `resnet.audit.findings.leaning`,
whose rule is fixed, and what an edit proves stands beside it.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor

from resnet.audit.findings.leaning import COLUMNS, GRID, Leaning, Seen, leanings
from resnet.audit.images.source import Source
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit
from resnet.audit.running.store import Store
from resnet.experiments import drill_words
from resnet.experiments.registry import setting
from resnet.experiments.tags import CORNERS, SIDE, corner_of, paste, with_tags
from resnet.model.fresh_weights import fresh
from resnet.model.progress import Progress, last
from resnet.pictures.encoding import png
from resnet.training.datasets import Dataset, Examples, load_dataset
from resnet.training.sgd_recipe import SgdRecipe, fit, network_for
from resnet.training.shapes_recipe import save
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, residual
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier

WORDS, LOOK = drill_words.WORDS, drill_words.LOOK
_AUDITS = (("tagged", "tagged"), ("clean", "tagged"), ("clean", "plain"))  # network, images


@dataclass(frozen=True)
class Settings:
    """A network and its clean twin for each seed, and three audits of them."""

    seeds: tuple[int, ...] = setting((0, 1, 2, 3), "Of weights and order; the corner too.", 0)
    digit: int = setting(3, "Class whose images carry the tag.", 0, 9)
    strength: int = setting(100, "Per cent of its training images that carry it.", 1, 100)
    train: int = setting(600, "Training images.", 64, 1437)
    epochs: int = setting(8, "Over all training images.", 1, 100)
    images: int = setting(360, "Held-out images that are audited.", 50, 360)
    folder: str = setting("", "Where images, networks and audits stay; else nothing stays.")


@dataclass(frozen=True)
class Row:
    """One class of one audit: of `network`, "tagged" or its "clean" twin, on `images` of that kind.

    By the audit alone: `called`, images that are called the class; `row` and `column` of the place,
    of four by four, where it has more of its evidence than other classes, its mean `share` there
    and theirs, `others`; whether that makes it `suspect`, and in the tag's corner, `found`; and the
    `channel` that carries it, with its mean part of the logit, `contribution`.

    By edits of held-out images without a tag, of that network: `rise`, what the tag adds to the
    class's logit on its own images, `channel_rise` how much of that by the named channel, and
    `channel_rank` its rank among all by that; `pulled`, the share of other classes' images that are
    called the class once they have the tag, and `before` without. `planted` says whether the tag
    was learned in this class, and `corner` is its place.
    """

    network: str
    images: str
    seed: int
    label: str
    planted: bool
    corner: int
    called: int
    row: int
    column: int
    share: float
    others: float
    suspect: bool
    found: bool
    channel: int
    contribution: float
    rise: float
    channel_rise: float
    channel_rank: int
    pulled: float
    before: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One seed after another. Yields after each batch, with rows after each audit."""
    data = load_dataset("digits", settings.train, settings.images, SIDE, 3)
    each = 2 * settings.epochs * (settings.train // recipe(settings, 0).batch) + len(_AUDITS)
    total, rows = each * len(settings.seeds), tuple[Row, ...]()
    kept = nullcontext(settings.folder) if settings.folder else TemporaryDirectory()
    with kept as root:
        for number, seed in enumerate(settings.seeds):
            with closing(_seed(settings, data, seed, Path(root) / f"seed-{seed}")) as steps:
                for done, found in enumerate(steps, start=number * each + 1):
                    rows += found
                    yield Progress(done, total, rows if found else None)


def recipe(settings: Settings, seed: int) -> SgdRecipe:
    """How the networks of one seed are trained."""
    return SgdRecipe(settings.epochs, batch=32, rate=0.05, seed=seed)


def conditions(settings: Settings) -> dict[str, Any]:
    """The data, and the recipe of the first seed; the others differ in that alone."""
    return {"data": "digits", "recipe": asdict(recipe(settings, settings.seeds[0]))}


def _seed(
    settings: Settings, data: Dataset, seed: int, folder: Path
) -> Generator[tuple[Row, ...], None, None]:
    """Rows after each audit, and none after each batch."""
    corner = corner_of(seed)
    own = data.test.labels == settings.digit
    tagged = torch.where(own[:, None, None, None], paste(data.test.images, data, corner),
                         data.test.images)  # fmt: skip
    for kind, images in {"tagged": tagged, "plain": data.test.images}.items():
        _write(data, Examples(images, data.test.labels), folder / "images" / kind)
    learned = {
        "tagged": with_tags(data, settings.digit, settings.strength, seed),
        "clean": data,
    }
    (folder / "labels.txt").write_text("\n".join(data.classes) + "\n", "utf-8")
    proofs = {}
    for name, with_or_without in learned.items():
        model = fresh(network_for(data, 8, 8), seed)
        with closing(fit(model, with_or_without, recipe(settings, seed))) as steps:
            yield from (() for _ in steps)
        file = folder / f"{name}.safetensors"
        save(model, file, recipe(settings, seed), title=f"{name} network", **_seen(data))
        proofs[name] = _Proof.of(_loaded(data, model.spec.to_query(), file), data, corner)
    for name, kind in _AUDITS:
        found = _audited(proofs[name].classifier, name, folder, kind)
        planted = settings.digit if name == "tagged" else -1
        yield tuple(proofs[name].row(name, kind, seed, corner, planted, one) for one in found)


def _write(data: Dataset, examples: Examples, folder: Path) -> None:
    """Each image as a PNG in the folder of its class, as somebody's data lie on a disk."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (data.mean, data.std))
    bytes_ = ((examples.images * std + mean).clamp(0, 1) * 255).round().byte()
    for number, (pixels, label) in enumerate(zip(bytes_, examples.labels, strict=True)):
        of = folder / data.classes[int(label)]
        of.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(pixels.permute(1, 2, 0).numpy())
        (of / f"{number:03}.png").write_bytes(png(picture))


def _seen(data: Dataset) -> dict[str, Any]:
    """What such a network knows and reads, as it is written beside its weights."""
    input_ = {"mean": data.mean, "std": data.std, "resize": SIDE, "crop": SIDE}
    return {"data": data.name, "labels": data.classes, **input_}


def _loaded(data: Dataset, spec: str, file: Path) -> ResidualClassifier:
    """A file as its owner would name it."""
    given = Given(labels=data.classes, mean=data.mean, std=data.std, resize=SIDE, crop=SIDE,
                  network=spec)  # fmt: skip
    return residual(load_classifier(str(file), given=given))


def _audited(
    classifier: ResidualClassifier, name: str, folder: Path, kind: str
) -> tuple[Leaning, ...]:
    """What an audit of a folder points at."""
    store = Store(str(folder / "audits" / f"{name} network, {kind} images"))
    question = Question(Source(str(folder / "images" / kind)), truth="folder")
    plan = last(audit(question, classifier, f"{name}.safetensors", store, here))
    return leanings(store.each(COLUMNS), Seen.of(plan.manifest.model))


class _Proof(NamedTuple):
    """What edits prove of one network, by class: the tag, put into images that have none."""

    classifier: ResidualClassifier
    rises: Tensor  # (K, C), what it adds to each class's logit by channel, on its own images
    pulled: Tensor  # (K,), of other classes' images, the share that is called the class
    before: Tensor  # (K,), without the tag

    @classmethod
    @torch.inference_mode()
    def of(cls, classifier: ResidualClassifier, data: Dataset, corner: int) -> _Proof:
        plain, labels = data.test.images, data.test.labels
        without, with_tag = (
            classifier.survey(images, "fp32") for images in (plain, paste(plain, data, corner))
        )
        change = with_tag.pooled - without.pooled
        classes = range(len(data.classes))
        rises = [change[labels == k].mean(0) * classifier.head[k] for k in classes]
        others = [
            [(each.targets[labels != k] == k).double().mean() for k in classes]
            for each in (with_tag, without)
        ]
        return cls(classifier, torch.stack(rises), *map(torch.stack, others))

    def row(
        self, name: str, images: str, seed: int, corner: int, planted: int, found: Leaning
    ) -> Row:
        """One class of an audit, beside what edits prove of it."""
        rises = self.rises[found.target]
        here = rises[found.channel]
        return Row(
            network=name,
            images=images,
            seed=seed,
            label=self.classifier.labels[found.target],
            planted=found.target == planted,
            corner=corner,
            called=found.images,
            row=found.row,
            column=found.column,
            share=found.share,
            others=found.others,
            suspect=found.suspect,
            found=found.suspect and _at_the_tag(found, corner),
            channel=found.channel,
            contribution=found.contribution,
            rise=float(rises.sum()),
            channel_rise=float(here),
            channel_rank=1 + int((rises > here).sum()),
            pulled=float(self.pulled[found.target]),
            before=float(self.before[found.target]),
        )


def _at_the_tag(found: Leaning, corner: int) -> bool:
    """Whether the place that is named is the tag's corner."""
    return (found.row, found.column) == tuple(-(GRID - 1) * at for at in CORNERS[corner])

"""What a classifier says of an image, as values: predictions, maps, and classes by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PIL import Image

from resnet.maps.methods import OF_A_STAGE
from resnet.pictures.answer_html import Row, answer_html, overlaid
from resnet.pictures.placement import Cells
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from torch import Tensor


_FEW = 12  # labels that a message has room for


class ExplainError(ValueError):
    """A question that the network cannot be asked: the message says what can be."""


class Layer(Cells, Protocol):
    """A layer whose output is a map of the picture: a stage, or a layer of another family."""

    @property
    def out_shape(self) -> tuple[int, ...]:
        """Channels, height and width."""

    @property
    def receptive_field(self) -> int:
        """Pixels on each side of what a cell sees; 0 where that is not known."""


@dataclass(frozen=True)
class Prediction:
    """One class of one image."""

    label: str
    index: int
    probability: float
    logit: float


@dataclass(frozen=True)
class Explanation:
    """What a classifier says of N images, and where it sees it.

    A trunk knows no classes: its `logits` are (N, 0), `targets` and `biases` (0,), and its maps are
    norms, which have no sign and no unit.

    `maps` (N, h, w) are signed and in logit units; `logits` is (N, classes), `targets` (N,).
    `biases` (N,) are the classifier's for the targets: where a map is complete, as at a residual
    network's last stage, its sum plus its bias is the logit. `stage` knows where the cells lie;
    a family without maps has none, and empty ones (N, 0, 0). `views` are what the network saw.
    All tensors are ordinary ones on the CPU, float32 or int64, whatever mode they were made in.
    """

    maps: Tensor
    logits: Tensor
    targets: Tensor
    biases: Tensor
    labels: tuple[str, ...]
    stage: Layer | None
    method: str
    seconds: float
    views: tuple[Image.Image, ...] = ()

    def top(self, image: int, k: int = 5) -> tuple[Prediction, ...]:
        """The k most probable classes of one image."""
        return top(self.logits[image], self.labels, k)

    def overlay(self, image: int) -> Image.Image:
        """What the network saw of one image, under its map."""
        return overlaid(self.views[image], self.maps[image].numpy(), self.stage)

    def _repr_html_(self) -> str:
        """Every image under its map, with its best classes, for a notebook."""
        return "".join(map(self._answer_html, range(len(self.views))))

    def _answer_html(self, image: int) -> str:
        caption = self._caption(self.labels[int(self.targets[image])] if self.labels else "")
        rows = [Row(p.label, p.probability, p.logit) for p in self.top(image)]
        return answer_html(self.overlay(image), caption, rows)

    def _caption(self, label: str) -> str:
        if not self.stage:
            return label
        words = mark("{method} of {label} at {layer}") if label else mark("{method} at {layer}")
        title = tr(OF_A_STAGE[self.method].title)
        return tr(words, method=title, label=label, layer=self.stage.name)


@dataclass(frozen=True)
class Look:
    """What one forward tells of one image: logits (K,), and maps of all classes (K, h, w).

    No maps (0, 0, 0) where they do not follow from the forward. `view` is what the model saw;
    `seconds` is this image's share of its batch.
    """

    view: Image.Image
    logits: Tensor
    maps: Tensor
    seconds: float


class Survey(NamedTuple):
    """What is asked once of each of N images: the answer, and where it comes from.

    `logits` (N, K); `targets` (N,) are the most probable classes, whose `maps` (N, h, w) are at the
    usual layer; `pooled` (N, C) is that layer's mean over places. A trunk has no logits (N, 0) and
    no targets (0,), a family without maps empty ones (N, 0, 0), and another than residual networks
    no `pooled` (N, 0).
    """

    maps: Tensor
    logits: Tensor
    targets: Tensor
    pooled: Tensor


def top(logits: Tensor, labels: Sequence[str], k: int = 5) -> tuple[Prediction, ...]:
    """The k most probable classes by softmax of `logits` (classes,)."""
    probabilities = logits.softmax(0)
    best = probabilities.topk(min(k, len(labels))).indices.tolist()
    return tuple(Prediction(labels[i], i, float(probabilities[i]), float(logits[i])) for i in best)


def check_finite(name: str, *answers: Tensor) -> None:
    """Raise `ExplainError` where the network of that name answers with NaN or infinity."""
    if not all(bool(answer.isfinite().all()) for answer in answers):
        raise ExplainError(
            tr(
                "{name} answers with numbers that are none (NaN or infinity), so there is nothing "
                "to show. Its weights are damaged, or its input is normalised otherwise.",
                name=name,
            )
        )


class Labelled(Protocol):
    """A classifier of any family."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its classes, in order."""


def _hint(labels: Sequence[str], text: str) -> str:
    """What may have been meant; all labels where they are few."""
    near = [label for label in labels if text.casefold() in label.casefold()]
    near = [shown_words(label) for label in (near or get_close_matches(text, labels))[:5]]
    if near:
        return tr("Did you mean: {near}?", near=", ".join(near))
    if len(labels) <= _FEW:
        return tr("It has: {labels}.", labels=", ".join(map(shown_words, labels)))
    return tr("See the list of its labels.")


def class_index(classifier: Labelled, target: str | int) -> int:
    """A class by index or by label. Raises `ExplainError`, naming labels that come near."""
    text = str(target).strip()
    if re.fullmatch("[0-9]{1,6}", text) and int(text) < len(classifier.labels):
        return int(text)
    names = [label.casefold() for label in classifier.labels]
    if text.casefold() in names:
        return names.index(text.casefold())
    last = len(names) - 1
    raise ExplainError(
        tr(
            "{name} has no class “{text}” (0 to {last}, or a label). {hint}",
            name=classifier.name,
            text=shown_words(text),
            last=last,
            hint=_hint(classifier.labels, text),
        )
    )

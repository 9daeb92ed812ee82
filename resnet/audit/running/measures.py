"""What is measured of a batch of answers: columns of numbers, an entry for each image.

| Column | What it is |
| --- | --- |
| `top_classes`, `top_probabilities` | the most probable classes, by softmax in float32 |
| `predicted`, `logit`, `probability` | the first of them, and its logit |
| `margin` | its logit less the second's |
| `entropy` | of all probabilities, in nats |
| `truth_logit`, `loss` | the logit of the true class, and its cross-entropy in nats |
| `border`, `corners`, `centre`, `box` | the share of the map's positive evidence that lies there |
| `map_x`, `map_y` | the middle of that evidence, 0 to 1 from the left and from the top |
| `half_area` | the smallest share of the map's cells that holds half of it: small is concentrated |
| `gap` | what the map's sum and the bias leave of the logit |
| `channels`, `contributions` | last stage's channels that change the logit most, by how much |
| `embedding` | the mean of each channel, float16 |
| `map` | the map's cells, row by row |

Shares are of the map as it is drawn (`resnet.audit.images.regions`); an even map has that of the
region's area: 0.4375 of the border, 0.25 of the corners and of the centre. A map is of the
predicted class, signed and in logit units. What an image or a family has not is NaN here, and null
in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from resnet.audit.images.regions import Masses, Pixels, masses, ramps, usual
from resnet.maps.answers import Survey
from resnet.maps.explainable import Explainable

CHANNELS = 8  # that are named of each image
Numbers = NDArray[np.float32]  # (N,) or (N, values of an image)
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Measuring:
    """How the answers of a classifier are measured: on its layer, by its placement and its head."""

    classifier: Explainable
    k: int = 5  # classes that are named of each image

    def columns(
        self, survey: Survey, truths: NDArray[np.int64], boxes: Sequence[Pixels | None]
    ) -> Columns:
        """Every column, of N images; a truth (N,) is -1 where it is not known, a box None."""
        survey = Survey(*(part.detach().float().cpu() for part in survey))
        targets, maps = survey.targets.long(), survey.maps.numpy()
        answers = _answers(survey.logits, self.k)
        biases = self.classifier.biases.float().cpu().numpy()
        return {
            **answers,
            **of_truths(survey.logits, truths),
            **self._places(np.maximum(maps, 0), boxes),
            "half_area": _half_area(np.maximum(maps, 0)),
            "gap": _gap(maps, answers["logit"], biases, targets.numpy()),
            **_strongest(self._terms(survey.pooled, targets)),
            "embedding": survey.pooled.numpy().astype(np.float16),
            "map": maps.reshape(len(maps), -1),
        }

    @property
    def placement(self) -> str:
        """Where cells lie on the picture: by their receptive fields where these are known."""
        lacks = self.classifier.lacks
        return "conventional" if "receptive-field" in lacks else "receptive-field"

    def _terms(self, pooled: Tensor, targets: Tensor) -> Tensor:
        """What each channel gives to its image's logit (N, C); (N, 0) where that is not known."""
        if not len(targets) or not pooled.shape[1]:
            return pooled[:, :0]
        return pooled * self.classifier.head.float().cpu()[targets]

    def _places(self, positive: Numbers, boxes: Sequence[Pixels | None]) -> Columns:
        """The share of positive evidence (N, h, w) in every region, and where its middle is."""
        regions = np.stack([*self._masses.values()])  # (R, h, w), the whole view first
        found = np.einsum("nhw,rhw->rn", positive, regions)
        inside = [
            np.nan if box is None else np.vdot(one, self._mass(box))
            for one, box in zip(positive, boxes, strict=True)
        ]
        whole, parts = found[0], [*found[1:], np.array(inside, dtype=np.float32)]
        with np.errstate(invalid="ignore"):  # no positive evidence is nowhere
            shares = [part / np.where(whole > 0, whole, np.nan) for part in parts]
        return dict(zip([*self._masses, "box"][1:], shares, strict=True))

    @cached_property
    def _masses(self) -> Mapping[str, Masses]:
        side = self.classifier.transform.crop
        every = {"view": np.ones((side, side), dtype=np.float32), **usual(side), **ramps(side)}
        return {name: self._mass(pixels) for name, pixels in every.items()}

    def _mass(self, pixels: Pixels) -> Masses:
        """What each cell of the usual layer draws there; of no cells where there is no layer."""
        layers = self.classifier.layers[-1:]
        found = [masses(pixels, each.out_shape[1:], each, self.placement) for each in layers]
        return found[0] if found else np.empty((0, 0), dtype=np.float32)


def _answers(logits: Tensor, k: int) -> Columns:
    """What is most probable by logits (N, K), by how much, and how sure that is."""
    classes = logits.shape[1]
    probabilities = logits.softmax(1)
    top = probabilities.topk(min(k, classes), dim=1)
    best = _padded(logits.topk(min(2, classes), dim=1).values, 2)
    logs = logits.log_softmax(1)
    return {
        "top_classes": top.indices.numpy().astype(np.int32),
        "top_probabilities": top.values.numpy(),
        "predicted": _padded(top.indices, 1, -1)[:, 0].numpy().astype(np.int32),
        "logit": best[:, 0].numpy(),
        "probability": _padded(top.values, 1)[:, 0].numpy(),
        "margin": (best[:, 0] - best[:, 1]).numpy(),
        "entropy": -(probabilities * logs).nansum(1).numpy() + (0 if classes else np.nan),
    }


def _padded(values: Tensor, columns: int, nothing: float = float("nan")) -> Tensor:
    """Values (N, some) with as many columns at least."""
    lacking = max(0, columns - values.shape[1])
    return torch.nn.functional.pad(values, (0, lacking), value=nothing)


def of_truths(logits: Tensor, truths: NDArray[np.int64]) -> Columns:
    """The true class's logit and cross-entropy; NaN where none of the classes is known to be it."""
    known = (truths >= 0) & (truths < logits.shape[1])
    rows, columns = np.flatnonzero(known), truths[known]
    found = {name: np.full(len(truths), np.nan, np.float32) for name in ("truth_logit", "loss")}
    found["truth_logit"][rows] = logits.numpy()[rows, columns]
    found["loss"][rows] = -logits.log_softmax(1).numpy()[rows, columns]
    return {"truth": np.where(known, truths, -1).astype(np.int32), **found}


def _half_area(positive: Numbers) -> Numbers:
    """The smallest share of cells that holds half of a map's sum; the last cell by its part."""
    n, cells = len(positive), max(1, positive[0].size if len(positive) else 1)
    falling = -np.sort(-positive.reshape(n, -1).astype(np.float64), axis=1)
    sums = np.cumsum(falling, axis=1)
    half = sums[:, -1:] / 2 if sums.size else np.zeros((n, 1))
    before = (sums < half).sum(1)
    within = np.array(
        [(h - (s[b - 1] if b else 0)) / f[b] if h > 0 else np.nan
         for h, s, f, b in zip(half[:, 0], sums, falling, before, strict=True)]
    )  # fmt: skip
    return np.asarray((before + within) / cells, dtype=np.float32)


def _gap(maps: Numbers, logits: Numbers, biases: Numbers, targets: NDArray[np.int64]) -> Numbers:
    """What a map's sum and the bias leave of the logit; NaN where there is none."""
    if not maps.size or not len(targets):
        return np.full(len(maps), np.nan, dtype=np.float32)
    return np.asarray(logits - maps.sum((1, 2)) - biases[targets], dtype=np.float32)


def _strongest(terms: Tensor) -> Columns:
    """Of each channel's part of the logit (N, C), the largest by magnitude, signed."""
    found = terms.abs().topk(min(CHANNELS, terms.shape[1]), dim=1).indices
    return {
        "channels": found.numpy().astype(np.int32),
        "contributions": terms.gather(1, found).numpy(),
    }

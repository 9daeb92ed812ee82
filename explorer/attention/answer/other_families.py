"""The Attention page for torchvision's other families: their subject, and what they cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import AnySubject, Evidence, Subject, duration
from explorer.resources import kept_answers
from explorer.resources.kept_answers import Seen
from explorer.resources.models import Model
from resnet.maps.methods import METHODS
from resnet.pictures.placement import Cells
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from resnet.weights.torchvision_families import AnyClassifier, Layer, OtherClassifier

_WHY = {
    "stages": mark(
        "The strip sets stages side by side by what their cells see. The receptive fields "
        "of this family are not known here; choose a layer above instead."
    ),
    "anatomy": mark("This panel takes the blocks of a ResNet apart, and no other family's."),
    "lesions": mark("Lesions switch off the branches of a ResNet's blocks, and no other family's."),
    "methods": mark(
        "The other methods are made for ResNets here. This family has Grad-CAM, above."
    ),
    "trust": mark(
        "These checks are made for ResNets here, so this map is unchecked: take it as a hint."
    ),
    "bundle": mark(
        "A bundle can be replayed for ResNets only. Keep the picture, or call `python -m "
        "resnet explain` for the map as numbers."
    ),
}

_NO_MAP = mark("This family works on tokens and has no map of the picture to look into.")


@dataclass(frozen=True)
class OtherSubject(AnySubject):
    """The answers of a classifier of another family, whose maps are Captum's Grad-CAM."""

    classifier: OtherClassifier

    @property
    def names(self) -> tuple[str, ...]:
        """The model's own layers with a map, by their names in it; a family may have none."""
        return tuple(layer.name for layer in self.classifier.layers)

    @property
    def methods(self) -> Mapping[str, str]:
        """Grad-CAM alone."""
        return {"gradcam": METHODS["gradcam"].title}

    @property
    def placements(self) -> tuple[str, ...]:
        """Stretched alone."""
        return ("conventional",)

    @property
    def about(self) -> str:
        """What a map is, and where it is put."""
        return tr(
            "Grad-CAM by Captum, signed. It is stretched from edge to edge: where the "
            "cells of this family look is not known here."
        )

    @property
    def precision(self) -> str:
        """Always float32."""
        return "fp32"

    def cells(self, layer: str) -> Cells:
        """Even from edge to edge."""
        return self._layer(layer)

    def field(self, layer: str) -> int:
        """Not known."""
        return 0

    def evidence(self, target: int, layer: str, method: str) -> Evidence:
        """One more forward and backward for each class and layer."""
        outcome = kept_answers.other_map(self.model, self.seen.photo, target, layer)
        took = duration(outcome.result.seconds)
        made = tr(
            "Forward {forward}. Map by Captum {took} ({device}). {note}",
            forward=self.forward(),
            took=took,
            device=outcome.device,
            note=outcome.note,
        )
        return Evidence(outcome.result.values, made)

    def complete(self, layer: str) -> bool:
        """Where an average and at most one linear layer follow."""
        return self.classifier.bias(layer, self.target) is not None

    def bias(self, target: int) -> float:
        """That of the linear layer."""
        return self.classifier.bias(self.last, target) or 0.0

    def shape(self, layer: str) -> str:
        """A layer's output in words."""
        return "×".join(map(str, self._layer(layer).shape))

    def _layer(self, name: str) -> Layer:
        return next(layer for layer in self.classifier.layers if layer.name == name)


def subject_of(model: Model, classifier: AnyClassifier, seen: Seen, target: int) -> AnySubject:
    """The answers of a classifier, whatever its family."""
    from resnet.weights.torchvision_families import OtherClassifier

    if isinstance(classifier, OtherClassifier):
        return OtherSubject(model, classifier, seen, target)
    return Subject(model, classifier, seen, target, classifier.graph)


def refused(name: str, subject: AnySubject) -> None:
    """Say in a line why a panel has nothing to show for this family."""
    st.info(tr(_WHY[name] if subject.names else _NO_MAP))


def without_map(subject: AnySubject) -> None:
    """What the model saw, and why it has no map."""
    st.image(subject.seen.look.view, alt=tr("What the model saw"), width="stretch")
    st.info(tr(_NO_MAP))

"""Checkpoints of the visitor's own: their files, and what is said of their classes and input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.resources.models import Model
from explorer.state import visitor
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import LABELS_OF, OWN, SECOND, kinds
from explorer.tasks.inputs.sources import Own
from explorer.uploads.store import Upload
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake
from explorer.widgets.models import inside_file, settle
from resnet.pictures.transform import INTERPOLATIONS
from resnet.text.file_names import OF_WEIGHTS
from resnet.text.language import tr
from resnet.weights.given.owner_says import NORMALISATIONS, nameless
from resnet.weights.given.said import NUMBERS, Said

if TYPE_CHECKING:
    from resnet.weights.classifiers.classifier import Classifier

_AS_ASSUMED = ""
_CLASSES = 1000  # of ImageNet


@dataclass(frozen=True)
class Side:
    """One of the two checkpoints that can be asked: its kind of file, and its choices."""

    kind: str
    before: str  # what the names of its choices begin with

    @property
    def labels(self) -> str:
        """The kind of file that has its class names."""
        return LABELS_OF[self.kind]

    def field(self, name: str) -> str:
        """The choice of that name."""
        return self.before + name


FIRST, OTHER = Side(OWN, ""), Side(SECOND, "second_")


def asked() -> Upload | None:
    """The visitor's own checkpoint, where that is the model that is asked."""
    return visitor.find(OWN, ATTENTION.asked("checkpoint"))


def choose() -> bool:
    """Controls for the visitor's own checkpoint; whether it is the model that is asked."""
    intake.offer("control_own", tr("or your own checkpoint"), kinds()[OWN].most, OF_WEIGHTS)
    intake.listed(OWN, remove)
    if asked() is None:
        return False
    st.caption(tr("A checkpoint is read as data, never run as code."))
    with st.expander(tr("Its classes and input"), expanded=True):
        describe(FIRST)
    return True


def describe(side: Side) -> None:
    """Controls for what is said of a checkpoint."""
    _labels(side)
    _input(side)


def remove(kind: str, file: Upload) -> None:
    """Forget a checkpoint; what was said of its classes goes with it."""
    labels = LABELS_OF[kind]
    intake.remove(labels, *visitor.given(labels))
    intake.remove(kind, file)


def source(file: Upload, side: Side = FIRST) -> Own:
    """A visitor's file, with what they say of it."""

    def asked(name: str) -> str:
        return ATTENTION.asked(side.field(name))

    labels = visitor.find(side.labels, asked("labels"))
    named = (labels.path, labels.name) if labels else (None, "")
    return Own(file.path, file.name, file.sha256, Said.of(asked, *named))


def report(model: Model, classifier: Classifier, side: Side = FIRST) -> None:
    """What its weights told, what was assumed, how to settle that, and the way to its picture."""
    told = tr("; ").join(classifier.findings())
    words = [
        tr("Read from the weights of {title}: {told}.", title=classifier.title, told=told)
        if classifier.family == "file"
        else tr(
            "By its SHA-256 this file is {title}, and is asked with its labels and input: {told}.",
            title=classifier.title,
            told=told,
        )
    ]
    if "predictions" in classifier.lacks and classifier.spec is not None:
        words.append(
            tr("Drawn, it has a classifier of {n:,} classes.", n=classifier.spec.num_classes)
        )
    if classifier.known.config:
        words.append(tr("Said beside them, by config.json: {name}.", name=classifier.known.config))
    if classifier.assumed:
        words.append(
            tr(
                "Assumed, and may be wrong: {assumed}.",
                assumed=tr("; ").join(map(str, classifier.assumed)),
            )
        )
    with st.container(horizontal=True, vertical_alignment="center", key=f"report_{side.kind}"):
        st.caption("  \n".join(map(plain, words)), width="stretch")
        if classifier.spec is not None:
            st.page_link(
                "architecture/architecture.py",
                label=tr("Draw it on the Architecture page"),
                icon=":material/account_tree:",
                query_params=classifier.spec.to_fields(),
            )
    assert isinstance(model.source, Own)
    inside_file.offer(model.source, side.field("part"))
    _names(classifier, side)
    if classifier.spec is not None:
        settle.offer(ATTENTION, side.field("read_as"), model, classifier.spec)


def _names(classifier: Classifier, side: Side) -> None:
    """Offer ImageNet's names where there are as many classes, and nobody has named them."""
    chosen = ATTENTION.asked(side.field("names")) == "1"
    unnamed = nameless(classifier.labels) and len(classifier.labels) == _CLASSES
    if not ATTENTION.asked(side.field("labels")) and (chosen or unnamed):
        words = tr("Its 1,000 classes are ImageNet's, in the usual order")
        controls.toggle(ATTENTION, side.field("names"), words)


def _labels(side: Side) -> None:
    hint = tr(
        "A label a line, in the network's order; or JSON: a list, an object from index "
        'to label, or ImageNet\'s {"0": ["n01440764", "tench"], …}; or the config.json that '
        "timm or Hugging Face keep beside weights, which says the network and its input as well."
    )
    key, most = f"control_{side.labels}", kinds()[side.labels].most
    intake.offer(key, tr("Class names"), most, ("txt", "json"), hint=hint)
    intake.listed(side.labels)


def _input(side: Side) -> None:
    words = {_AS_ASSUMED: tr("assumed"), **{k: tr(v[0]) for k, v in NORMALISATIONS.items()}}
    words[NUMBERS] = tr("numbers of your own")
    page, field = ATTENTION, side.field
    chosen = controls.select(page, field("normalise"), tr("Normalisation"), [*words], words)
    if chosen == NUMBERS:
        controls.text(page, field("mean"), tr("Mean"), "0.485, 0.456, 0.406")
        controls.text(page, field("std"), tr("Deviation"), "0.229, 0.224, 0.225")
    left, right = st.columns(2)
    with left:
        controls.text(page, field("resize"), tr("Resize"), tr("short side"))
    with right:
        controls.text(page, field("crop"), tr("Crop"), tr("assumed"))
    kinds = {_AS_ASSUMED: tr("assumed"), **{kind: kind for kind in INTERPOLATIONS}}
    controls.select(page, field("interpolation"), tr("Interpolation"), [*kinds], kinds)

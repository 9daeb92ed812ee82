"""A checkpoint of the visitor's own: its file, and what they say of its classes and input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.resources import models
from explorer.state import visitor
from explorer.state.attention_choices import ATTENTION
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.text.file_names import OF_WEIGHTS
from resnet.text.language import tr
from resnet.weights.owner_says import NORMALISATIONS, Given, read_numbers, read_size

if TYPE_CHECKING:
    from resnet.weights.classifier import Classifier

Loader = Callable[[str], "Classifier"]

MOST_MB = 1024  # of an upload
_CHOICES = ("normalise", "mean", "std", "resize", "crop")
_AS_ASSUMED, _NUMBERS = "", "numbers"


def choose() -> bool:
    """Controls for the visitor's own checkpoint; whether there is one, which goes before all."""
    st.file_uploader(
        tr("or your own checkpoint"),
        OF_WEIGHTS,
        key="control_own",
        max_upload_size=MOST_MB,
        on_change=lambda: _keep(st.session_state["control_own"]),
    )
    file = visitor.kept("own")
    if file is None:
        return False
    st.caption(tr("Using {name}: read as data, never run as code.", name=plain(file.name)))
    st.button(tr("Back to the catalogue"), on_click=_keep, args=(None,))
    with st.expander(tr("Its classes and input"), expanded=True):
        _labels(file)
        _input()
    return True


def loader(file: Any) -> tuple[Loader, str]:
    """How a visitor's file is loaded as they describe it, and what tells that from all else."""
    labels = visitor.kept("labels")
    choices = {field: ATTENTION.asked(field) for field in _CHOICES}
    key = " ".join(["own", file.file_id, labels.file_id if labels else "", *choices.values()])
    return partial(_load, file, labels, choices), key


def report(classifier: Classifier) -> None:
    """What its weights told, what was assumed, and the way to the picture of a ResNet."""
    words = [
        tr(
            "Read from the weights of {title}: {told}.",
            title=classifier.title,
            told=tr("; ").join(classifier.findings()),
        )
    ]
    if classifier.assumed:
        words.append(
            tr("Assumed, since nothing says: {assumed}.", assumed=tr("; ").join(classifier.assumed))
        )
    with st.container(horizontal=True, vertical_alignment="center", key="report"):
        st.caption("  \n".join(map(plain, words)), width="stretch")
        if classifier.spec is not None:
            st.page_link(
                "architecture/architecture.py",
                label=tr("Draw it on the Architecture page"),
                icon=":material/account_tree:",
                query_params=classifier.spec.to_fields(),
            )


def _keep(file: Any) -> None:
    """Another file has other classes."""
    visitor.keep("own", file)
    visitor.keep("labels", None)


def _labels(file: Any) -> None:
    key = f"control_labels_{file.file_id}"
    st.file_uploader(
        tr("Class names"),
        ["txt", "json"],
        key=key,
        help=tr(
            "A label a line, in the network's order; or JSON: a list, an object from index "
            'to label, or ImageNet\'s {"0": ["n01440764", "tench"], …}.'
        ),
        max_upload_size=4,
        on_change=lambda: visitor.keep("labels", st.session_state[key]),
    )
    labels = visitor.kept("labels")
    if labels and not st.session_state[key]:  # forgotten by the uploader, not by the session
        st.caption(tr("Still in use: {name}.", name=plain(labels.name)))


def _input() -> None:
    words = {_AS_ASSUMED: tr("assumed"), **{k: tr(v[0]) for k, v in NORMALISATIONS.items()}}
    words[_NUMBERS] = tr("numbers of your own")
    page = ATTENTION
    if controls.select(page, "normalise", tr("Normalisation"), [*words], words) == _NUMBERS:
        controls.text(page, "mean", tr("Mean"), "0.485, 0.456, 0.406")
        controls.text(page, "std", tr("Deviation"), "0.229, 0.224, 0.225")
    left, right = st.columns(2)
    with left:
        controls.text(page, "resize", tr("Resize"), tr("short side"))
    with right:
        controls.text(page, "crop", tr("Crop"), tr("assumed"))


def _load(file: Any, labels: Any, choices: Mapping[str, str], device: str) -> Classifier:
    classifier = models.own_classifier(file, device)
    return classifier.as_given(_given(labels, choices))


def _given(labels: Any, choices: Mapping[str, str]) -> Given:
    """Raises `GivenError`."""
    from resnet.weights.labels import read_labels

    mean, std = _normalisation(choices)
    return Given(
        read_labels(labels.getvalue(), labels.name) if labels else None,
        mean,
        std,
        read_size(choices["resize"], tr("resize")) if choices["resize"] else None,
        read_size(choices["crop"], tr("crop")) if choices["crop"] else None,
    )


def _normalisation(choices: Mapping[str, str]) -> tuple[tuple[float, ...] | None, ...]:
    chosen = choices["normalise"]
    if chosen in NORMALISATIONS:
        return NORMALISATIONS[chosen][1:]
    if chosen != _NUMBERS:
        return None, None
    return tuple(
        read_numbers(choices[field], name) if choices[field] else None
        for field, name in (("mean", tr("mean")), ("std", tr("deviation")))
    )

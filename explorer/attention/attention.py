"""The Attention page: choose a model and a photograph, see what speaks for a class and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from PIL import ImageDraw

from explorer.attention import large_picture, predictions, starting
from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.resources import kept_answers
from explorer.resources.kept_answers import Seen
from explorer.resources.models import Model
from explorer.resources.server import spinner
from explorer.resources.server.workers import ANSWERS, Ended
from explorer.state.choices import attention_choices
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.visitor import LABELS, OWN, PHOTOS, TRUTH
from explorer.tasks.inputs import photos
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.inputs.sources import Own
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import file_links, photo_picker
from explorer.widgets.files.file_links import Asked
from explorer.widgets.models import checkpoint_upload, inside_file, model_picker
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from explorer.streamlit_joints import DeltaGenerator
    from resnet.weights.classifiers.classifier import Classifier

_NO_PHOTOGRAPHS = {  # by the family of a model that knows none
    "shapes": mark(
        "This model has seen drawn shapes and never a photograph. It must choose among its ten "
        "shapes, so it will answer; the answer says nothing about the photograph."
    ),
    "solids": mark(
        "This model has seen rendered solids and never a photograph. It must choose among its ten "
        "solids, so it will answer; the answer says nothing about the photograph."
    ),
}


def page() -> None:
    """Draw the page.

    What is asked is known before the controls for it are drawn. Where the answer is known too, its
    picture goes first: the browser gathers what comes within 10 ms, and shows that before the rest.
    All the other photographs are asked about last, when the one on show has its answer.
    """
    ATTENTION.read()
    attention_choices.write()
    # what comes and goes here moves nothing else
    pickers, messages, bench = st.container(), st.container(), st.container()
    picture, facts = st.columns([5, 4], gap="large")
    if not spinner.started():
        starting.frame(pickers, picture, facts)
        with messages:
            spinner.start_torch()
        st.rerun()
    with messages:
        if not _all_here():
            _offer(pickers)
            return
        model, photos = model_picker.asked(), photo_picker.asked(model_picker.family())
        shown = photo_picker.on_show(photos)
    known = model is not None and model_picker.known(model) and kept_answers.known(model, shown)
    if not known:
        _offer(pickers)
    answer = None
    with _fitting(messages):
        with messages:
            answer = _answer(model, photos, shown)
        if answer:
            with picture:
                _picture(answer)
    if known:
        _offer(pickers)
    if answer:
        with _fitting(messages):
            _explained(answer, facts)
        if len(photos) > 1:
            from explorer.attention.workbench import workbench  # which needs PyTorch

            with _fitting(messages), bench:
                workbench.show(answer, photos)


def _all_here() -> bool:
    """Whether the files are here that the choices name: no other answer stands in for theirs."""
    needed = [Asked(PHOTOS, ATTENTION, "photo"), Asked(OWN, ATTENTION, "checkpoint")]
    if ATTENTION.asked("truth"):
        needed.append(Asked(TRUTH, ATTENTION, "truth"))
    if ATTENTION.asked("checkpoint"):
        needed.append(Asked(LABELS, ATTENTION, "labels"))
    return file_links.all_here(*needed)


def _offer(here: DeltaGenerator) -> None:
    """The controls for the model and the photographs."""
    with st.sidebar:
        model_picker.choose()
    with here:
        photo_picker.choose(model_picker.family())


@contextmanager
def _fitting(here: DeltaGenerator) -> Iterator[None]:
    """Say it where there is no answer, memory or device for it, and draw what else there is."""
    from resnet.maps.answers import ExplainError
    from resnet.model.devices import DoesNotFit, device_failed

    try:
        yield
    except (DoesNotFit, ExplainError, Ended) as error:
        here.error(plain(error))
    except RuntimeError as error:
        if not device_failed(error):
            raise
        here.error(tr("The device failed: choose another in the sidebar, or start the app again."))


def _answer(model: Model | None, photos: list[Photo], shown: Photo) -> ShownAnswer | None:
    """The answer to the photograph on show and the class asked about; None, and why not."""
    if model is None:
        model_picker.offer_download()
        return None
    classifier = model_picker.loaded(model)
    if classifier is None:
        if isinstance(model.source, Own):
            inside_file.show(model.source, "part")
        return None
    _warn(model, classifier, photos)
    seen = _look(model, shown)
    return ShownAnswer.of(model, seen, _target(classifier, seen))


def _target(classifier: Classifier, seen: Seen) -> int:
    """The class that is asked about, the most probable if none is; 0 of a trunk, which has none."""
    classes = [str(i) for i in range(len(classifier.labels))]
    best = seen.look.logits.topk(min(1, len(classes))).indices.tolist()
    return int(ATTENTION.asked("target", classes, str(*best) or "0"))


def _warn(model: Model, classifier: Classifier, photos: list[Photo]) -> None:
    """Say when a model is asked about a kind of picture that it has never seen."""
    drawn = [photo.drawn for photo in photos]
    if classifier.family in _NO_PHOTOGRAPHS and not all(drawn):
        st.info(tr(_NO_PHOTOGRAPHS[classifier.family]))
    if classifier.family in ("imagenet", "cifar10") and any(drawn):
        st.info(
            tr("A drawn scene: this model learned from photographs and knows none of its shapes.")
        )
    if classifier.family == "digits":
        st.info(
            tr("This model knows ten handwritten digits of 8×8 pixels and sees any picture so.")
        )
    if isinstance(model.source, Own):
        checkpoint_upload.report(model, classifier)


def _look(model: Model, photo: Photo) -> Seen:
    """What the model says of the photograph on show."""
    with spinner.unless(kept_answers.known(model, photo), tr("Asking the model …")):
        seen = kept_answers.look_at(model, photo)
    if seen.note:
        st.warning(str(seen.note))
    return seen


def _picture(answer: ShownAnswer) -> None:
    if answer.layers:
        large_picture.show(answer)
    else:
        large_picture.without_map(answer)


def _explained(answer: ShownAnswer, facts: DeltaGenerator) -> None:
    """What is said of the answer beside the picture and below it."""
    with facts:
        if answer.has("predictions"):
            predictions.show(answer)
        else:
            _refused(answer.classifier.lacks["predictions"], answer)
        if answer.layers:
            _layer(answer)
            large_picture.choose(answer)
    controls.panel(ATTENTION, tr("More about this answer"), _panels(answer))(answer)
    _where(answer.classifier, answer.seen.photo)


def _layer(answer: ShownAnswer) -> None:
    """Choose the layer whose map is shown: a stage, or of many layers one by name and shape."""
    page, last = ATTENTION, answer.last
    if answer.has("stages"):
        controls.segments(page, "layer", tr("Stage"), tuple(answer.layers), last)
        return
    words = {
        name: f"{name} · {'×'.join(map(str, layer.out_shape))}"
        for name, layer in answer.layers.items()
    }
    controls.select(page, "layer", tr("Layer of the model"), tuple(words), words, last)


def _panels(answer: ShownAnswer) -> dict[str, tuple[str, controls.Panel]]:
    """Those that the classifier has, the usual one first; for the others why not."""
    every = _every_panel()
    at_hand = {name: panel for name, panel in every.items() if answer.has(name)}
    return at_hand | {
        name: (title, partial(_refused, answer.classifier.lacks[name]))
        for name, (title, _) in every.items()
        if name not in at_hand
    }


def _every_panel() -> dict[str, tuple[str, controls.Panel]]:
    """By name, its marked title and what draws it; imported with the first answer."""
    from explorer.attention.panels import (
        block_lesions,
        edit_and_ask,
        every_stage,
        evidence_bundle,
        inside_a_block,
        other_methods,
        trust_checks,
        two_classes,
        two_models,
    )

    return {
        "stages": (mark("Every stage"), every_stage.panel),
        "classes": (mark("Two classes"), two_classes.panel),
        "models": (mark("Two models"), two_models.panel),
        "anatomy": (mark("Inside a block"), inside_a_block.panel),
        "lesions": (mark("Lesions"), block_lesions.panel),
        "methods": (mark("Other methods"), other_methods.panel),
        "trust": (mark("May I believe it?"), trust_checks.panel),
        "edits": (mark("Edit and ask again"), edit_and_ask.panel),
        "bundle": (mark("Evidence bundle"), evidence_bundle.panel),
    }


def _refused(why: str, answer: ShownAnswer) -> None:
    """Say in a line why a panel has nothing to show."""
    st.info(plain(tr(why, name=answer.classifier.name)))


def _where(classifier: Classifier, photo: Photo) -> None:
    """The part of the upload that the model saw."""
    if photo.drawn:
        return
    opened = st.expander(
        tr("What part of the photograph the model saw"), on_change="rerun", key="where"
    )
    if not opened.open:
        return
    framed, size = ANSWERS.call(photos.reduced, photo, 720)
    scale = framed.width / size[0]
    box = tuple(edge * scale for edge in classifier.transform.box(size))
    width = max(2, framed.width // 200)
    ImageDraw.Draw(framed).rectangle(box, outline="#e66101", width=width)
    crop, (w, h) = classifier.transform.crop, size
    with opened:
        st.image(framed, alt=tr("The photograph with the model's crop framed"))
        st.caption(
            tr(
                "The frame, resized to {crop}×{crop}; the photograph has {w}×{h} pixels.",
                crop=crop,
                w=w,
                h=h,
            )
        )


page()

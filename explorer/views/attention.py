"""The Attention page: choose a model and a photograph, see what speaks for a class and where."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import ImageDraw

from explorer import components, controls, models, photos, resources, state
from explorer.evidence import stages
from explorer.figures.predictions import bars
from explorer.messages import plain
from explorer.resources import Model, Photo, Seen
from explorer.subject import METHODS, SHOWN, Subject
from resnet.graph import Stage
from resnet.overlay import SIGNS, blend, strength
from resnet.placement import PLACEMENTS
from resnet.tracing import trace

if TYPE_CHECKING:
    from resnet.weights import Classifier

_SIGNS = {"both": "for and against", "positive": "for only"}
_PANELS = {"stages": ("Every stage", stages.panel)}
_PERCENT = st.column_config.NumberColumn(format="percent")


def page() -> None:
    """Draw the page."""
    state.ATTENTION.read()
    state.write_attention()
    with st.sidebar:
        model = models.choose()
    given = photos.choose()
    if model is None:
        st.info("Download this model on the left, or choose the bundled one: it is here already.")
    elif given:
        _answered(model, given)


def _answered(model: Model, given: list[Photo]) -> None:
    from resnet.devices import DoesNotFit

    try:
        classifier = models.loaded(model)
        if classifier is not None:
            _warn(classifier, given)
            _explained(model, classifier, _which(classifier, _look(model, given)))
    except DoesNotFit as error:
        st.error(str(error))


def _warn(classifier: Classifier, given: list[Photo]) -> None:
    """Say when a model is asked about a kind of picture that it has never seen."""
    drawn = [photo.drawn for photo in given]
    if classifier.family == "shapes" and not all(drawn):
        st.info(
            "This model has seen drawn shapes and never a photograph. It must choose among its "
            "ten shapes, so it will answer; the answer says nothing about the photograph."
        )
    if classifier.family in ("imagenet", "cifar10") and any(drawn):
        st.info("A drawn scene: this model learned from photographs and knows none of its shapes.")
    if classifier.assumed:
        assumed = "; ".join(classifier.assumed)
        st.caption(plain(f"Assumed, since a checkpoint does not say: {assumed}."))


def _look(model: Model, given: list[Photo]) -> list[Seen]:
    """What the model says of every photograph, with progress where there are many."""
    bar, found = st.empty(), {}
    for seen in resources.look_at(model, given):
        found[seen.photo.key] = seen
        if len(given) > 1:
            share = len(found) / len(given)
            bar.progress(share, f"{len(found)} of {len(given)} photographs")
    bar.empty()
    for note in sorted({seen.note for seen in found.values() if seen.note}):
        st.warning(note)
    return [found[photo.key] for photo in given]


def _which(classifier: Classifier, found: list[Seen]) -> Seen:
    """The photograph on show; with several, a table of all answers and a list to choose from."""
    from resnet.explaining import top

    if len(found) == 1:
        return found[0]
    names = [seen.photo.name for seen in found]
    at = st.selectbox("Photograph on show", range(len(found)), format_func=lambda i: names[i])
    best = [top(seen.look.logits, classifier.labels, 1)[0] for seen in found]
    rows = [
        {"file": name, "class": p.label, "probability": p.probability}
        for name, p in zip(names, best, strict=True)
    ]
    with st.expander(f"All {len(found)} answers"):
        st.dataframe(rows, hide_index=True, column_config={"probability": _PERCENT})
    return found[at]


def _explained(model: Model, classifier: Classifier, seen: Seen) -> None:
    usual = str(int(seen.look.logits.argmax()))
    classes = [str(i) for i in range(len(classifier.labels))]
    target = int(state.ATTENTION.asked("target", classes, usual))
    subject = Subject(model, classifier, seen, target, trace(classifier.spec))
    picture, facts = st.columns([5, 4], gap="large")
    with facts:
        _predictions(subject)
        layer = controls.segments(
            state.ATTENTION, "layer", "Stage", classifier.spec.stage_names, subject.last
        )
        method = _how()
    with picture:
        _large(subject, layer, method)
    _panel(subject)
    _where(classifier, seen.photo)


def _large(subject: Subject, layer: str, method: str) -> None:
    """The last stage's map is known for every class since the forward; others are computed."""
    seen, stage = subject.seen, subject.graph.stage(layer)
    took = (
        f"Forward with the last stage's maps of all classes {_time(seen.look.seconds)} "
        f"({seen.device}, {subject.model.precision})"
    )
    if layer == subject.last:
        _overlay(subject, stage, subject.final_map)
        st.caption(took + ".")
        return
    outcome = resources.stages(subject.model, seen.photo, subject.target, method)
    said = outcome.result[layer]
    _overlay(subject, stage, said.maps[0].numpy())
    st.caption(
        f"{took}; every stage of this class {_time(said.seconds)} ({outcome.device}, fp32). "
        f"{outcome.note}"
    )


def _panel(subject: Subject) -> None:
    titles = {name: title for name, (title, _) in _PANELS.items()}
    chosen = controls.segments(
        state.ATTENTION, "panel", "More about this answer", [*titles], next(iter(titles)), titles
    )
    _PANELS[chosen][1](subject)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _predictions(subject: Subject) -> None:
    from resnet.explaining import top

    labels, target = subject.classifier.labels, subject.target
    best, key = top(subject.seen.look.logits, labels, 5), f"predictions_{target}"
    st.markdown("**Most probable classes**")
    st.plotly_chart(
        bars(best),
        key=key,  # a new class begins with nothing selected, so that any bar can be chosen
        on_select=lambda: _bar_picked(key),
        selection_mode="points",
        config={"displayModeBar": False},
        alt="; ".join(f"{p.label} {p.probability:.1%}" for p in best),
    )
    st.session_state["attention_target"] = target
    st.selectbox(
        "Class whose evidence is shown",
        range(len(labels)),
        format_func=lambda i: labels[i],
        key="attention_target",
        on_change=controls.record(state.ATTENTION, "target"),
    )


def _bar_picked(key: str) -> None:
    points = st.session_state[key].selection.points
    if points:  # an empty list is a de-selection
        state.ATTENTION.ask("target", points[0]["customdata"])


def _how() -> str:
    """Method, signs and placement; returns the method."""
    with st.expander("Method, signs and placement"):
        method = controls.select(state.ATTENTION, "method", "Method", tuple(METHODS), METHODS)
        controls.select(state.ATTENTION, "signs", "Evidence", SIGNS, _SIGNS)
        controls.select(state.ATTENTION, "placement", "Placement", PLACEMENTS)
        st.caption(
            "At the last stage both methods are one map. Placement by receptive field puts a cell "
            "where it looks; the conventional one stretches the map, half a cell off."
        )
    return method


def _overlay(subject: Subject, stage: Stage, values: NDArray[np.float32]) -> None:
    """The large picture, how to read it, and the button that takes it away."""
    label = subject.label
    photo, hot = subject.pictures(stage, values)
    st.markdown(f"**{plain(label)}** at {stage.name}")
    alt = f"Evidence for {label} at {stage.name} of {subject.classifier.title}"
    components.overlay(photo, hot, alt, key="overlay", size=SHOWN)
    st.caption(_reading(subject, stage, values))
    name = f"{label}-{stage.name}.png".replace(" ", "_").replace("/", "_")

    def png() -> bytes:  # made when it is asked for, since encoding takes longer than a rerun
        buffer = BytesIO()
        blend(photo, hot, 0.75).save(buffer, "PNG")
        return buffer.getvalue()

    st.download_button("Download PNG", png, name, "image/png", on_click="ignore")


def _reading(subject: Subject, stage: Stage, values: NDArray[np.float32]) -> str:
    """What the colours mean, in the map's own units."""
    words = [
        f":orange[orange] for, :blue[blue] against; full: {strength(values):.3g} logits a cell."
    ]
    if values.max() <= 0:
        words.append("**No positive evidence for this class at this stage.**")
    if stage.name == subject.last:
        bias = float(subject.classifier.model.fc.bias[subject.target])
        logit = float(subject.seen.look.logits[subject.target])
        words.append(
            f"The map's sum {values.sum():.2f} + bias {bias:.2f} is the logit {logit:.2f}."
        )
    return " ".join(words)


def _where(classifier: Classifier, photo: Photo) -> None:
    """The part of the upload that the model saw."""
    if photo.drawn:
        return
    opened = st.expander(
        "What part of the photograph the model saw", on_change="rerun", key="where"
    )
    if not opened.open:
        return
    framed = photo.image.copy()
    framed.thumbnail((720, 720))
    scale = framed.width / photo.image.width
    box = tuple(edge * scale for edge in classifier.transform.box(photo.image.size))
    width = max(2, framed.width // 200)
    ImageDraw.Draw(framed).rectangle(box, outline="#e66101", width=width)
    crop, (w, h) = classifier.transform.crop, photo.image.size
    with opened:
        st.image(framed, alt="The photograph with the model's crop framed")
        st.caption(f"The frame, resized to {crop}×{crop}; the photograph has {w}×{h} pixels.")


page()

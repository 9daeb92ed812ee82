"""The Attention page: choose a model and a photograph, see what speaks for a class and where."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image, ImageDraw

from explorer import components, controls, models, photos, resources, state
from explorer.figures.predictions import bars
from explorer.resources import Model, Photo
from resnet.overlay import SIGNS, blend, heat, strength
from resnet.placement import PLACEMENTS, place

if TYPE_CHECKING:
    from resnet.explain import Explanation, Look
    from resnet.weights import Classifier

_METHOD_WORDS = {"gradcam": "Grad-CAM", "hirescam": "HiResCAM"}
_SIGN_WORDS = {"both": "for and against", "positive": "for only"}
_SHOWN = 512  # pixels of the picture that is downloaded and of the overlay


def page() -> None:
    """Draw the page."""
    with st.sidebar:
        model = models.choose()
    given = photos.choose()
    if model is None:
        st.info("Download this model on the left, or choose the bundled one: it is here already.")
    elif given:
        classifier = models.loaded(model)
        if classifier is not None:
            _explained(model, classifier, given)
    state.write_attention()


def _explained(model: Model, classifier: Classifier, given: list[Photo]) -> None:
    _warn(classifier, given)
    if not _look(model, given):
        return
    found = [resources.seen(model, photo) for photo in given]
    at = _which(classifier, given, found)
    photo, look = given[at], found[at]
    target = _target(classifier, look)
    picture, facts = st.columns([5, 4], gap="large")
    with facts:
        _predictions(classifier, look, target)
        _how(classifier)
    maps = resources.stages(model, photo, target, state.asked("method"))
    with picture:
        _overlay(classifier, look, maps, target)
        seconds = f"{look.seconds * 1000:.0f} ms" if look.seconds < 1 else f"{look.seconds:.1f} s"
        where = f"{model.device}, {model.precision}"
        st.caption(f"Forward and last-stage maps of all classes: {seconds}, {where}.")
    _strip(classifier, look, maps, target)
    _where(classifier, photo)


def _warn(classifier: Classifier, photos: list[Photo]) -> None:
    """Say when a model is asked about a kind of picture that it has never seen."""
    drawn = [photo.drawn for photo in photos]
    if classifier.family == "shapes" and not all(drawn):
        st.info(
            "This model has seen drawn shapes and never a photograph. It must choose among its "
            "ten shapes, so it will answer; the answer says nothing about the photograph."
        )
    if classifier.family in ("imagenet", "cifar10") and any(drawn):
        st.info(
            "A drawn scene: this model was trained on photographs and knows none of its shapes."
        )
    if classifier.assumed:
        st.caption(
            "Assumed, since a checkpoint does not say: " + "; ".join(classifier.assumed) + "."
        )


def _look(model: Model, given: list[Photo]) -> bool:
    """Run the model over the photographs that it has not seen yet, with progress."""
    from torch import OutOfMemoryError

    bar, done = st.empty(), 0
    try:
        for outcome in resources.look_at(model, given):
            done += len(outcome.result)
            if done < len(given):
                bar.progress(done / len(given), f"{done} of {len(given)} photographs")
            if outcome.note:
                st.warning(outcome.note)
    except OutOfMemoryError:
        st.error("Not enough memory for this model even one picture at a time. Take a smaller one.")
        return False
    bar.empty()
    return True


def _which(classifier: Classifier, photos: list[Photo], found: list[Look]) -> int:
    """The photograph on show; with several, a table of all answers to choose it from."""
    from resnet.explain import top

    if len(photos) == 1:
        return 0
    best = [top(look.logits, classifier.labels, 1)[0] for look in found]
    rows = [
        {"file": photo.name, "class": p.label, "probability": p.probability}
        for photo, p in zip(photos, best, strict=True)
    ]
    options = range(len(photos))
    at = st.selectbox("Photograph on show", options, format_func=lambda i: photos[i].name)
    with st.expander(f"All {len(photos)} answers"):
        st.dataframe(rows, hide_index=True, column_config={"probability": _PERCENT})
    return int(at)


_PERCENT = st.column_config.NumberColumn(format="percent")


def _target(classifier: Classifier, look: Look) -> int:
    """The class asked for by index, else the most probable one."""
    asked = state.asked("target")
    known = asked.isdigit() and int(asked) < len(classifier.labels)
    return int(asked) if known else int(look.logits.argmax())


def _predictions(classifier: Classifier, look: Look, target: int) -> None:
    from resnet.explain import top

    best = top(look.logits, classifier.labels, 5)
    st.markdown("**Most probable classes**")
    st.plotly_chart(
        bars(best),
        key="predictions",
        on_select=_bar_picked,
        selection_mode="points",
        config={"displayModeBar": False},
        alt="; ".join(f"{p.label} {p.probability:.1%}" for p in best),
    )
    st.session_state["control_target"] = target
    st.selectbox(
        "Class whose evidence is shown",
        range(len(classifier.labels)),
        format_func=lambda i: classifier.labels[i],
        key="control_target",
        on_change=controls.record("target"),
    )


def _bar_picked() -> None:
    points = st.session_state["predictions"].selection.points
    if points:  # an empty list is a de-selection
        state.ask("target", points[0]["customdata"])


def _layer(classifier: Classifier) -> str:
    names = classifier.spec.stage_names
    return state.asked("layer") if state.asked("layer") in names else names[-1]


def _how(classifier: Classifier) -> None:
    names, layer = classifier.spec.stage_names, _layer(classifier)
    controls.segments("layer", "Stage", names, layer)
    with st.expander("Method, signs and placement"):
        controls.select(
            "method", "Method", tuple(_METHOD_WORDS), state.asked("method"), _METHOD_WORDS
        )
        controls.select("signs", "Evidence", SIGNS, state.asked("signs"), _SIGN_WORDS)
        controls.select("placement", "Placement", PLACEMENTS, state.asked("placement"))
        st.caption(
            "At the last stage both methods are one map. Placement by receptive field puts a cell "
            "where it looks; the conventional one stretches the map, half a cell off."
        )


def _heat(
    classifier: Classifier, maps: dict[str, Explanation], layer: str
) -> tuple[Image.Image, float]:
    """A stage's heat at the size of the picture, and the value drawn in full colour."""
    said = maps[layer]
    values = said.maps[0].numpy()
    crop, placement = classifier.transform.crop, state.asked("placement")
    placed = place(values, said.stage.centre, said.stage.jump, crop, placement)
    full = strength(values)
    image = heat(placed, full, state.asked("signs"))
    return image.resize((_SHOWN, _SHOWN), Image.Resampling.BICUBIC), full


def _overlay(classifier: Classifier, look: Look, maps: dict[str, Explanation], target: int) -> None:
    label, layer = classifier.labels[target], _layer(classifier)
    said = maps[layer]
    picture = look.view.resize((_SHOWN, _SHOWN), Image.Resampling.BICUBIC)
    hot, full = _heat(classifier, maps, layer)
    alt = f"{_METHOD_WORDS[said.method]} of {classifier.title} for {label} at {layer}"
    st.markdown(f"**{label}** at {layer}")
    components.overlay(picture, hot, alt, key="overlay", size=_SHOWN)
    st.caption(_reading(said, full, last=layer == classifier.spec.stage_names[-1]))
    buffer = BytesIO()
    blend(picture, hot, 0.75).save(buffer, "PNG")
    name = f"{label}-{layer}-{said.method}.png".replace(" ", "_").replace("/", "_")
    st.download_button("Download PNG", buffer.getvalue(), name, "image/png", on_click="ignore")


def _reading(said: Explanation, full: float, last: bool) -> str:
    """What the colours mean, in the map's own units."""
    values = said.maps[0]
    words = [f":orange[orange] for, :blue[blue] against; full colour is {full:.3g} logits a cell."]
    if float(values.max()) <= 0:
        words.append("**No positive evidence for this class at this stage.**")
    if last:
        total, bias = float(values.sum()), float(said.biases[0])
        logit = float(said.logits[0, said.targets[0]])
        words.append(f"The map's sum {total:.2f} + bias {bias:.2f} is the logit {logit:.2f}.")
    return " ".join(words)


def _strip(classifier: Classifier, look: Look, maps: dict[str, Explanation], target: int) -> None:
    st.markdown(f"**Every stage for {classifier.labels[target]}**")
    picture = look.view.resize((_SHOWN, _SHOWN), Image.Resampling.BICUBIC)
    for column, layer in zip(st.columns(len(maps)), maps, strict=True):
        hot, full = _heat(classifier, maps, layer)
        stage = maps[layer].stage
        cells = f"{stage.out_shape[1]}×{stage.out_shape[2]}"
        none = float(maps[layer].maps.max()) <= 0
        words = f"{layer}: {cells} cells, each sees {stage.receptive_field} px; full {full:.2g}"
        alt = f"{layer} map for {classifier.labels[target]}"
        with column:
            st.image(blend(picture, hot, 0.75), alt=alt)
            st.caption(words + (", no positive evidence" if none else ""))


def _where(classifier: Classifier, photo: Photo) -> None:
    """The part of the upload that the model saw."""
    if photo.drawn:
        return
    with st.expander("What part of the photograph the model saw"):
        framed = photo.image.copy()
        framed.thumbnail((720, 720))
        scale = framed.width / photo.image.width
        box = tuple(edge * scale for edge in classifier.transform.box(photo.image.size))
        width = max(2, framed.width // 200)
        ImageDraw.Draw(framed).rectangle(box, outline="#e66101", width=width)
        st.image(framed, alt="The photograph with the model's crop framed")
        crop, (w, h) = classifier.transform.crop, photo.image.size
        st.caption(f"The frame, resized to {crop}×{crop}; the photograph has {w}×{h} pixels.")


page()

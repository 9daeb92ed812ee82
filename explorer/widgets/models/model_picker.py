"""Choosing a model: the catalogue with its downloads, a file of the visitor's, and a device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from explorer.resources import kept_answers
from explorer.resources.models import Model
from explorer.resources.server import workers
from explorer.resources.server.spinner import start_torch, unless
from explorer.state import visitor
from explorer.state.choices import attention_choices
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.choices.page_choices import Page
from explorer.state.visitor import OWN
from explorer.tasks.inputs.sources import Catalogued, Source, Untrained
from explorer.uploads.store import Upload
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from explorer.widgets.models import checkpoint_upload, hub_name_field
from explorer.widgets.models.download_offer import offer
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr, translated

if TYPE_CHECKING:
    from resnet.weights.classifiers.classifier import Classifier
    from resnet.weights.entries import Entry, ResidualEntry

_DEVICE_WORDS = {"cuda": mark("CUDA GPU"), "mps": mark("Apple GPU"), "cpu": "CPU"}


def asked() -> Model | None:
    """The model, device and precision asked for; None while the model must be downloaded."""
    start_torch()
    from resnet.model.devices import devices

    entry, file, choice = _entry(), checkpoint_upload.asked(), ATTENTION.asked
    if hub_name_field.asked() or (file is None and not entry.cached):
        return None
    source = checkpoint_upload.source(file) if file is not None else Catalogued(entry.name)
    device = choice("device", devices(), devices()[0])
    return Model(source, device, choice("precision", _precisions(entry, device)))


def family() -> str:
    """Whose pictures the model knows that is asked for: the visitor's own file's are not known."""
    start_torch()
    return _entry().family if checkpoint_upload.asked() is None else "file"


def choose() -> None:
    """Controls for what is `asked`."""
    start_torch()
    from resnet.model.devices import devices

    entry, present, page = _entry(), devices(), ATTENTION
    _list()
    if not checkpoint_upload.choose():
        st.caption(str(entry.note))
    hub_name_field.choose()
    with st.expander(tr("Device and precision")):
        device = controls.select(
            page, "device", tr("Device"), present, translated(_DEVICE_WORDS), usual=present[0]
        )
        offered = _precisions(entry, device)
        controls.select(page, "precision", tr("Precision of the forward"), offered)


def _precisions(entry: Entry[Classifier], device: str) -> tuple[str, ...]:
    from resnet.model.devices import precisions

    return tuple(name for name in precisions(device) if name not in entry.lacks)


def known(model: Model) -> bool:
    """Whether this visitor has seen it loading."""
    return (model.key, model.device) in visitor.loaded()


def loaded(model: Model) -> Classifier | None:
    """What is known of the classifier, or None and a message that says why not.

    A worker loads it; on the CPU where it has to be.
    """
    from resnet.fetch.bundled import AssetError
    from resnet.fetch.download import DownloadError
    from resnet.model.devices import DoesNotFit
    from resnet.weights.given.labels import GivenError
    from resnet.weights.loading import WeightsError
    from resnet.weights.reading.checkpoint import CheckpointError

    try:
        with unless(known(model), tr("Loading the model …")):
            classifier = kept_answers.described(model)
        visitor.loaded().add((model.key, model.device))
        return classifier
    except (
        AssetError, CheckpointError, DoesNotFit, DownloadError, GivenError, WeightsError,
        workers.Ended,
    ) as error:  # fmt: skip
        st.error(plain(error))
        return None


def of_spec(page: Page, field: str, spec: ResNetSpec) -> Model:
    """A model with exactly this spec that is here already, to choose where there are several.

    The visitor's own file comes first and random weights, which there always are, last. What the
    choice names must be here.
    """
    titles, models_here = {}, {}
    for name, title, model in _with_spec(spec):
        titles[name], models_here[name] = title, model
    name = page.asked(field, titles, usual=next(iter(titles)))
    if visitor.find(OWN, name):
        page.ask(field, name)  # no link opens other weights unmarked
    if len(titles) > 1:
        with st.container(width=260):
            controls.select(page, field, tr("Weights"), [*titles], titles, usual=name)
    return models_here[name]


def on_cpu(source: Source) -> Model:
    """A model that is asked for one picture at a time, which no device need hasten."""
    return Model(source, "cpu", "fp32")


def bundled() -> ResidualEntry | None:
    """The trained network that comes with the app, unless its file is missing."""
    from resnet.weights.catalogue import residual_networks

    return next((entry for entry in residual_networks().values() if entry.url is None), None)


def family_of(spec: ResNetSpec) -> str:
    """Whose pictures the trained networks of a spec know; empty where there are none here."""
    from resnet.weights.catalogue import residual_networks

    known = (entry for entry in residual_networks().values() if entry.cached)
    return next((entry.family for entry in known if entry.spec == spec), "")


def _with_spec(spec: ResNetSpec) -> Iterator[tuple[str, str, Model]]:
    """The choices for a spec, the title and the model of each."""
    start_torch()
    from resnet.model.devices import DoesNotFit
    from resnet.weights.catalogue import residual_networks
    from resnet.weights.given.labels import GivenError
    from resnet.weights.reading.checkpoint import CheckpointError

    for file in visitor.given(OWN):
        # the Attention page says what is wrong with it
        with suppress(CheckpointError, DoesNotFit, GivenError, workers.Ended):
            model = on_cpu(checkpoint_upload.source(file))
            if kept_answers.described(model).spec == spec:
                yield file.link, own_title(file), model
    for name, entry in residual_networks().items():
        if entry.cached and entry.spec == spec:
            yield name, entry.title, on_cpu(Catalogued(name))
    yield "random", tr("random, seed 0"), on_cpu(Untrained(spec))


def _entry() -> Entry[Classifier]:
    from resnet.weights.catalogue import catalogue

    entries = catalogue()
    return entries[ATTENTION.asked("model", tuple(entries), next(iter(entries)))]


def _list() -> None:
    """Every model, the visitor's own first, whichever is asked."""
    from resnet.weights.catalogue import catalogue

    entries = catalogue()
    words = {file.link: own_title(file) for file in visitor.given(OWN)}
    words |= {name: _words(entry) for name, entry in entries.items()}
    key, checkpoint = ATTENTION.key("model"), checkpoint_upload.asked()
    st.session_state[key] = checkpoint.link if checkpoint else _entry().name
    st.selectbox(
        tr("Model"),
        [*words],
        key=key,
        format_func=lambda name: words.get(name, name),
        on_change=_choose,
        help=tr(
            "Type to search {n}: ResNets, then torchvision's other families. ↓ is still to be "
            "downloaded.",
            n=len(entries),
        ),
    )


def own_title(file: Upload) -> str:
    """A visitor's checkpoint in a list of models."""
    return tr("own: {name}", name=file.name)


def _choose() -> None:
    name = st.session_state[ATTENTION.key("model")]
    if visitor.find(OWN, name):
        ATTENTION.ask("checkpoint", name)
    elif name is not None:
        attention_choices.show_model(name)


def _words(entry: Entry[Classifier]) -> str:
    """Short enough for the sidebar; torchvision's weights are all of ImageNet."""
    title = entry.title.replace(", ImageNet (", " (")
    if entry.url is None:
        return title
    return f"{title} · {tr('cached') if entry.cached else f'↓ {entry.megabytes}'}"


def offer_download() -> None:
    """Offer to fetch the model that is asked, which is not here."""
    if hub_name_field.asked():
        hub_name_field.offer_download()
        return
    from resnet.fetch.download import DownloadError
    from resnet.weights.loading import WeightsError, fetch

    entry = _entry()
    words = tr(
        "{data} is not on this machine yet: {size} to download.",
        data=plain(entry.title),
        size=entry.size,
    )
    offer(entry.name, words, fetch(entry), entry.bytes, DownloadError, WeightsError)

"""What weights leave open of a network, each with its alternatives: settled by hand or a probe."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from explorer.resources import jobs
from explorer.resources.models import Model
from explorer.resources.server.spinner import start_torch
from explorer.resources.server.workers import LONG
from explorer.state.choices.page_choices import Page
from explorer.tasks import checks
from explorer.tasks.inputs.sources import Own
from explorer.widgets.escaping import plain
from resnet.network.naming import query
from resnet.network.spec import ResNetSpec
from resnet.text.language import tr
from resnet.weights.given.assumptions import Assumed, assumptions
from resnet.weights.given.labels import GivenError

if TYPE_CHECKING:
    from resnet.weights.probe import Verdict

_LONGEST = 1_000_000  # letters of pasted logits: of 21,000 classes they are 500,000


def offer(page: Page, field: str, model: Model, spec: ResNetSpec) -> None:
    """A list for each thing that weights of this spec leave open, and what settles all of them."""
    opened = [each for each in assumptions(spec) if each.others]
    if not opened:
        return
    with st.expander(tr("Settle what weights leave open"), key=f"settle_{field}"):
        lists, probe = st.columns(2, gap="large")
        with lists:
            for each in opened:
                _choose(page, field, each)
        with probe:
            _probe(page, field, model, spec)


def _choose(page: Page, field: str, opened: Assumed) -> None:
    key = f"{page.key(field)}_{opened.axis}"
    words = {choice.fields: str(choice.words) for choice in opened.choices}
    st.session_state[key] = opened.taken.fields
    st.selectbox(
        tr(opened.title),
        [*words],
        key=key,
        format_func=lambda fields: words.get(fields, fields),
        help=str(opened.why),
        on_change=lambda: _say(page, field, st.session_state[key]),
    )


def _say(page: Page, field: str, fields: str) -> None:
    """Add fields of a link to what is said of the network."""
    page.ask(field, query.join(query.split(page.asked(field)) | query.split(fields)))


def _probe(page: Page, field: str, model: Model, spec: ResNetSpec) -> None:
    """The logits of a pattern, from the owner's own code, tell which of the networks it is."""
    start_torch()
    from resnet.weights.probe import recipe

    assert isinstance(model.source, Own)  # nothing else leaves anything open
    st.markdown(tr("Or let your own code tell: run this, and paste what it prints."))
    st.code(recipe(spec), "python", wrap_lines=True)
    key = f"{page.key(field)}_logits"
    logits = st.text_area(tr("Logits"), key=key, max_chars=_LONGEST, placeholder="[0.25, -1.5, …]")
    if not logits.strip():
        return
    question = "probe", model.key, sha256(logits.encode()).hexdigest()
    start = partial(LONG.stream, checks.probed, model.source, model.device, logits)
    try:
        verdict = jobs.offered(tr("Try every reading"), tr("readings"), question, start)
    except GivenError as error:
        st.error(plain(error))
        return
    if verdict is not None:
        _verdict(page, field, verdict)


def _verdict(page: Page, field: str, verdict: Verdict) -> None:
    if not verdict.fitting:
        st.error(plain(verdict))
        return
    st.success(plain(verdict))
    if verdict.settled:
        st.button(
            tr("Read it so"),
            key=f"settled_{field}",
            on_click=_say,
            args=(page, field, verdict.settled),
        )

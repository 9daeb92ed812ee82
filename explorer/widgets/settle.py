"""What weights leave open of a network, each with its alternatives, to be settled by hand."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.state.page_choices import Page
from resnet.network import query
from resnet.network.spec import ResNetSpec
from resnet.text.language import tr
from resnet.weights.assumptions import Assumed, assumptions


def offer(page: Page, field: str, spec: ResNetSpec) -> None:
    """A list for each thing that weights of this spec leave open; nothing where that is none."""
    opened = [*assumptions(spec)]
    if not any(each.others for each in opened):
        return
    with st.expander(tr("Settle what weights leave open"), key=f"settle_{field}"):
        for each in opened:
            if each.others:
                _choose(page, field, each)


def _choose(page: Page, field: str, opened: Assumed) -> None:
    key = f"{page.key(field)}_{opened.axis}"
    words = {choice.fields: str(choice.words) for choice in opened.choices}
    st.session_state[key] = opened.taken.fields
    st.selectbox(
        str(opened.why).capitalize(),
        [*words],
        key=key,
        format_func=lambda fields: words.get(fields, fields),
        on_change=_say(page, field, key),
    )


def _say(page: Page, field: str, key: str) -> Callable[[], None]:
    """A callback that adds what was chosen to what is said of the network."""

    def say() -> None:
        said = query.split(page.asked(field)) | query.split(st.session_state[key])
        page.ask(field, query.join(said))

    return say

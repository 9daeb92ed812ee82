"""A control for one field of the network on show; what it is set to replaces the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.state.choices import shown_network
from explorer.state.in_hand import fill, when_moved
from explorer.widgets.network.field_help import FIELD_HELP
from resnet.network.fields.resolved import resolved
from resnet.network.fields.rules import SpecError
from resnet.network.spec import ResNetSpec
from resnet.network.variants import to_value
from resnet.text.language import tr, translated

_CARRIES = ("block", "stem")  # what does not go with another of these is dropped, and named


def choice(spec: ResNetSpec, field: str, label: str, words: Mapping[str, str]) -> None:
    """A list of a field's values, shown in words."""
    key, show = _show(spec, field), translated(words)
    st.selectbox(
        label,
        [*words],
        key=key,
        format_func=show.__getitem__,
        on_change=when_moved(key, _set, field, str),
        help=tr(FIELD_HELP[field]),
    )


def number(spec: ResNetSpec, field: str, label: str, step: int = 1) -> None:
    """A box for a whole number."""
    key, help_ = _show(spec, field), tr(FIELD_HELP[field])
    set_ = when_moved(key, _set, field, int)
    st.number_input(label, step=step, key=key, on_change=set_, help=help_)


def numbers(spec: ResNetSpec, field: str, label: str) -> None:
    """A box for several whole numbers, or one."""
    key, shown = f"network_{field}", resolved(spec.fields, field)
    fill(key, ", ".join(map(str, shown if isinstance(shown, tuple) else (shown,))))
    help_ = tr(FIELD_HELP[field])
    set_ = when_moved(key, _set, field, _whole_numbers)
    st.text_input(label, key=key, on_change=set_, help=help_)


def switch(spec: ResNetSpec, field: str, label: str) -> None:
    """A switch."""
    key, help_ = _show(spec, field), tr(FIELD_HELP[field])
    st.toggle(label, key=key, on_change=when_moved(key, _set, field, bool), help=help_)


def _show(spec: ResNetSpec, field: str) -> str:
    """Put the field's value, or what an empty one stands for, into its control; returns its key."""
    key = f"network_{field}"
    fill(key, resolved(spec.fields, field))
    return key


def _set(field: str, read: Callable[[Any], Any]) -> None:
    value = st.session_state[f"network_{field}"]
    if field in _CARRIES:
        shown_network.carry(lambda spec: to_value(spec, field, read(value)))
    else:
        shown_network.change(lambda spec: replace(spec, **{field: read(value)}))


def _whole_numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace("-", ",").split(",") if part.strip())
    except ValueError:
        raise SpecError(
            tr("“{text}” is no list of whole numbers; write 3, 4, 6, 3.", text=text)
        ) from None

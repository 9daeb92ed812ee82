"""Choosing the two sides of a comparison: from a list, by a link, or a pair at one click."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from explorer import state
from explorer.controls import key
from explorer.pairs import PAIRS
from explorer.state import compare
from resnet.comparison import Side, names, published_changes
from resnet.published import published

WHERE = {"left": "Left, drawn above", "right": "Right, drawn below"}
_OTHER, _ON_SHOW = "as in the link", "on the Architecture page"


def choose(left: Side, right: Side) -> None:
    """Draw the controls of both sides, and the swap between them."""
    _choose("left", left)
    st.button("Swap sides", icon=":material/swap_vert:", on_click=compare.swap, shortcut="S")
    _choose("right", right)
    st.caption("A link is the address of the Architecture page, or only its end: net=resnet18")


def pair(left: Side, right: Side) -> None:
    """Draw the pairs as a row of buttons; the sentence of the one on show stands below."""
    found = (name for name, p in PAIRS.items() if (p.left, p.right) == (left.query, right.query))
    on_show = st.session_state["compare_pair"] = next(found, None)
    label = "Pairs to look at"
    st.pills(label, [*PAIRS], key="compare_pair", on_change=_put_pair, label_visibility="collapsed")
    if on_show:
        st.markdown(" ".join([PAIRS[on_show].said, *_tops(left, right)]))


def _tops(left: Side, right: Side) -> Iterator[str]:
    """The accuracies of weights that torchvision has of both, those of its first recipe."""
    for change in published_changes(left, right):
        if change.name == "V1" and change.difference is not None:
            yield (
                f"Top-1 accuracy {change.left:.2f} % → {change.right:.2f} %: torchvision "
                f"{published().version}, V1 weights, ImageNet validation, one centre crop."
            )


def _put_pair() -> None:
    name = st.session_state["compare_pair"]
    if name:
        compare.put({"left": PAIRS[name].left, "right": PAIRS[name].right})


def _choose(name: str, side: Side) -> None:
    known = names()
    bare = side.query.removeprefix("net=")
    st.session_state[f"compare_{name}_list"] = bare if bare in known else _OTHER
    st.session_state[key(compare.PAGE, name)] = side.query
    other = [] if bare in known else [_OTHER]
    words = {_ON_SHOW: f"{_ON_SHOW}: {state.on_show().name}"}
    st.selectbox(
        WHERE[name],
        [*other, _ON_SHOW, *known],
        key=f"compare_{name}_list",
        format_func=lambda option: words.get(option, option),
        on_change=_put_listed,
        args=(name,),
    )
    st.text_input(
        f"Link of the {name} side",
        key=key(compare.PAGE, name),
        on_change=_put_link,
        args=(name,),
    )


def _put_listed(name: str) -> None:
    chosen = st.session_state[f"compare_{name}_list"]
    if chosen != _OTHER:
        compare.put({name: state.on_show().to_query() if chosen == _ON_SHOW else f"net={chosen}"})


def _put_link(name: str) -> None:
    compare.put({name: st.session_state[key(compare.PAGE, name)]})

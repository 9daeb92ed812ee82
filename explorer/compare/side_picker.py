"""Choosing the two sides of a comparison: from a list, by a link, or a pair at one click."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from explorer.compare.pairs import PAIRS
from explorer.state.choices import compare_choices, shown_network
from explorer.state.choices.compare_choices import PAGE
from resnet.counts.comparison import Side, network_names, published_changes
from resnet.counts.published import published
from resnet.text.language import mark, tr

WHERE = {"left": mark("Above"), "right": mark("Below")}
_LINK = {"left": mark("Link of the one above"), "right": mark("Link of the one below")}
_OTHER, _ON_SHOW = mark("as in the link"), "on the Architecture page"


def choose(left: Side, right: Side) -> None:
    """Draw the controls of both sides, and the swap between them."""
    _choose("left", left)
    st.button(
        tr("Swap sides"), icon=":material/swap_vert:", on_click=compare_choices.swap, shortcut="S"
    )
    _choose("right", right)
    end = tr("A link is the address of the Architecture page, or only its end: net=resnet18")
    st.caption(end)


def choose_pair(left: Side, right: Side) -> None:
    """Draw the pairs as a row of buttons; the sentence of the one on show stands below."""
    matching = (name for name, p in PAIRS.items() if (p.left, p.right) == (left.query, right.query))
    on_show = st.session_state["compare_pair"] = next(matching, None)
    st.pills(
        tr("Pairs to look at"),
        [*PAIRS],
        key="compare_pair",
        format_func=lambda name: tr(name),
        on_change=_put_pair,
        label_visibility="collapsed",
    )
    if on_show:
        st.markdown(" ".join([PAIRS[on_show].sentence, *_tops(left, right)]))


def _tops(left: Side, right: Side) -> Iterator[str]:
    """The accuracies of weights that torchvision has of both, those of its first recipe."""
    for change in published_changes(left, right):
        if change.name == "V1" and change.difference is not None:
            yield tr(
                "Top-1 accuracy {left:.2f} % → {right:.2f} %: torchvision {version}, V1 weights, "
                "ImageNet validation, one centre crop.",
                left=change.left,
                right=change.right,
                version=published().version,
            )


def _put_pair() -> None:
    name = st.session_state["compare_pair"]
    if name:
        compare_choices.put({"left": PAIRS[name].left, "right": PAIRS[name].right})


def _choose(name: str, side: Side) -> None:
    names = network_names()
    bare = side.query.removeprefix("net=")
    st.session_state[f"compare_{name}_list"] = bare if bare in names else _OTHER
    st.session_state[PAGE.key(name)] = side.query
    other = [] if bare in names else [_OTHER]
    on_show = tr("on the Architecture page: {name}", name=shown_network.history().now.name)
    words = {_ON_SHOW: on_show, _OTHER: tr(_OTHER)}
    st.selectbox(
        tr(WHERE[name]),
        [*other, _ON_SHOW, *names],
        key=f"compare_{name}_list",
        format_func=lambda option: words.get(option, option),
        on_change=_put_listed,
        args=(name,),
    )
    st.text_input(
        tr(_LINK[name]),
        key=PAGE.key(name),
        on_change=_put_link,
        args=(name,),
    )


def _put_listed(name: str) -> None:
    chosen = st.session_state[f"compare_{name}_list"]
    if chosen != _OTHER:
        compare_choices.put(
            {
                name: shown_network.history().now.to_query()
                if chosen == _ON_SHOW
                else f"net={chosen}"
            }
        )


def _put_link(name: str) -> None:
    compare_choices.put({name: st.session_state[PAGE.key(name)]})

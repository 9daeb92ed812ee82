"""Choosing a depth: the family of the network, any depth of it in a box, those in use by slider."""

from __future__ import annotations

import streamlit as st

from explorer.state.choices import shown_network
from explorer.state.in_hand import fill, when_moved
from explorer.widgets import components
from resnet.network.naming.families import FAMILIES, Family, own
from resnet.network.spec import ResNetSpec
from resnet.network.variants import to_depth, to_family
from resnet.text.language import tr, translated

_OWN = "own"  # the choice of a network whose layout is of no family


def choose(spec: ResNetSpec) -> None:
    """Draw the family and the box."""
    name, family = family_of(spec)
    fill("network_family", name)
    families = FAMILIES if name in FAMILIES else {_OWN: family, **FAMILIES}
    titles = translated({name: one.title for name, one in families.items()})
    st.selectbox(
        tr("Any depth of the family"),
        families,
        format_func=titles.__getitem__,
        key="network_family",
        on_change=when_moved("network_family", _set_family),
    )
    _depth(spec, family)


def _depth(spec: ResNetSpec, family: Family) -> None:
    """A box for any depth."""
    below, above = family.nearest(spec.depth)
    step = above - below
    fill("network_depth", spec.depth)
    set_ = when_moved("network_depth", _set_depth, spec.depth, step)
    st.number_input(tr("Depth"), step=step, key="network_depth", on_change=set_)


def slider(spec: ResNetSpec) -> None:
    """Draw a slider over the depths that the family reaches, which answers while it is dragged."""
    offered = sorted({*family_of(spec)[1].shown, spec.depth})
    components.depths(offered, spec.depth, "network_slide", go)


def go(depth: int, rests: bool = True) -> None:
    """Have the network of this depth, by the layout of its family."""
    shown_network.carry(lambda spec: to_depth(spec, depth, family_of(spec)[1]), rests)


def family_of(spec: ResNetSpec) -> tuple[str, Family]:
    """The family last chosen while the network is of it, else the first that it is of, or its own.

    With its name.
    """
    chosen = st.session_state.get("network_family", _OWN)
    names = (name for name in (chosen, *FAMILIES) if name in FAMILIES)
    fitting = ((name, FAMILIES[name]) for name in names if FAMILIES[name].fits(spec.fields))
    return next(fitting, (_OWN, own(spec.fields)))


def _set_family() -> None:
    """Another family keeps the depth, or takes the nearest that it reaches."""
    family = FAMILIES.get(st.session_state["network_family"])
    if family:
        shown_network.carry(lambda spec: to_family(spec, family))


def _set_depth(before: int, step: int) -> None:
    """A typed depth is taken at its word; none, which comes as 0, leaves the one that is.

    A step of − or + goes to the next that there is, where no script of the page's has seen to it.
    """
    depth = st.session_state["network_depth"] or before
    if abs(depth - before) == step:
        below, above = family_of(shown_network.history().now)[1].around(before)
        depth = below if depth < before else above
    go(depth)

"""The Compare page: two networks, stage under stage, what differs in them and what follows."""

from __future__ import annotations

import streamlit as st

from explorer.compare import difference_tables, side_picker
from explorer.figures.charts.accuracy import accuracy_scatter, describe_accuracies
from explorer.resources import drawings
from explorer.state.choices import compare_choices, page_choices, shown_network
from explorer.state.choices.compare_choices import PAGE
from explorer.state.choices.shown_network import CLOSED
from explorer.widgets import components
from explorer.widgets.escaping import plain
from resnet.counts.comparison import Side, network_names
from resnet.counts.published import published
from resnet.text.language import tr
from resnet.text.numbers import count, shape

_CHART = "accuracy"


def page() -> None:
    """Draw the page."""
    left, right = map(drawings.side, compare_choices.sides())
    compare_choices.write()  # first: a link followed while the page is drawn keeps its own address
    with st.sidebar:
        side_picker.choose(left, right)
    if compare_choices.message():
        st.warning(plain(compare_choices.message()))
    side_picker.choose_pair(left, right)
    with st.container(key="pair"):
        _picture("left", left, right)
        _picture("right", right, left)
    _block(left, right)
    if left.query == right.query:
        st.info(tr("Both sides are the same network; choose another for one of them."))
    else:
        difference_tables.headline(left, right)
        difference_tables.tables(left, right)
        difference_tables.stage_table(left, right)
    _accuracies(left, right)


def _picture(name: str, side: Side, other: Side) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"title_{name}"):
        numbers = tr(
            "{params} parameters · {macs} · {depth} layers",
            params=count(side.numbers["params"]),
            macs=count(side.numbers["macs"], "MACs"),
            depth=side.numbers["depth"],
        )
        st.markdown(f"**{side.title}** · {numbers}")
        if side.graph:
            st.page_link(
                "architecture/architecture.py",
                label=tr("Open on the Architecture page"),
                icon=":material/account_tree:",
                query_params=side.graph.spec.to_fields(),
            )
    if side.graph is None:
        _undrawn(side)
        return
    beside = (other.graph.spec,) if other.graph else ()
    explained = name == "right" and "legend" not in page_choices.hidden()
    svg = drawings.stream_picture(side.graph.spec, shown_network.folding(PAGE), explained, beside)
    chosen, key = shown_network.opened(PAGE), f"stream_{name}"
    components.picture(svg, key=key, chosen=chosen, on_pick=_pick)


def _undrawn(side: Side) -> None:
    """What is known of a network that is not drawn here."""
    with st.container(border=True):
        shapes = " → ".join(f"{shape(part.out_shape)}" for part in side.parts)
        outputs = tr("Outputs of its stages: {shapes}", shapes=shapes)
        st.markdown(f"{tr(side.note)}\n\n{outputs}")
        st.caption(
            tr(
                "Not drawn: these pictures are of residual networks. Shapes and counts are those "
                "of torchvision {version}’s own module at 224×224.",
                version=published().version,
            )
        )


def _pick(what: str) -> None:
    shown_network.pick(what, PAGE)


def _block(*both: Side) -> None:
    """The open block of both networks, as far as they have it."""
    name = shown_network.opened(PAGE)
    having = [
        (side.title, side.graph.spec)
        for side in both
        if side.graph and name in {section.name for section in side.graph.sections}
    ]
    if not having:
        return
    with st.container(border=True, key="compared"):
        components.into_view("compared", name)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {name}", width="stretch")
            close = tr("Close")
            st.button(
                close, on_click=shown_network.open_block, args=(CLOSED, PAGE), shortcut="Escape"
            )
        for i, (title, spec) in enumerate(having):
            st.markdown(f"**{title}**")
            components.picture(drawings.block_picture(spec, name), key=f"block_{i}")


def _accuracies(left: Side, right: Side) -> None:
    torchvision = published()
    st.markdown(tr("**Accuracy against compute**"))
    st.plotly_chart(
        accuracy_scatter(torchvision.weights, left, right),
        key=_CHART,
        on_select=_take,
        selection_mode="points",
        config={"displayModeBar": False},
        alt=describe_accuracies(torchvision.weights, left, right),
    )
    st.caption(
        tr(
            "{n} weights of torchvision {version}, by its own metadata: ImageNet-1k validation, "
            "one centre crop at the size that belongs to the weights. Recipes differ, and SWAG "
            "weights saw other photographs too: points compare weights, not only architectures. "
            "Orange lines are both networks’ multiply-adds, each at its own image size. Click a "
            "ResNet, DenseNet, VGG or AlexNet to put it below.",
            n=len(torchvision.weights),
            version=torchvision.version,
        )
    )
    with st.expander(tr("The same as a table")):
        st.dataframe([weights._asdict() for weights in torchvision.weights], hide_index=True)


def _take() -> None:
    points = st.session_state[_CHART].selection.points
    if points and points[0]["customdata"] in network_names():
        compare_choices.put({"right": points[0]["customdata"]})


page()

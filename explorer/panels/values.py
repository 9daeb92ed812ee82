"""What flows through the open block: maps on one scale, and one cell's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from explorer import components, controls, models, photos, resources, state
from explorer.figures.terms import Steps, Term
from explorer.messages import plain
from explorer.resources import Flowed
from resnet.graph import Block, Graph

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.residual import BlockFlow

_PAGE, _LENS = state.ARCHITECTURE, "architecture_lens"
_LENSES = {"mean": "Mean over channels", "one": "One channel"}


def panel(graph: Graph, block: Block) -> None:
    """The switch, and behind it everything that needs PyTorch."""
    if "block values" in state.hidden():
        return
    if controls.toggle(_PAGE, "values", "Show what flows through it"):
        _shown(graph, block)


def _shown(graph: Graph, block: Block) -> None:
    with st.spinner("Starting PyTorch …"):
        from resnet.checkpoint import CheckpointError
        from resnet.residual import TooLarge, check_size
    try:
        check_size(graph)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            photo = photos.choose_one(_PAGE, "picture")
            model = models.of_spec(_PAGE, "weights", graph.spec)
            channel = _channel(block.out_shape[0])
        classifier = model.load(model.device)
        _weights(classifier.family, classifier.title)
        if photo is not None:
            _drawn(block, resources.flowed(model, photo, block.name), channel)
    except (CheckpointError, TooLarge) as error:
        st.info(plain(error))


def _channel(channels: int) -> int | None:
    """The channel on show; None for the mean over them."""
    mean = _PAGE.asked("channel") == "mean"
    st.session_state[_LENS] = "mean" if mean else "one"
    st.segmented_control(
        "Maps", _LENSES, key=_LENS, format_func=lambda o: _LENSES[o], on_change=_set_lens
    )
    return None if mean else controls.number(_PAGE, "channel", "Channel", channels - 1)


def _set_lens() -> None:
    chosen = st.session_state[_LENS]
    if chosen is not None:
        _PAGE.ask("channel", "mean" if chosen == "mean" else "0")


def _weights(family: str, title: str) -> None:
    """Whose weights these are; from random ones, a way to trained ones."""
    if family != "random":
        st.caption(f"Weights: {plain(title)}.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{plain(title)}: this network has not learned anything.".capitalize())
        trained = models.bundled()
        if trained:
            label = f"Show the trained {trained.spec.name}"
            st.button(label, on_click=state.show_network, args=(trained.spec,), type="tertiary")


def _drawn(block: Block, found: Flowed, channel: int | None) -> None:
    flow = found.flow
    if not flow.finite:
        st.info(
            f"At {block.name} the values go beyond what float32 holds: without learned statistics "
            "the stream grows from block to block. Open an earlier block, or a shallower network."
        )
        return
    reach = 2 if block.plan.shortcut == "pool-projection" else 1
    steps = Steps(block.plan.stride, reach, block.jump, block.centre)
    components.values([*_terms(block, flow, channel)], _lens(block, channel), found.view, steps)
    st.caption(_facts(block, flow))


def _lens(block: Block, channel: int | None) -> str:
    channels = block.out_shape[0]
    return f"Mean over {channels} channels" if channel is None else f"Channel {channel}"


def _terms(block: Block, flow: BlockFlow, channel: int | None) -> Iterator[Term]:
    """The maps in the order of the sum.

    Only an identity joins channels of x and y one to one; else x is shown as its mean.
    """
    from resnet.residual import channel as pick

    def term(before: str, symbol: str, values: Tensor, which: int | None = channel) -> Term:
        side, note = values.shape[-1], ""
        if values is flow.x and which != channel:
            note = f", mean of {values.shape[1]} channels"
        return Term(before, symbol, f"{side}×{side}{note}", pick(values, which)[0].numpy())

    shortcut, total = _symbols(block)
    if block.plan.shortcut == "identity":
        yield term("", "x", flow.x)
    else:
        yield term("", "x", flow.x, None)
    if shortcut not in ("", "x") and flow.shortcut is not None:
        yield term("→", shortcut, flow.shortcut)
    yield term("+" if shortcut else "→", "F(x)", flow.branch)
    if _ends_in_relu(block):
        if shortcut:
            yield term("=", total, flow.total)
        yield term("ReLU →", "y", flow.out)
    else:
        yield term("=", "y", flow.out)


def _symbols(block: Block) -> tuple[str, str]:
    """The shortcut's output and the sum, as the drawing of the block names them."""
    reads = "x" if _ends_in_relu(block) else "a"
    kinds = {"identity": "x", "none": ""}
    shortcut = kinds.get(block.plan.shortcut, f"S({reads})")
    return shortcut, f"{shortcut} + F(x)" if shortcut else "F(x)"


def _ends_in_relu(block: Block) -> bool:
    return any(op.kind == "relu" for op in block.lane("main"))


def _facts(block: Block, flow: BlockFlow) -> str:
    """Two numbers over all channels, named exactly."""
    shortcut, total = _symbols(block)
    words = []
    if flow.ratio is not None:
        words.append(f"‖F(x)‖₂ / ‖{shortcut}‖₂ = {flow.ratio:.3g}")
    if _ends_in_relu(block):
        share, count = flow.below_zero, flow.total.numel()
        words.append(f"the ReLU sets {share:.1%} of the {count:,} values of {total} to zero")
    else:
        words.append("pre-activation: no ReLU after the sum")
    return f"Over all {block.out_shape[0]} channels: " + " · ".join(words)

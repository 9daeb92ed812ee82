"""What flows through the open block: maps on one scale, and one cell's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.block_terms import Steps, Term
from explorer.resources import kept_answers
from explorer.resources.models import Model
from explorer.resources.spinner import start_torch
from explorer.resources.workers import ANSWERS, Ended, Lane
from explorer.state import page_choices, shown_network
from explorer.state.shown_network import ARCHITECTURE
from explorer.state.visitor import OWN, PHOTOS
from explorer.tasks.photos import Photo
from explorer.widgets import (
    components,
    controls,
    cost_gate,
    file_links,
    model_picker,
    photo_picker,
)
from explorer.widgets.escaping import plain
from explorer.widgets.file_links import Asked
from resnet.model.fits_in_memory import TooLarge
from resnet.network.graph import Block, Graph
from resnet.network.shortcuts import KINDS
from resnet.text.language import mark, tr, translated

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.residual.block_flow import BlockFlow

_PAGE, _LENS = ARCHITECTURE, "architecture_lens"
_LENSES = {"one": mark("One channel"), "mean": mark("Mean over channels")}


def panel(graph: Graph, block: Block) -> None:
    """The switch, and behind it everything that needs PyTorch."""
    if "block values" in page_choices.hidden():
        return
    if controls.toggle(_PAGE, "values", tr("Show what flows through it")):
        try:
            _shown(graph, block)
        except (TooLarge, Ended) as error:
            st.info(plain(error))


def _shown(graph: Graph, block: Block) -> None:
    start_torch()
    from resnet.residual.block_flow import check_size, macs_until

    check_size(graph)
    needed = Asked(PHOTOS, _PAGE, "picture"), Asked(OWN, _PAGE, "weights")
    if not file_links.all_here(*needed):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        photo = photo_picker.choose_one(_PAGE, "picture", model_picker.family_of(graph.spec))
        model = model_picker.of_spec(_PAGE, "weights", graph.spec)
        channel = _channel(block.out_shape[0])
    shown_network.write()  # with whose weights these are
    classifier = model_picker.loaded(model)
    if classifier is not None and classifier.family == "random":
        _not_learned(tr("Random weights, seed 0"))
    macs = macs_until(graph, block.name)
    what = graph.spec.to_query(), block.name
    if classifier is not None and cost_gate.passes(macs, *what):
        drawn(block, model, photo, channel, cost_gate.lane(macs))


def _channel(channels: int) -> int | None:
    """The channel on show; None for the mean over them."""
    mean = _PAGE.asked("channel") == "mean"
    st.session_state[_LENS] = "mean" if mean else "one"
    words = translated(_LENSES)
    st.segmented_control(
        tr("Maps"), _LENSES, key=_LENS, format_func=words.__getitem__, on_change=_set_lens
    )
    return None if mean else controls.number(_PAGE, "channel", tr("Channel"), channels - 1)


def _set_lens() -> None:
    chosen = st.session_state[_LENS]
    if chosen is not None:
        _PAGE.ask("channel", "mean" if chosen == "mean" else "0")


def _not_learned(title: str) -> None:
    """That these weights are random, and the way to trained ones."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(tr("{weights}: this network has not learned anything.", weights=title))
        trained = model_picker.bundled()
        if trained:
            st.button(
                tr("Show the trained {model}", model=trained.title.partition(",")[0]),
                on_click=shown_network.show_network,
                args=(trained.spec,),
            )


def drawn(
    block: Block,
    model: Model,
    photo: Photo,
    channel: int | None = None,
    lane: Lane = ANSWERS,
) -> None:
    """The maps of the block's sum, of one channel or of the mean over all, and two numbers.

    Raises what loading the model raises.
    """
    with st.spinner(tr("Running the network …")):
        view, flow = kept_answers.flowed(model, photo, block.name, lane)
    if not flow.finite:
        st.info(
            tr(
                "At {block} the values go beyond what float32 holds: without learned statistics "
                "the stream grows from block to block. Open an earlier block, or a shallower "
                "network.",
                block=block.name,
            )
        )
        return
    reach = KINDS[block.plan.shortcut].reach
    steps = Steps(block.plan.stride, reach, block.jump, block.centre)
    lens = _lens(block.out_shape[0], channel).capitalize()
    components.values([*_terms(block, flow, channel)], lens, view, steps)
    st.caption(_facts(block, flow))


def _lens(channels: int, which: int | None) -> str:
    if which is None:
        return tr("mean of {n} channels", n=channels)
    return tr("channel {n}", n=which)


def _terms(block: Block, flow: BlockFlow, channel: int | None) -> Iterator[Term]:
    """The maps in the order of the sum; x as its mean where no one channel of it is added."""
    from resnet.residual.block_flow import channel as pick

    def term(before: str, symbol: str, values: Tensor, which: int | None = channel) -> Term:
        side, own = values.shape[-1], _lens(values.shape[1], which)
        note = tr("{side}×{side}, {lens}", side=side, lens=own) if own != lens else f"{side}×{side}"
        return Term(before, symbol, note, pick(values, which)[0].numpy())

    (shortcut, total), lens = symbols(block), _lens(block.out_shape[0], channel)
    source = None if channel is None else block.plan.source(channel)
    yield term("", "x" if source is not None or channel is None else tr("mean x"), flow.x, source)
    if shortcut not in ("", "x") and flow.shortcut is not None:
        yield term("→", shortcut, flow.shortcut)
    yield term("+" if shortcut else "→", "F(x)", flow.branch)
    if _ends_in_relu(block):
        if shortcut:
            yield term("=", total, flow.total)
        each = tr("ReLU in each channel →")  # the mean of y is taken after it
        yield term(each if channel is None else "ReLU →", "y", flow.out)
    else:
        yield term("=", "y", flow.out)


def symbols(block: Block) -> tuple[str, str]:
    """The shortcut's output and the sum, as the drawing of the block names them."""
    reads = "x" if _ends_in_relu(block) else "a"
    kinds = {"identity": "x", "none": ""}
    shortcut = kinds.get(block.plan.shortcut, f"S({reads})")
    return shortcut, f"{shortcut} + F(x)" if shortcut else "F(x)"


def _ends_in_relu(block: Block) -> bool:
    return any(op.kind == "relu" for op in block.lane("main"))


def _facts(block: Block, flow: BlockFlow) -> str:
    """Two numbers over all channels, named exactly."""
    shortcut, total = symbols(block)
    words = []
    if flow.ratio is not None:
        words.append(f"‖F(x)‖₂ / ‖{shortcut}‖₂ = {flow.ratio:.3g}")
    if _ends_in_relu(block):
        message = mark("the ReLU sets {share:.1%} of the {n:,} values of {total} to zero")
        words.append(tr(message, share=flow.below_zero, n=flow.total.numel(), total=total))
    else:
        words.append(tr("pre-activation: no ReLU after the sum"))
    return tr("Over all {n} channels: {facts}", n=block.out_shape[0], facts=" · ".join(words))

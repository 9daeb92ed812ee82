"""The sum of one block: its terms as maps on one scale, one cell's numbers, and two facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.block_terms import Steps, Term
from explorer.figures.op_maps import ends_in_relu, symbols_of
from explorer.resources import kept_answers
from explorer.resources.models import Model
from explorer.tasks.inputs.photos import Photo
from explorer.tasks.op_flows import Facts
from explorer.widgets import components
from resnet.network.fields.shortcuts import KINDS
from resnet.network.graph import Block
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from torch import Tensor

    from resnet.residual.flow.block_flow import BlockFlow


def drawn(block: Block, model: Model, photo: Photo) -> None:
    """The maps of the block's sum, of the mean over all channels, and two numbers.

    Raises what loading the model raises.
    """
    with st.spinner(tr("Running the network …")):
        view, flow = kept_answers.flowed(model, photo, block.name)
    if not flow.finite:
        beyond_float32(block.name)
        return
    reach = KINDS[block.plan.shortcut].reach
    steps = Steps(block.plan.stride, reach, block.jump, block.centre)
    components.values([*_terms(block, flow)], _lens(block.out_shape[0]).capitalize(), view, steps)
    facts(block, Facts(flow.ratio, flow.below_zero))


def beyond_float32(name: str) -> None:
    """Say that values of this part are too large to be shown."""
    st.info(
        tr(
            "At {block} the values go beyond what float32 holds: without learned statistics "
            "the stream grows from block to block. Open an earlier block, or a shallower "
            "network.",
            block=name,
        )
    )


def facts(block: Block, facts: Facts) -> None:
    """Say two numbers over all channels, named exactly."""
    shortcut, total = symbols_of(block)
    words = []
    if facts.ratio is not None:
        words.append(f"‖F(x)‖₂ / ‖{shortcut}‖₂ = {facts.ratio:.3g}")
    if ends_in_relu(block) and facts.below_zero is not None:
        channels, height, width = block.out_shape
        values = channels * height * width
        message = mark("the ReLU sets {share:.1%} of the {n:,} values of {total} to zero")
        words.append(tr(message, share=facts.below_zero, n=values, total=total))
    else:
        words.append(tr("pre-activation: no ReLU after the sum"))
    st.caption(tr("Over all {n} channels: {facts}", n=block.out_shape[0], facts=" · ".join(words)))


def _lens(channels: int) -> str:
    return tr("mean of {n} channels", n=channels)


def _terms(block: Block, flow: BlockFlow) -> Iterator[Term]:
    """The maps in the order of the sum."""
    from resnet.residual.flow.block_flow import channel

    def term(before: str, symbol: str, values: Tensor) -> Term:
        side, own = values.shape[-1], _lens(values.shape[1])
        note = tr("{side}×{side}, {lens}", side=side, lens=own) if own != lens else f"{side}×{side}"
        return Term(before, symbol, note, channel(values, None)[0].numpy())

    (shortcut, total), lens = symbols_of(block), _lens(block.out_shape[0])
    yield term("", "x", flow.x)
    if shortcut not in ("", "x") and flow.shortcut is not None:
        yield term("→", shortcut, flow.shortcut)
    yield term("+" if shortcut else "→", "F(x)", flow.branch)
    if ends_in_relu(block):
        if shortcut:
            yield term("=", total, flow.total)
        yield term(tr("ReLU in each channel →"), "y", flow.out)  # the mean is taken after it
    else:
        yield term("=", "y", flow.out)

"""Which FLOPs, by whose convention; and how much memory, by which formula."""

from __future__ import annotations

import streamlit as st

from explorer.state.choices.shown_network import ARCHITECTURE
from explorer.widgets import controls
from resnet.counts.conventions import (
    EXTRAS,
    TOOLS,
    Census,
    Convention,
    census,
    convention,
    printed,
    tools,
)
from resnet.counts.hardware import PRECISIONS
from resnet.counts.lifetimes import check_followed
from resnet.counts.memory import OPTIMISERS, inference_memory, peak_memory, training_memory
from resnet.network.fields.rules import SpecError
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import count, shape

_BASES = {"macs": mark("MACs"), "flops": mark("FLOPs = 2 · MACs")}
_COUNTED = {
    "macs": mark("MACs: a multiply-add of a convolution or linear layer counts 1"),
    "flops": mark("FLOPs: a multiply-add of a convolution or linear layer counts 2"),
}
_EXTRAS = {
    "bn": mark("BN"),
    "relu": mark("ReLU"),
    "pooling": mark("pooling"),
    "bias": mark("bias"),
    "adds": mark("residual sums"),
    "gates": mark("SE gates"),
}
_EACH = {
    "bn": mark("2 for each element of BN"),
    "relu": mark("1 for each element of ReLU"),
    "pooling": mark("1 for each element that a pool reads"),
    "bias": mark("1 for each biased output"),
    "adds": mark("1 for each element of a residual sum"),
    "gates": mark("1 for each sigmoid and each product of a gate"),
}
_VERSIONS = dict.fromkeys(tool.version for tool in TOOLS)
_MEMORY = {"inference": mark("Inference"), "training": mark("Training")}
_OPTIMISERS = {"sgd": mark("SGD"), "momentum": mark("SGD with momentum"), "adam": mark("Adam")}
_BATCHES = [str(2**i) for i in range(11)]
_PRECISE = {
    "inference, fp32": mark("Module and images in float32, under `torch.inference_mode()`."),
    "inference, half": mark("Module and images in half precision, under `torch.inference_mode()`."),
    "training, fp32": mark("All in float32, as the forward pass ends, without the loss."),
    "training, half": mark(
        "By autocast, as the forward pass ends, without the loss: activations in half precision; "
        "weights, gradients and optimiser in float32."
    ),
}
_LEFT_OUT = mark(
    "Left out: what the allocator loses to rounding and fragments, workspaces of cuDNN or oneDNN, "
    "and the CUDA context."
)


def panel(graph: Graph) -> None:
    """Draw the panel."""
    amounts = census(graph)
    _count(graph, amounts)
    st.markdown(tr("**What tools print for this network, and why**"))
    st.table([*_tools(graph, amounts), _paper(graph.spec)], border="horizontal", hide_index=True)
    with st.expander(tr("How each adds up")):
        for tool in tools(graph):
            st.markdown(f"**{tool.name}** `{tool.call}` {_sum(tool.convention, amounts)}")
        st.caption(tr("Rules found by running {tools}.", tools=tr(", ").join(_VERSIONS)))
    if len(tools(graph)) < len(TOOLS):
        st.caption(tr("The other tools were not tried on a network with such operations."))
    _memory(graph)


def _count(graph: Graph, amounts: Census) -> None:
    offered = [name for name in EXTRAS if EXTRAS[name].count(amounts)]
    with st.container(horizontal=True, key="counting"):
        base = controls.segments(
            ARCHITECTURE, "count", tr("Count"), [*_BASES], words=translated(_BASES)
        )
        extras = controls.pills(ARCHITECTURE, "extras", tr("and add"), offered, translated(_EXTRAS))
    chosen = convention(base, extras)
    number = chosen.count(amounts)
    with st.container(key="counted"):
        st.metric(
            tr("One image of {shape}", shape=shape(graph.in_shape)), f"{number:,}", width="content"
        )
    terms = [tr(_COUNTED[base]), *(tr(_EACH[name]) for name in extras)]
    st.caption(tr("{terms}.", terms=tr("; ").join(terms)))
    with st.expander(tr("How it adds up")):
        st.markdown(_sum(chosen, amounts))


def _sum(chosen: Convention, amounts: Census) -> str:
    """“4,111,412,224 = 4,087,136,256 multiply-adds of convolutions + … + 2 × 11,113,984 …”."""
    terms = (
        f"{f'{charge.times} × ' if charge.times > 1 else ''}{amount:,} {charge.words}"
        for charge, amount in chosen.terms(amounts)
    )
    return f"{chosen.count(amounts):,} = {' + '.join(terms)}"


def _tools(graph: Graph, amounts: Census) -> list[dict[str, str]]:
    counts = ((tool, tool.convention.count(amounts)) for tool in tools(graph))
    return [
        _row(tool.name, f"{count(number, tool.unit)} · {number:,}", tr(tool.reason))
        for tool, number in counts
    ]


def _paper(spec: ResNetSpec) -> dict[str, str]:
    """What He et al. 2015 print of this network, or why they do not."""
    name, entry = tr("He et al. 2015, [table 1](https://arxiv.org/abs/1512.03385)"), printed(spec)
    if entry is None:
        return _row(name, "–", tr("Lists no such network."))
    if entry.same:
        reason = tr("Calls multiply-adds FLOPs, and gives one decimal, not always the nearest.")
        return _row(name, f"{entry.gmacs} × 10⁹ · {entry.exact:,}", reason)
    reason = tr(
        "Its network is v1, with the stride on the first 1×1: exactly {exact:,} multiply-adds, "
        "printed as {figure} × 10⁹. This one is v1.5.",
        exact=entry.exact,
        figure=entry.gmacs,
    )
    return _row(name, "–", reason)


def _row(who: str, number: str, why: str) -> dict[str, str]:
    return {tr("who"): who, tr("prints, exactly"): number, tr("why"): why}


def _memory(graph: Graph) -> None:
    st.markdown(tr("**Memory**"))
    try:
        check_followed(graph)
    except SpecError as error:
        st.info(str(error))
        return
    with st.container(horizontal=True, key="remembering"):
        use = controls.segments(
            ARCHITECTURE, "memory", tr("For"), [*_MEMORY], words=translated(_MEMORY)
        )
        with st.container(width=110):
            batch = int(controls.select(ARCHITECTURE, "batch", tr("Batch size"), _BATCHES))
        precision = controls.segments(ARCHITECTURE, "precision", tr("Precision"), [*PRECISIONS])
        if use == "training":
            optimiser = controls.segments(
                ARCHITECTURE,
                "optimiser",
                tr("Optimiser"),
                [*OPTIMISERS],
                words=translated(_OPTIMISERS),
            )
            estimate = training_memory(graph, batch, precision, optimiser)
        else:
            estimate = inference_memory(graph, batch, precision)
    with st.container(horizontal=True, key="memory"):
        st.metric(tr("Together"), count(estimate.bytes, "B"), width="content")
        for part in estimate.parts:
            st.metric(part.name, count(part.bytes, "B"), width="content")
    how = f"{use}, {precision if precision == 'fp32' else 'half'}"
    st.caption(f"{tr(_PRECISE[how])} {tr(_LEFT_OUT)}")
    with st.expander(tr("Formulas")):
        for part in estimate.parts:
            size = tr("{n:,} bytes", n=part.bytes)
            st.markdown(f"**{part.name}** {size} = {part.formula}")
    if use == "inference":
        _alive(graph, precision)


def _alive(graph: Graph, precision: str) -> None:
    most, width = peak_memory(graph, precision), PRECISIONS[precision].bytes
    with st.expander(tr("Alive at the peak, {op}, for one image", op=most.at)):
        rows = [{tr("written by"): t.name, tr("bytes"): f"{t.size(width):,}"} for t in most.alive]
        st.table(rows, border="horizontal", hide_index=True, width="content")

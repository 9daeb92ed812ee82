"""Which FLOPs, by whose convention; and how much memory, by which formula."""

from __future__ import annotations

import streamlit as st

from explorer import controls
from explorer.state import ARCHITECTURE
from resnet.counting import EXTRAS, TOOLS, Census, Convention, census, convention, printed
from resnet.graph import Graph
from resnet.memory import OPTIMISERS, WIDTHS, inference, peak, training
from resnet.spec import ResNetSpec
from resnet.words import count, shape

_BASES = {"macs": "MACs", "flops": "FLOPs = 2 · MACs"}
_COUNTED = {
    "macs": "MACs: a multiply-add of a convolution or linear layer counts 1",
    "flops": "FLOPs: a multiply-add of a convolution or linear layer counts 2",
}
_EXTRAS = {
    "bn": "BN",
    "relu": "ReLU",
    "pooling": "pooling",
    "bias": "bias",
    "adds": "residual sums",
    "gates": "SE gates",
}
_EACH = {
    "bn": "2 for each element of BN",
    "relu": "1 for each element of ReLU",
    "pooling": "1 for each element that a pool reads",
    "bias": "1 for each biased output",
    "adds": "1 for each element of a residual sum",
    "gates": "1 for each sigmoid and each product of a gate",
}
_VERSIONS = dict.fromkeys(tool.version for tool in TOOLS)
_MEMORY = {"inference": "Inference", "training": "Training"}
_OPTIMISERS = {"sgd": "SGD", "momentum": "SGD with momentum", "adam": "Adam"}
_BATCHES = [str(2**i) for i in range(11)]
_PRECISE = {
    ("inference", "fp32"): "Module and images in float32, under `torch.inference_mode()`.",
    ("inference", "half"): "Module and images in half precision, under `torch.inference_mode()`.",
    ("training", "fp32"): "All in float32, as the forward pass ends, without the loss.",
    (
        "training",
        "half",
    ): "By autocast, as the forward pass ends, without the loss: activations in half precision; "
    "weights, gradients and optimiser in float32.",
}
_LEFT_OUT = (
    "Left out: what the allocator loses to rounding and fragments, workspaces of cuDNN or oneDNN, "
    "and the CUDA context."
)


def panel(graph: Graph) -> None:
    """Draw the panel."""
    amounts = census(graph)
    _count(graph, amounts)
    st.markdown("**What tools print for this network, and why**")
    st.table([*_tools(amounts), _paper(graph.spec)], border="horizontal", hide_index=True)
    with st.expander("How each adds up"):
        for tool in TOOLS:
            st.markdown(f"**{tool.name}** `{tool.call}` {_sum(tool.convention, amounts)}")
        st.caption("Rules found by running " + ", ".join(_VERSIONS) + ".")
    _memory(graph)


def _count(graph: Graph, amounts: Census) -> None:
    offered = [name for name in EXTRAS if EXTRAS[name].count(amounts)]
    with st.container(horizontal=True, key="counting"):
        base = controls.segments(ARCHITECTURE, "count", "Count", [*_BASES], words=_BASES)
        extras = controls.pills(ARCHITECTURE, "extras", "and add", offered, _EXTRAS)
    chosen = convention(base, extras)
    number = chosen.count(amounts)
    with st.container(key="counted"):
        st.metric(f"One image of {shape(graph.in_shape)}", f"{number:,}", width="content")
    st.caption("; ".join([_COUNTED[base], *(_EACH[name] for name in extras)]) + ".")
    with st.expander("How it adds up"):
        st.markdown(_sum(chosen, amounts))


def _sum(chosen: Convention, amounts: Census) -> str:
    """“4,111,412,224 = 4,087,136,256 multiply-adds of convolutions + … + 2 × 11,113,984 …”."""
    terms = (
        f"{f'{charge.times} × ' if charge.times > 1 else ''}{amount:,} {charge.words}"
        for charge, amount in chosen.terms(amounts)
    )
    return f"{chosen.count(amounts):,} = {' + '.join(terms)}"


def _tools(amounts: Census) -> list[dict[str, str]]:
    counts = ((tool, tool.convention.count(amounts)) for tool in TOOLS)
    return [
        _row(tool.name, f"{count(number, tool.unit)} · {number:,}", tool.reason)
        for tool, number in counts
    ]


def _paper(spec: ResNetSpec) -> dict[str, str]:
    """What He et al. 2015 print of this network, or why they do not."""
    name, said = "He et al. 2015, [table 1](https://arxiv.org/abs/1512.03385)", printed(spec)
    if said is None:
        return _row(name, "–", "Lists no such network.")
    if said.same:
        reason = "Calls multiply-adds FLOPs, and gives one decimal, not always the nearest."
        return _row(name, f"{said.figure} × 10⁹ · {said.exact:,}", reason)
    reason = (
        f"Its network is v1, with the stride on the first 1×1: exactly {said.exact:,} "
        f"multiply-adds, printed as {said.figure} × 10⁹. This one is v1.5."
    )
    return _row(name, "–", reason)


def _row(who: str, number: str, why: str) -> dict[str, str]:
    return {"who": who, "prints, exactly": number, "why": why}


def _memory(graph: Graph) -> None:
    st.markdown("**Memory**")
    with st.container(horizontal=True, key="remembering"):
        use = controls.segments(ARCHITECTURE, "memory", "For", [*_MEMORY], words=_MEMORY)
        with st.container(width=110):
            batch = int(controls.select(ARCHITECTURE, "batch", "Batch size", _BATCHES))
        precision = controls.segments(ARCHITECTURE, "precision", "Precision", [*WIDTHS])
        if use == "training":
            optimiser = controls.segments(
                ARCHITECTURE, "optimiser", "Optimiser", [*OPTIMISERS], words=_OPTIMISERS
            )
            estimate = training(graph, batch, precision, optimiser)
        else:
            estimate = inference(graph, batch, precision)
    with st.container(horizontal=True, key="memory"):
        st.metric("Together", count(estimate.bytes, "B"), width="content")
        for part in estimate.parts:
            st.metric(part.name, count(part.bytes, "B"), width="content")
    st.caption(f"{_PRECISE[use, precision if precision == 'fp32' else 'half']} {_LEFT_OUT}")
    with st.expander("Formulas"):
        for part in estimate.parts:
            st.markdown(f"**{part.name}** {part.bytes:,} bytes = {part.formula}")
    if use == "inference":
        _alive(graph, precision)


def _alive(graph: Graph, precision: str) -> None:
    most, width = peak(graph, precision), WIDTHS[precision]
    with st.expander(f"Alive at the peak, {most.at}, for one image"):
        rows = [{"written by": t.name, "bytes": f"{t.size(width):,}"} for t in most.alive]
        st.table(rows, border="horizontal", hide_index=True, width="content")

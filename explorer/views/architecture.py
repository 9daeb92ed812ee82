"""The Architecture page: choose a network, see its residual stream, open its blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer import components, resources, state
from resnet.graph import Block, Graph, Op
from resnet.presets import FAMILIES, PRESETS
from resnet.rules import SHORTCUTS, STEMS, SpecError
from resnet.spec import ResNetSpec
from resnet.words import cost, count, shape, shortcut

_SHORTCUT_WORDS = {
    "A": "A: zero padding",
    "B": "B: projection where the shape changes",
    "C": "C: projection everywhere",
    "D": "D: average pool, then 1×1",
    "none": "none: a plain network",
}
_STEM_WORDS = {
    "imagenet": "ImageNet: 7×7, /2, pool",
    "cifar": "CIFAR: 3×3",
    "deep": "deep: three 3×3 (ResNet-C)",
}


def page() -> None:
    """Draw the page."""
    spec = state.spec()
    with st.sidebar:
        _controls(spec)
    if state.message():
        st.warning(state.message())
    graph = resources.graph(spec)
    _headline(graph)
    _stream(graph)
    _opened(graph)
    _tables(graph)
    state.write_address()


def _headline(graph: Graph) -> None:
    spec = graph.spec
    st.subheader(spec.name, anchor=False)
    last = graph.stages[-2]
    numbers = {
        "Parameters": count(graph.params),
        "Compute": count(graph.macs, "MACs"),
        "Depth": f"{spec.depth} layers",
        "Receptive field": f"{last.receptive_field} px",
    }
    help_ = {
        "Parameters": f"{graph.params:,} learnable; {graph.buffers:,} buffers apart.",
        "Compute": f"{cost(graph)}. Multiply-adds of convolutions and linear layers, one image.",
        "Depth": "Weighted layers on the main path; projections do not count.",
        "Receptive field": f"Side of the square that a cell of {last.name} sees, padding included.",
    }
    with st.container(horizontal=True, key="numbers"):
        for name, value in numbers.items():
            st.metric(name, value, help=help_[name])
    st.caption(f"{cost(graph)}, multiply-adds of convolutions and linear layers for one image")


def _stream(graph: Graph) -> None:
    fold = not st.session_state.get("control_unfold", False)
    svg = resources.stream_picture(graph.spec, fold)
    components.picture(svg, key=state.STREAM, chosen=state.opened(), on_pick=_picked)
    entries = [
        "**lane** identity, thick as log₂ channels, its grid as fine as the resolution",
        "⊕ sum",
        ":orange[**orange**] changes the shape",
    ]
    if graph.spec.shortcut == "A":
        entries.append("hatched: zero padding")
    if graph.spec.shortcut == "none":
        entries[:2] = ["no lane: a plain network has no identity"]
    st.caption(" · ".join(entries) + " · click a block to open it")
    if "×" in svg.rsplit("times", 1)[-1][:40] or not fold:
        st.toggle("Draw every block", key="control_unfold")


def _picked() -> None:
    state.open_block(st.session_state[state.STREAM].pick)


def _opened(graph: Graph) -> None:
    names = [block.name for block in graph.blocks]
    if state.opened() not in names:
        return
    at = names.index(state.opened())
    block = graph.blocks[at]
    with st.container(border=True, key="detail"):
        _detail_bar(names, at)
        side = block.in_shape[1]
        st.markdown(f"Shortcut. {shortcut(block.plan, side)}")
        components.picture(resources.block_picture(graph.spec, block.name), key="block")
        with st.expander("The same as a table"):
            st.dataframe(_op_rows(block.ops), hide_index=True)


def _detail_bar(names: list[str], at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {names[at]}", width="stretch")
        steps = (("Previous", at - 1, "P"), ("Next", at + 1, "N"))
        for label, to, key in steps:
            inside = 0 <= to < len(names)
            go = names[to] if inside else None
            st.button(
                label, on_click=state.open_block, args=(go,), disabled=not inside, shortcut=key
            )
        st.button("Close", on_click=state.open_block, args=(None,), shortcut="Escape")


def _op_rows(ops: tuple[Op, ...]) -> list[dict[str, Any]]:
    return [
        {
            "path": op.path,
            "kind": op.kind,
            "lane": op.lane,
            "in": shape(op.in_shape),
            "out": shape(op.out_shape),
            "kernel": op.kernel,
            "stride": op.stride,
            "padding": op.padding,
            "groups": op.groups,
            "params": op.params,
            "buffers": op.buffers,
            "MACs": op.macs,
            "receptive field": op.receptive_field,
            "jump": op.jump,
        }
        for op in ops
    ]


def _tables(graph: Graph) -> None:
    stages, operations, torchinfo = st.tabs(
        ["Stages", "Operations", "torchinfo"], on_change="rerun", key="tables"
    )
    if stages.open:
        stages.dataframe(_stage_rows(graph), hide_index=True)
    if operations.open:
        operations.dataframe(_op_rows(graph.ops), hide_index=True)
    if torchinfo.open:
        with torchinfo:
            st.caption("torchinfo counts the batch norm's and the bias's parameters as mult-adds.")
            st.code(resources.torchinfo_summary(graph.spec), language=None)


def _stage_rows(graph: Graph) -> list[dict[str, Any]]:
    return [
        {
            "stage": stage.name,
            "in the paper": stage.paper_name,
            "blocks": len(stage.blocks),
            "output": shape(stage.out_shape),
            "params": stage.params,
            "MACs": stage.macs,
            "receptive field": stage.receptive_field,
            "jump": stage.jump,
        }
        for stage in graph.stages
    ]


def _controls(spec: ResNetSpec) -> None:
    """Every control shows the spec; a change replaces the spec or says why it cannot."""
    custom = "custom"
    names = [*PRESETS] if spec.name in PRESETS else [custom, *PRESETS]
    st.session_state["control_preset"] = spec.name if spec.name in PRESETS else custom
    st.selectbox("Network", names, key="control_preset", on_change=_set_preset)
    st.session_state["control_depth"] = spec.depth
    st.session_state.setdefault("control_family", "imagenet")
    st.selectbox(
        "Any depth of the family",
        FAMILIES,
        format_func=lambda name: FAMILIES[name].title,
        key="control_family",
        on_change=_set_depth,
    )
    st.number_input("Depth", step=1, key="control_depth", on_change=_set_depth)
    with st.expander("Layout", expanded=True):
        _choice("block", "Block", ("basic", "bottleneck"))
        _numbers("layers", "Blocks in each stage")
        _numbers("planes", "Planes of each stage")
    with st.expander("Variant"):
        _choice("shortcut", "Shortcut", SHORTCUTS, _SHORTCUT_WORDS)
        _choice("stem", "Stem", STEMS, _STEM_WORDS)
        _number("stem_width", "Stem width")
        _choice("stride_on", "Stride on (1x1 is v1, 3x3 is v1.5)", ("3x3", "1x1"))
        _number("groups", "Groups")
        _number("width_per_group", "Width per group")
        _number("se_reduction", "Squeeze-excitation reduction, 0 for none")
        _switch("preact", "Pre-activation")
        _switch("zero_init_residual", "Last γ of each block starts at zero")
    with st.expander("Input and classes"):
        _number("image_size", "Image size")
        _number("in_channels", "Channels")
        _number("num_classes", "Classes")


def _set_preset() -> None:
    name = st.session_state["control_preset"]
    if name in PRESETS:
        state.change(lambda _: ResNetSpec.preset(name))


def _set_depth() -> None:
    depth, family = st.session_state["control_depth"], st.session_state["control_family"]
    state.change(lambda spec: ResNetSpec.of_depth(depth, family))


def _set(field: str, read: Callable[[Any], Any]) -> None:
    value = st.session_state[f"control_{field}"]
    state.change(lambda spec: replace(spec, **_with_dependents(spec, field, read(value))))


def _with_dependents(spec: ResNetSpec, field: str, value: Any) -> dict[str, Any]:
    """A change of the number of stages takes the widths along, doubling on."""
    if field != "layers" or len(value) == len(spec.planes):
        return {field: value}
    more = (spec.planes[-1] << i for i in range(1, 7))
    return {field: value, "planes": (*spec.planes, *more)[: len(value)]}


def _control(field: str) -> tuple[str, Any]:
    key = f"control_{field}"
    return key, getattr(state.spec(), field)


def _choice(
    field: str, label: str, options: tuple[str, ...], words: dict[str, str] | None = None
) -> None:
    key, value = _control(field)
    st.session_state[key] = value
    show = words or {}
    st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda option: show.get(option, option),
        on_change=_set,
        args=(field, str),
    )


def _number(field: str, label: str) -> None:
    key, value = _control(field)
    st.session_state[key] = value
    st.number_input(label, step=1, key=key, on_change=_set, args=(field, int))


def _numbers(field: str, label: str) -> None:
    key, value = _control(field)
    st.session_state[key] = ", ".join(map(str, value))
    st.text_input(label, key=key, on_change=_set, args=(field, _whole_numbers))


def _whole_numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace("-", ",").split(",") if part.strip())
    except ValueError:
        raise SpecError(f"“{text}” is no list of whole numbers; write 3, 4, 6, 3.") from None


def _switch(field: str, label: str) -> None:
    key, value = _control(field)
    st.session_state[key] = value
    st.toggle(label, key=key, on_change=_set, args=(field, bool))


page()

"""Choosing a network: preset, any depth, layout, variant and input.

Every control shows the spec; a change replaces the spec, or says why there is no such network.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.state.choices import page_choices, shown_network
from explorer.state.in_hand import fill, when_moved
from explorer.widgets import components
from explorer.widgets.network import depth_picker, history_buttons, shortcut_samples, spec_fields
from explorer.widgets.network.field_help import FIELD_HELP
from resnet.network.describing import describe_source
from resnet.network.fields.axes import (
    ANTIALIAS,
    ATTENTIONS,
    FIRST_ACTIVATIONS,
    NORMS,
    STRIDED_BLOCKS,
)
from resnet.network.fields.rules import MAX_STAGES
from resnet.network.fields.shortcuts import OPTIONS
from resnet.network.fields.stems import POOL_TITLES, STEMS
from resnet.network.naming.presets import PRESETS, SOURCES, WHOSE
from resnet.network.spec import ResNetSpec
from resnet.network.variants import to_preset, width_of, with_layers, with_width
from resnet.text.language import mark, tr, translated

_CUSTOM = mark("custom")
_WIDTHS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_SHORTCUT_WORDS = {name: option.title for name, option in OPTIONS.items()}
_BLOCK_WORDS = {"basic": mark("basic"), "bottleneck": mark("bottleneck")}
_STEM_WORDS = {name: stem.title for name, stem in STEMS.items()}
_STRIDE_ON = {"3x3": mark("3×3: v1.5"), "1x1": mark("1×1: v1")}
_ANTIALIAS_WORDS = {name: kind.title for name, kind in ANTIALIAS.items()}
_NORM_WORDS = {name: norm.title for name, norm in NORMS.items()}
_FIRST_WORDS = {name: first.title for name, first in FIRST_ACTIVATIONS.items()}


def choose(spec: ResNetSpec) -> None:
    """Draw every control that is not hidden."""
    parts = {"network": _network, "layout": _layout, "variant": _variant, "input": _input}
    shown = [draw for name, draw in parts.items() if name not in page_choices.hidden()]
    if not shown:
        return
    with st.container(key="network_controls"):
        history_buttons.draw()
        for part in shown:
            part(spec)
        ladders = depth_picker.family_of(spec)[1].ladders
        components.number_steps(spec.depth, [ladder.depths for ladder in ladders])


def _network(spec: ResNetSpec) -> None:
    names = [*PRESETS] if spec.name in PRESETS else [_CUSTOM, *PRESETS]
    fill("network_preset", names[names.index(spec.name) if spec.name in names else 0])
    titles = {name: _titled(name) for name in names}
    st.selectbox(
        tr("Network"),
        names,
        format_func=titles.__getitem__,
        key="network_preset",
        on_change=when_moved("network_preset", _set_preset),
    )
    under = st.empty()  # with a source or not, what follows keeps its place, and a hand's focus
    if source := describe_source(spec):
        under.caption(source)
    depth_picker.choose(spec)


def _titled(name: str) -> str:
    """A preset with whose it is, by which it is found as well."""
    return f"{name} · {tr(WHOSE[SOURCES[name].whose].title)}" if name in SOURCES else tr(name)


def _layout(spec: ResNetSpec) -> None:
    with st.expander(tr("Layout"), expanded=True):
        spec_fields.choice(spec, "block", tr("Block"), _BLOCK_WORDS)
        st.markdown(tr("Blocks in each stage"))
        for stage in range(len(spec.layers)):
            _blocks(spec, stage)
        with st.container(horizontal=True):
            more, fewer = spec.layers + spec.layers[-1:], spec.layers[:-1]
            for label, layers, possible in (
                (tr("Add a stage"), more, len(more) <= MAX_STAGES),
                (tr("Remove"), fewer, len(fewer) > 0),
            ):
                st.button(label, on_click=_set_layers, args=(layers,), disabled=not possible)
        _width(spec)
        spec_fields.numbers(spec, "planes", tr("Planes of each stage"))


def _blocks(spec: ResNetSpec, stage: int) -> None:
    key = f"network_stage{stage + 1}"
    fill(key, spec.layers[stage])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"conv{stage + 2}_x", width=56)
        st.number_input(
            tr("Blocks of conv{stage}_x", stage=stage + 2),
            step=1,
            key=key,
            on_change=when_moved(key, _set_blocks, stage),
            label_visibility="collapsed",
        )


def _set_blocks(stage: int) -> None:
    number = st.session_state[f"network_stage{stage + 1}"]

    def with_blocks(spec: ResNetSpec) -> ResNetSpec:
        layers = (*spec.layers[:stage], number, *spec.layers[stage + 1 :])
        return with_layers(spec, layers)

    shown_network.change(with_blocks)


def _set_layers(layers: tuple[int, ...]) -> None:
    shown_network.change(lambda spec: with_layers(spec, layers))


def _width(spec: ResNetSpec) -> None:
    fill("network_width", width_of(spec))
    st.select_slider(
        tr("Width"),
        sorted({*_WIDTHS, width_of(spec)}),
        format_func=lambda factor: f"{factor:g}×",
        key="network_width",
        on_change=when_moved("network_width", _set_width),
        help=tr(
            "Times the planes of the paper: 64 in the first stage, 16 in CIFAR's three stages."
        ),
    )


def _set_width() -> None:
    factor = st.session_state["network_width"]
    shown_network.change(lambda spec: with_width(spec, factor))


def _variant(spec: ResNetSpec) -> None:
    with st.expander(tr("Variant")):
        spec_fields.choice(spec, "shortcut", tr("Shortcut"), _SHORTCUT_WORDS)
        shortcut_samples.draw()
        spec_fields.choice(spec, "stem", tr("Stem"), _STEM_WORDS)
        spec_fields.number(spec, "stem_width", tr("Stem width"))
        spec_fields.choice(spec, "stride_on", tr("Stride of a bottleneck on"), _STRIDE_ON)
        spec_fields.number(spec, "groups", tr("Groups"))
        spec_fields.number(spec, "width_per_group", tr("Width per group"))
        reduced = tr("Squeeze-excitation reduction, 0 for none")
        spec_fields.number(spec, "se_reduction", reduced)
        spec_fields.switch(spec, "preact", tr("Pre-activation"))
        zero = tr("Last γ of each block starts at zero")
        spec_fields.switch(spec, "zero_init_residual", zero)
    _axes(spec)


def _axes(spec: ResNetSpec) -> None:
    with st.expander(tr("Further axes")):
        spec_fields.choice(spec, "pool", tr("Pool of the stem"), POOL_TITLES)
        spec_fields.choice(spec, "antialias", tr("Anti-aliasing"), _ANTIALIAS_WORDS)
        _attention(spec)
        spec_fields.number(spec, "se_divisor", tr("Squeezed widths are multiples of"))
        spec_fields.choice(spec, "norm", tr("Normalisation"), _NORM_WORDS)
        spec_fields.numbers(spec, "strides", tr("Stride of each stage"))
        spec_fields.numbers(spec, "dilations", tr("Dilation of each stage"))
        spec_fields.choice(spec, "strided_block", tr("Strided block of a stage"), STRIDED_BLOCKS)
        first = tr("First activation, with pre-activation")
        spec_fields.choice(spec, "first_activation", first, _FIRST_WORDS)
        spec_fields.number(spec, "expansion", tr("Expansion of a block's planes"))
        spec_fields.switch(spec, "conv_bias", tr("Biases of convolutions"))


def _attention(spec: ResNetSpec) -> None:
    """A list of the kinds; squeeze-and-excitation begins with its usual reduction."""
    fill("network_gate", spec.gate)
    st.selectbox(
        tr("Attention to channels"),
        ATTENTIONS,
        key="network_gate",
        format_func=translated(ATTENTIONS).__getitem__,
        on_change=when_moved("network_gate", _set_gate),
        help=tr(FIELD_HELP["attention"]),
    )


def _set_gate() -> None:
    chosen = {"attention": st.session_state["network_gate"], "se_reduction": 0, "se_divisor": 1}
    shown_network.change(lambda spec: replace(spec, **chosen))


def _input(spec: ResNetSpec) -> None:
    with st.expander(tr("Input and classes")):
        spec_fields.numbers(spec, "image_size", tr("Image size, or height and width"))
        spec_fields.number(spec, "in_channels", tr("Channels"))
        spec_fields.number(spec, "num_classes", tr("Classes"))


def _set_preset() -> None:
    name = st.session_state["network_preset"]
    if name in PRESETS:
        shown_network.carry(lambda spec: to_preset(spec, name))

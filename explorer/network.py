"""Choosing a network: preset, any depth, layout, variant and input.

Every control shows the spec; a change replaces the spec, or says why there is no such network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer import state
from resnet.presets import FAMILIES, PRESETS, of_depth, preset, with_depth, with_layers
from resnet.rules import SHORTCUTS, STEMS, SpecError
from resnet.spec import ResNetSpec

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


def choose(spec: ResNetSpec) -> None:
    """Draw every control."""
    custom = "custom"
    names = [*PRESETS] if spec.name in PRESETS else [custom, *PRESETS]
    st.session_state["network_preset"] = spec.name if spec.name in PRESETS else custom
    st.selectbox("Network", names, key="network_preset", on_change=_set_preset)
    family = _family(spec)
    st.session_state["network_depth"] = spec.depth
    st.session_state["network_family"] = family
    st.selectbox(
        "Any depth of the family",
        FAMILIES,
        format_func=lambda name: FAMILIES[name].title,
        key="network_family",
        on_change=_set_family,
    )
    step = _step(family, spec.depth)
    st.number_input(
        "Depth", step=step, key="network_depth", on_change=_set_depth, args=(spec.depth, step)
    )
    with st.expander("Layout", expanded=True):
        _choice(spec, "block", "Block", ("basic", "bottleneck"))
        _numbers(spec, "layers", "Blocks in each stage")
        _numbers(spec, "planes", "Planes of each stage")
    with st.expander("Variant"):
        _choice(spec, "shortcut", "Shortcut", SHORTCUTS, _SHORTCUT_WORDS)
        _choice(spec, "stem", "Stem", STEMS, _STEM_WORDS)
        _number(spec, "stem_width", "Stem width")
        _choice(spec, "stride_on", "Stride on (1x1 is v1, 3x3 is v1.5)", ("3x3", "1x1"))
        _number(spec, "groups", "Groups")
        _number(spec, "width_per_group", "Width per group")
        _number(spec, "se_reduction", "Squeeze-excitation reduction, 0 for none")
        _switch(spec, "preact", "Pre-activation")
        _switch(spec, "zero_init_residual", "Last γ of each block starts at zero")
    with st.expander("Input and classes"):
        _number(spec, "image_size", "Image size")
        _number(spec, "in_channels", "Channels")
        _number(spec, "num_classes", "Classes")


def _set_preset() -> None:
    name = st.session_state["network_preset"]
    if name in PRESETS:
        state.change(lambda _: preset(name))


def _family(spec: ResNetSpec) -> str:
    """The family last chosen while the network is of it, else the first that the network is of."""
    chosen = st.session_state.get("network_family", "imagenet")
    fitting = (name for name in (chosen, *FAMILIES) if FAMILIES[name].fits(spec))
    return next(fitting, chosen)


def _step(family: str, depth: int) -> int:
    """From one reachable depth to the next."""
    low, high = FAMILIES[family].nearest(depth)
    return high - low


def _set_family() -> None:
    """Another family keeps the depth, or takes the nearest that it reaches."""
    family, depth = st.session_state["network_family"], st.session_state["network_depth"]
    near = FAMILIES[family].nearest(depth)
    found = depth if depth in FAMILIES[family].depths else min(near, key=lambda d: abs(d - depth))
    state.change(lambda _: of_depth(found, family))


def _set_depth(before: int, step: int) -> None:
    """A typed depth is taken at its word; a step of − or + goes to the next one that there is."""
    depth, family = st.session_state["network_depth"], st.session_state["network_family"]
    if abs(depth - before) == step:
        below, above = (d for d in FAMILIES[family].around(before))
        depth = below if depth < before else above
    state.change(lambda spec: with_depth(spec, depth, family))


def _set(field: str, read: Callable[[Any], Any]) -> None:
    value = st.session_state[f"network_{field}"]
    if field == "layers":
        state.change(lambda spec: with_layers(spec, read(value)))
    else:
        state.change(lambda spec: replace(spec, **{field: read(value)}))


def _choice(
    spec: ResNetSpec,
    field: str,
    label: str,
    options: tuple[str, ...],
    words: dict[str, str] | None = None,
) -> None:
    key = f"network_{field}"
    st.session_state[key] = getattr(spec, field)
    show = words or {}
    st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda option: show.get(option, option),
        on_change=_set,
        args=(field, str),
    )


def _number(spec: ResNetSpec, field: str, label: str) -> None:
    key = f"network_{field}"
    st.session_state[key] = getattr(spec, field)
    st.number_input(label, step=1, key=key, on_change=_set, args=(field, int))


def _numbers(spec: ResNetSpec, field: str, label: str) -> None:
    key = f"network_{field}"
    st.session_state[key] = ", ".join(map(str, getattr(spec, field)))
    st.text_input(label, key=key, on_change=_set, args=(field, _whole_numbers))


def _whole_numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace("-", ",").split(",") if part.strip())
    except ValueError:
        raise SpecError(f"“{text}” is no list of whole numbers; write 3, 4, 6, 3.") from None


def _switch(spec: ResNetSpec, field: str, label: str) -> None:
    key = f"network_{field}"
    st.session_state[key] = getattr(spec, field)
    st.toggle(label, key=key, on_change=_set, args=(field, bool))

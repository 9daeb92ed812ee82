"""Choosing a network: preset, any depth, layout, variant and input.

Every control shows the spec; a change replaces the spec, or says why there is no such network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer import state
from resnet.presets import FAMILIES, PRESETS
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
    st.session_state["control_preset"] = spec.name if spec.name in PRESETS else custom
    st.selectbox("Network", names, key="control_preset", on_change=_set_preset)
    family = _family(spec)
    st.session_state["control_depth"] = spec.depth
    st.session_state["control_family"] = family
    st.selectbox(
        "Any depth of the family",
        FAMILIES,
        format_func=lambda name: FAMILIES[name].title,
        key="control_family",
        on_change=_set_family,
    )
    step = _step(family, spec.depth)
    st.number_input("Depth", step=step, key="control_depth", on_change=_set_depth)
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


def _family(spec: ResNetSpec) -> str:
    """The family last chosen while the network is of it, else the first that the network is of."""
    chosen = st.session_state.get("control_family", "imagenet")
    fitting = (name for name in (chosen, *FAMILIES) if FAMILIES[name].fits(spec))
    return next(fitting, chosen)


def _step(family: str, depth: int) -> int:
    """From one reachable depth to the next."""
    low, high = FAMILIES[family].nearest(depth)
    return high - low


def _set_family() -> None:
    """Another family keeps the depth, or takes the nearest that it reaches."""
    family, depth = st.session_state["control_family"], st.session_state["control_depth"]
    reached = FAMILIES[family].depths
    near = min(FAMILIES[family].nearest(depth), key=lambda other: abs(other - depth))
    state.change(lambda spec: ResNetSpec.of_depth(depth if depth in reached else near, family))


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

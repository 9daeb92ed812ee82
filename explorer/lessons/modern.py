"""Lesson: what became of ResNet, and which of the steps to ConvNeXt can be counted here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from explorer.figures.charts.experiments.convnext_ladder import ladder_chart
from explorer.lessons.parts import charts, covers, links
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.resources import drawings
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import components, controls
from resnet.counts.literature import LADDER, LADDER_SOURCE, VARIANTS, Quoted, Variant
from resnet.drawing.stream.layout import BY_ITSELF
from resnet.network.describing import describe_costs
from resnet.network.spec import ResNetSpec
from resnet.network.variants import with_width
from resnet.text.language import mark, tr
from resnet.text.numbers import signed

_START = ResNetSpec.preset("resnet50")
_QUIET = {"displayModeBar": False}
_STEPS: dict[str, tuple[str, Callable[[ResNetSpec], ResNetSpec]]] = {
    "ratio": (mark("stage ratio 3, 3, 9, 3"), lambda spec: replace(spec, layers=(3, 3, 9, 3))),
    "stem": (mark("deep stem (C)"), lambda spec: replace(spec, stem="deep")),
    "pool": (mark("pooled shortcut (D)"), lambda spec: replace(spec, shortcut="D")),
    "se": (mark("squeeze-and-excitation"), lambda spec: replace(spec, se_reduction=16)),
    "groups": (mark("32 groups"), lambda spec: replace(spec, groups=32, width_per_group=4)),
    "width": (mark("width 64 → 96"), lambda spec: with_width(spec, 1.5)),
}


def _draw() -> None:
    if covers.lifted("ladder"):
        _ladder()
    _build()
    st.markdown(f"#### {tr('What each variant changed')}")
    for number, variant in enumerate(VARIANTS):
        _variant(variant, f"variant_{number}")
    st.caption(
        tr(
            "Counts are of convolutions and linear layers for one image of the network’s own size, "
            "by the graph. Figures are quoted as measured; those of different protocols do not "
            "compare."
        )
    )


def _ladder() -> None:
    steps = [(tr(rung.step), rung.top1, rung.gmacs) for rung in LADDER]
    counted = {
        number: drawings.graph(ResNetSpec.from_query(rung.query)).macs / 1e9
        for number, rung in enumerate(LADDER)
        if rung.query
    }
    words = tr("top-1 accuracy, published"), tr("GMACs, published"), tr("GMACs, counted here")
    description = "; ".join(
        f"{name} {top1:.2f} %, {gmacs:.2f} GMACs" for name, top1, gmacs in steps
    )
    charts.show_plotly(
        ladder_chart(steps, counted, words), config=_QUIET, key="ladder", alt=description
    )
    st.caption(
        tr(
            "{where}; {protocol}. Step 0 is PyTorch’s ResNet-50, the last is ConvNeXt-T; kernels "
            "of 5, 9 and 11, which were tried too, are left out. Only the first three are ResNets "
            "that can be counted here.",
            where=LADDER_SOURCE.where,
            protocol=tr(LADDER_SOURCE.protocol),
        )
    )
    _same(steps, counted)


def _same(steps: list[tuple[str, float, float]], counted: dict[int, float]) -> None:
    with st.expander(tr("The same as a table")):
        st.table(
            [
                {
                    tr("step"): f"{number}. {name}",
                    tr("top-1 accuracy"): f"{top1:.2f} %",
                    tr("GMACs, published"): f"{gmacs:.2f}",
                    tr("GMACs, counted here"): f"{counted[number]:.3f}"
                    if number in counted
                    else "",
                }
                for number, (name, top1, gmacs) in enumerate(steps)
            ]
        )


def _build() -> None:
    """The steps that a spec can express, taken one after another, each with what it costs."""
    st.markdown(f"#### {tr('Take the steps yourself')}")
    words = {name: tr(label) for name, (label, _) in _STEPS.items()}
    label = tr("Change ResNet-50")
    taken = controls.pills(LESSONS, "modern_steps", label, [*_STEPS], words)
    spec, lines = _START, [_line("ResNet-50", _START, _START)]
    for name in taken:
        before, spec = spec, _STEPS[name][1](spec)
        lines.append(_line(tr("then {step}", step=words[name]), spec, before))
    components.picture(drawings.stream_picture(spec, BY_ITSELF, explained=False), key="modern")
    with st.container(horizontal=True):
        links.architecture(spec, tr("Open this network on the Architecture page"))
        links.compare(_START, spec, tr("Compare with ResNet-50"))
    st.table(lines)


def _line(step: str, spec: ResNetSpec, before: ResNetSpec) -> dict[str, str]:
    now, old = drawings.graph(spec), drawings.graph(before)
    first = spec == before
    return {
        tr("step"): step,
        tr("parameters"): f"{now.params:,}",
        tr("change"): "" if first else signed(now.params - old.params),
        tr("multiply-adds"): f"{now.macs:,}",
        tr("their change"): "" if first else signed(now.macs - old.macs),
    }


def _variant(variant: Variant, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        numbers = [part for part in (_counted(variant), _quotation(variant.quoted)) if part]
        st.markdown(
            f"**{variant.year} · {tr(variant.name)}** — {tr(variant.changed)}  \n"
            f":small[{' · '.join([*numbers, variant.paper])}]",
            width="stretch",
        )
        if variant.query:
            links.architecture(ResNetSpec.from_query(variant.query), tr("Open"))


def _counted(variant: Variant) -> str:
    if not variant.query:
        return ""
    graph = drawings.graph(ResNetSpec.from_query(variant.query))
    return describe_costs(graph.params, graph.macs)


_QUANTITIES = {"error": mark("error"), "accuracy": mark("accuracy")}


def _quotation(quoted: Quoted | None) -> str:
    if quoted is None:
        return ""
    return f"{quoted.value} % {tr(_QUANTITIES[quoted.of])} ({tr(quoted.protocol)})"


LESSON = Lesson(
    title=mark("From ResNet to ConvNeXt"),
    question=mark("What is left of ResNet after seven years of better networks?"),
    text=mark(
        "Blocks were widened, split into groups, given gates, another stem, another order of "
        "activation. In 2022 the ConvNeXt paper walked from ResNet-50 to a network that passes a "
        "transformer of the same cost, Swin-T (81.3 %), and measured each step: one "
        "line of the chart a step, from the top.\n\n"
        "A step is not a law: its gain depends on all steps before it. Depthwise convolution loses "
        "1.23 points, and pays only when the saved compute is spent on width.\n\n"
        "One thing no variant gave up: the sum x + F(x)."
    ),
    draw=_draw,
    attempt=mark(
        "Switch on the stage ratio: the graph counts the paper’s 4.53. Then find the step that "
        "adds a tenth more parameters and next to no compute."
    ),
    surprise=mark(
        "The largest step changes no layer. A recipe of 2021 lifts the ResNet-50 of 2015 from "
        "76.13 % to 78.82 %: 2.69 of the 5.84 points between it and ConvNeXt-T. “ResNet strikes "
        "back” went on to 80.4 % with 600 epochs."
    ),
    sources=(
        Source("Liu et al. 2022, A ConvNet for the 2020s", "arXiv:2201.03545, table 10"),
        Source("Wightman et al. 2021, ResNet strikes back", "arXiv:2110.00476"),
        Source("Bello et al. 2021, Revisiting ResNets", "arXiv:2103.07579"),
        Source("He et al. 2018, Bag of Tricks", "arXiv:1812.01187, section 4"),
    ),
)

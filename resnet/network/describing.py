"""A network, its blocks and their costs in words, the same on every page and in the terminal."""

from __future__ import annotations

from typing import cast

from resnet.network.fields.plans import BlockPlan, ConvPlan
from resnet.network.fields.rules import Fields
from resnet.network.fields.shortcuts import KINDS, OPTIONS
from resnet.network.graph import Block, Graph, Stage
from resnet.network.naming.names import differences
from resnet.network.naming.presets import SOURCES, WHOSE
from resnet.network.spec import ResNetSpec
from resnet.network.variants import Change
from resnet.text.language import mark, tr
from resnet.text.numbers import count, shape

_PADDING_ALONE = mark("Option A, every single pixel and zero channels: {change}.")
_COSTS, _COSTS_PER_BLOCK = mark("{params} params, {macs}"), mark("{params} params, {macs} each")
_ONE_BLOCK = mark("{stage} {n} block to {shape}")
_MANY_BLOCKS = mark("{stage} {n} blocks to {shape}")
_LAYERS = {
    "basic": mark("{n} layers of basic blocks"),
    "bottleneck": mark("{n} layers of bottleneck blocks"),
    "plain basic": mark("{n} layers of plain basic blocks"),
    "plain bottleneck": mark("{n} layers of plain bottleneck blocks"),
}

_OF_USE = {
    "zero_init_residual": mark("last γ at zero"),
    "in_channels": mark("{value} channels"),
    "num_classes": mark("{value} classes"),
    "image_size": mark("{value} px"),
}


def describe(graph: Graph) -> str:
    """The network in words, for those who cannot see its picture."""
    spec, stages = graph.spec, [stage for stage in graph.stages if stage.blocks]
    plain = "plain " if spec.shortcut == "none" else ""
    return tr(
        "{name}: {layers}, {roads}. {image} in; stem to {stem}; {walk}; {classes} classes. "
        "{params} parameters, {cost}.",
        name=spec.name,
        layers=tr(_LAYERS[plain + spec.block], n=spec.depth),
        roads=tr(OPTIONS[spec.shortcut].roads),
        image=shape(graph.in_shape),
        stem=shape(graph.stages[0].out_shape),
        walk=tr(", ").join(map(_describe_stage, stages)),
        classes=spec.num_classes,
        params=count(graph.params),
        cost=describe_compute(graph),
    )


def describe_source(spec: ResNetSpec) -> str:
    """Whose network a preset equals, in a sentence or two; nothing of a network that is none."""
    source = SOURCES.get(spec.name)
    if source is None:
        return ""
    equal = tr(WHOSE[source.whose].sentence, called=source.called)
    return f"{equal} {tr(source.remark)}" if source.remark else equal


def describe_dropped(change: Change) -> str:
    """What a change of a network could not keep: “option D, 10 classes”; or nothing."""
    fields, dropped = change.spec.fields, change.dropped
    of_use = [tr(_OF_USE[name], value=_sides(dropped[name])) for name in _OF_USE if name in dropped]
    had = cast(Fields, {**fields, **dropped})
    return tr(", ").join([*differences(fields, had), *of_use])


def _sides(value: object) -> str:
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)


def describe_compute(graph: Graph) -> str:
    """“4.09 GMACs (8.18 GFLOPs) at 224×224”: multiply-adds of convolutions and linear layers."""
    height, width = graph.spec.input_size
    macs, flops = count(graph.macs, "MACs"), count(2 * graph.macs, "FLOPs")
    message = mark("{macs} ({flops}) at {height}×{width}")
    return tr(message, macs=macs, flops=flops, height=height, width=width)


def describe_conv(plan: ConvPlan) -> str:
    """“3×3, 128, /2”: kernel, output channels, and what else is not 1."""
    stride = f", /{plan.stride}" if plan.stride > 1 else ""
    groups = tr(", {n} groups", n=plan.groups) if plan.groups > 1 else ""
    dilated = tr(", dilation {n}", n=plan.dilation) if plan.dilation > 1 else ""
    filtered = tr(", filter /{n}", n=plan.filtered) if plan.filtered else ""
    return f"{plan.kernel}×{plan.kernel}, {plan.out_channels}{groups}{dilated}{stride}{filtered}"


_POOLS = {
    ("max", "none"): (mark("max pool, /2"), mark("3×3 max pool, /2")),
    ("max", "average"): (mark("average pool, /2"), mark("2×2 average pool, /2")),
    ("max", "binomial"): (mark("max and blur, /2"), mark("3×3 max pool, binomial filter /2")),
    ("conv", "none"): (mark("3×3, /2"), mark("3×3 convolution, /2")),
    ("conv", "average"): (mark("3×3, mean /2"), mark("3×3 convolution, 2×2 average pool, /2")),
    ("conv", "binomial"): (mark("3×3, blur /2"), mark("3×3 convolution, binomial filter /2")),
    ("zeros", "none"): (mark("max pool, /2"), mark("border of zeros, 3×3 max pool, /2")),
    ("ceil", "none"): (mark("max pool, /2"), mark("3×3 max pool, /2, without a border")),
}


def describe_pool(spec: ResNetSpec) -> tuple[str, str]:
    """What pools behind the stem, in short and whole. Raises KeyError where nothing does."""
    short, whole = _POOLS[spec.stem_pool, spec.antialias]
    return tr(short), tr(whole)


def describe_costs(params: int, macs: int, per_block: bool = False) -> str:
    """“36.86 k params, 115.61 MMACs”; with `per_block` those of every block of a run."""
    message = _COSTS_PER_BLOCK if per_block else _COSTS
    return tr(message, params=count(params), macs=count(macs, "MACs"))


def describe_run(blocks: tuple[Block, ...]) -> str:
    """“layer1.1 to 17, 17 ×”: a run of equal blocks."""
    first, last = blocks[0].name, blocks[-1].plan.number
    return tr("{first} to {last}, {n} ×", first=first, last=last, n=len(blocks))


def stage_cells(stage: Stage) -> tuple[str, ...]:
    """A stage in a table: the paper's name, blocks, output, parameters, MACs, receptive field."""
    return (
        stage.paper_name,
        str(len(stage.blocks) or ""),
        shape(stage.out_shape),
        f"{stage.params:,}",
        f"{stage.macs:,}",
        f"{stage.receptive_field} px",
    )


def describe_shortcut(plan: BlockPlan, sides: tuple[int, ...]) -> str:
    """What a block's shortcut does, in a sentence; `sides` is the resolution that enters."""
    change = tr(
        "{before} → {after} channels, {side} → {smaller}",
        before=plan.in_channels,
        after=plan.out_channels,
        side=_resolution(sides),
        smaller=_resolution(tuple(-(-side // plan.stride) for side in sides)),
    )
    alone = plan.shortcut == "padding" and plan.stride == 1
    sentence = _PADDING_ALONE if alone else KINDS[plan.shortcut].sentence
    return tr(sentence, stride=plan.stride, change=change)


def _resolution(sides: tuple[int, ...]) -> str:
    """“56”, or “56×84” where a map is no square."""
    return "×".join(map(str, sides if len(set(sides)) > 1 else sides[:1]))


def _describe_stage(stage: Stage) -> str:
    message = _ONE_BLOCK if len(stage.blocks) == 1 else _MANY_BLOCKS
    return tr(message, stage=stage.paper_name, n=len(stage.blocks), shape=shape(stage.out_shape))

"""A network, its blocks and their costs in words, the same on every page and in the terminal."""

from __future__ import annotations

from resnet.network.graph import Block, Graph, Stage
from resnet.network.shortcuts import KINDS, OPTIONS
from resnet.network.spec import BlockPlan, ConvPlan
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


def describe_compute(graph: Graph) -> str:
    """“4.09 GMACs (8.18 GFLOPs) at 224×224”: multiply-adds of convolutions and linear layers."""
    size = graph.spec.image_size
    macs, flops = count(graph.macs, "MACs"), count(2 * graph.macs, "FLOPs")
    return tr("{macs} ({flops}) at {size}×{size}", macs=macs, flops=flops, size=size)


def describe_conv(plan: ConvPlan) -> str:
    """“3×3, 128, /2”: kernel, output channels and a stride that is not 1."""
    stride = f", /{plan.stride}" if plan.stride > 1 else ""
    groups = tr(", {n} groups", n=plan.groups) if plan.groups > 1 else ""
    return f"{plan.kernel}×{plan.kernel}, {plan.out_channels}{groups}{stride}"


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


def describe_shortcut(plan: BlockPlan, side: int) -> str:
    """What a block's shortcut does, in a sentence; `side` is the resolution that enters."""
    after = -(-side // plan.stride)
    change = tr(
        "{before} → {after} channels, {side} → {smaller}",
        before=plan.in_channels, after=plan.out_channels, side=side, smaller=after,
    )  # fmt: skip
    alone = plan.shortcut == "padding" and plan.stride == 1
    sentence = _PADDING_ALONE if alone else KINDS[plan.shortcut].sentence
    return tr(sentence, stride=plan.stride, change=change)


def _describe_stage(stage: Stage) -> str:
    message = _ONE_BLOCK if len(stage.blocks) == 1 else _MANY_BLOCKS
    return tr(message, stage=stage.paper_name, n=len(stage.blocks), shape=shape(stage.out_shape))

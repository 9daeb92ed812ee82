"""A spec as PyTorch source: one readable file with exactly this network, and nothing it lacks.

Parameter names are those of our module, so a state dict of either loads into the other; made
with the same seed, both hold the same weights. No torch here: the file is text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import indent

from resnet.export.source_block import BlockSource
from resnet.export.source_text import TAB, call, module, rows
from resnet.network.graph import Graph
from resnet.network.plans import ConvPlan
from resnet.network.rules import SpecError
from resnet.network.spec import ResNetSpec
from resnet.network.stems import PoolStep
from resnet.text.language import mark, tr


def pytorch_source(graph: Graph) -> str:
    """The text of a Python file that needs torch alone; `ResNet()` in it is the network.

    Raises `SpecError` for what is not written yet.
    """
    if reason := source_refusal(graph.spec):
        raise SpecError(reason)
    block = BlockSource(graph)
    parts = [_header(graph), _conv(block), *block.parts()]
    parts += [_stage(block)] if _repeats(graph.spec) else []
    parts += [_network(graph, block), _example(graph.spec)]
    return "\n\n\n".join(parts) + "\n"


_WRITTEN: dict[str, tuple[object, ...]] = {  # besides, what a field may be is written
    "first_activation": ("branch",),
    "strides": ((),),
    "dilations": ((),),
    "strided_block": ("first",),
    "antialias": ("none", "average"),
    "norm": ("batch",),
    "conv_bias": (False,),
    "expansion": (0,),
}


def source_refusal(spec: ResNetSpec) -> str:
    """Why no source is written for a network, or nothing."""
    for name, written in _WRITTEN.items():
        value = getattr(spec, name)
        if value not in written:
            message = mark(
                "No PyTorch source is written for a network with {name} {value}; take the ONNX "
                "file, or the library: build(ResNetSpec(…))."
            )
            return tr(message, name=name, value=value)
    return ""


def _plain(graph: Graph) -> bool:
    return graph.spec.shortcut == "none"


def _repeats(spec: ResNetSpec) -> bool:
    """Whether any stage has more than one block."""
    return max(spec.layers) > 1


def _header(graph: Graph) -> str:
    spec = graph.spec
    height, width = spec.input_size
    kind = "plain network (no shortcuts)" if _plain(graph) else "residual network"
    imports = ["import torch", "from torch import Tensor, nn"]
    if spec.se_reduction or any(block.plan.shortcut == "padding" for block in graph.blocks):
        imports.append("from torch.nn import functional as F")
    return rows(
        f'"""{spec.name}: a {kind} of {spec.depth} layers, in PyTorch.',
        "",
        f"{graph.params:,} learnable parameters.",
        f"{graph.macs:,} MACs for one image of {height}×{width}: the multiply-adds of",
        "convolutions and linear layers, which the ResNet papers call FLOPs.",
        "",
        f"Made by ResNet Explorer from ?{spec.to_query()}",
        '"""',
        "",
        *imports,
    )


def _conv(block: BlockSource) -> str:
    """The one convolution of the file, with no argument that nobody gives."""
    spec, names = block.spec, ["in_channels", "out_channels", "kernel"]
    reduced = spec.stem != "cifar" or spec.stem_pool == "conv"
    stride = ["stride"] * (block.strided or reduced)
    groups = ["groups"] * (spec.groups > 1)
    parameters = [f"{name}: int" for name in names]
    parameters += [f"{name}: int = 1" for name in stride + groups]
    arguments = [*names, *stride, "padding=kernel // 2"]
    arguments += [*(f"{name}={name}" for name in groups), "bias=False"]
    return rows(
        call("def conv", parameters, " -> nn.Conv2d:"),
        f'{TAB}"""A convolution padded for its kernel, without bias: BN has one."""',
        indent(call("return nn.Conv2d", arguments, depth=len(TAB)), TAB),
    )


def _stage(block: BlockSource) -> str:
    stride = block.strided
    taken = ["in_channels: int", f"{block.planes}: int", "blocks: int"]
    first = call(block.name, ["in_channels", block.planes] + ["stride"] * stride)
    out = block.planes if block.basic else "planes * 4"
    rest = call(block.name, [out, block.planes])
    return rows(
        call("def stage", taken + ["stride: int = 1"] * stride, " -> nn.Sequential:"),
        f'{TAB}"""Blocks in a row; only the first one may change the shape."""',
        f"{TAB}first = {first}",
        f"{TAB}rest = ({rest} for _ in range(blocks - 1))",
        f"{TAB}return nn.Sequential(first, *rest)",
    )


def _network(graph: Graph, block: BlockSource) -> str:
    kind = "plain network" if _plain(graph) else "residual network"
    words = f"The {kind}: images (N, C, H, W) to logits (N, classes)."
    return module("ResNet", words, [], _init(graph.spec, block), _forward(graph))


def _init(spec: ResNetSpec, block: BlockSource) -> Iterator[str]:
    yield from _stem(spec)
    if not spec.preact:
        yield f"self.bn1 = nn.BatchNorm2d({spec.stem_width})"
    yield "self.relu = nn.ReLU()"
    pool = [_POOLS[step.kind](spec, step) for step in spec.stem_pool_steps()]
    if len(pool) == 1:
        yield f"self.maxpool = {pool[0]}"
    elif pool:
        yield call("self.maxpool = nn.Sequential", pool, depth=2 * len(TAB))
    yield from _stages(spec, block)
    if spec.preact:
        yield f"self.norm = nn.BatchNorm2d({spec.out_channels})"
    yield "self.avgpool = nn.AdaptiveAvgPool2d(1)"
    yield f"self.fc = nn.Linear({spec.out_channels}, {spec.num_classes})"
    yield "for module in self.modules():"
    biased = " and module.bias is None" if spec.se_reduction else ""
    yield f"{TAB}if isinstance(module, nn.Conv2d){biased}:"
    yield f'{2 * TAB}nn.init.kaiming_normal_(module.weight, mode="fan_out")'


def _stem(spec: ResNetSpec) -> Iterator[str]:
    *first, last = spec.stem_convs()
    if not first:
        yield f"self.conv1 = {_stem_conv(last)}"
        return
    yield "self.conv1 = nn.Sequential("
    for plan in first:
        steps = (_stem_conv(plan), f"nn.BatchNorm2d({plan.out_channels})", "nn.ReLU()")
        yield from (f"{TAB}{step}," for step in steps)
    yield from (f"{TAB}{_stem_conv(last)},", ")")


def _pool_conv(spec: ResNetSpec, step: PoolStep) -> str:
    return _stem_conv(ConvPlan(spec.stem_width, spec.stem_width, step.kernel, step.stride))


_POOLS: dict[str, Callable[[ResNetSpec, PoolStep], str]] = {
    "maxpool": lambda _, step: f"nn.MaxPool2d(3, stride={step.stride}, padding={step.padding})",
    "ceilpool": lambda _, step: f"nn.MaxPool2d(3, stride={step.stride}, ceil_mode=True)",
    "zeropad": lambda _, step: f"nn.ZeroPad2d({step.padding})",
    "mean": lambda _, step: f"nn.AvgPool2d({step.stride})",
    "conv": _pool_conv,
    "bn": lambda spec, _: f"nn.BatchNorm2d({spec.stem_width})",
    "relu": lambda *_: "nn.ReLU()",
}


def _stem_conv(plan: ConvPlan) -> str:
    stride = [f"stride={plan.stride}"] * (plan.stride > 1)
    return call("conv", [*map(str, plan[:3]), *stride])


def _stages(spec: ResNetSpec, block: BlockSource) -> Iterator[str]:
    channels = spec.stem_width
    stages = zip(spec.stage_names, spec.planes, spec.layers, strict=True)
    for i, (name, planes, blocks) in enumerate(stages):
        ends, stride = [str(channels), str(planes)], ["stride=2"] * (i > 0)
        made = f"nn.Sequential({call(block.name, ends + stride)})"
        if _repeats(spec):
            made = call("stage", [*ends, f"blocks={blocks}", *stride])
        yield f"self.{name} = {made}"
        channels = spec.stage_channels[i]


def _forward(graph: Graph) -> Iterator[str]:
    spec, stages = graph.spec, graph.stages
    stem = "self.conv1(x)" if spec.preact else "self.relu(self.bn1(self.conv1(x)))"
    stem = f"self.maxpool({stem})" if spec.stem_pool_steps() else stem
    yield f"x = {stem}  # {_batch(stages[0].out_shape)}"
    for stage in stages[1:-1]:
        yield f"x = self.{stage.name}(x)  # {_batch(stage.out_shape)}"
    if spec.preact:
        yield "x = self.relu(self.norm(x))"
    yield "return self.fc(self.avgpool(x).flatten(1))"


def _batch(dimensions: tuple[int, ...]) -> str:
    return f"(N, {', '.join(map(str, dimensions))})"


def _example(spec: ResNetSpec) -> str:
    size = ", ".join(map(str, (1, spec.in_channels, *spec.input_size)))
    return rows(
        'if __name__ == "__main__":',
        f"{TAB}model = ResNet().eval()",
        f"{TAB}with torch.inference_mode():",
        f"{2 * TAB}logits = model(torch.rand({size}))",
        f"{TAB}params = sum(p.numel() for p in model.parameters())",
        f'{TAB}print(f"{{params:,}} parameters, logits {{tuple(logits.shape)}}")',
    )

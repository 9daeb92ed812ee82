"""A spec as PyTorch source: one readable file with exactly this network, and nothing it lacks.

Parameter names are those of our module, so a state dict of either loads into the other; made
with the same seed, both hold the same weights. No torch here: the file is text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import indent

from resnet.export.source_block import BlockSource
from resnet.export.source_text import TAB, call, module, rows
from resnet.network.fields.axes import FIRST_ACTIVATIONS
from resnet.network.fields.plans import ConvPlan
from resnet.network.fields.rules import SpecError
from resnet.network.fields.stems import PoolStep
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr


def pytorch_source(graph: Graph) -> str:
    """The text of a Python file that needs torch alone; `ResNet()` in it is the network.

    Raises `SpecError` where a block's shortcut cannot be told from its shape.
    """
    if reason := source_refusal(graph.spec):
        raise SpecError(reason)
    block = BlockSource(graph)
    parts = [_conv(block), *block.parts()]
    parts += [_stage(block)] if _repeats(graph.spec) else []
    parts += [_network(graph, block), _example(graph.spec)]
    body = "\n\n\n".join(parts)
    return "\n\n\n".join((_header(graph, "F." in body), body)) + "\n"


def source_refusal(spec: ResNetSpec) -> str:
    """Why no source is written for a network, or nothing.

    A block of the file knows its shortcut by its channels, stride and dilation. Where blocks of
    one shape both project and skip pixels, that is not enough.
    """
    strided = [block for block in spec.blocks() if block.stride > 1]
    same = {block.shortcut for block in strided if block.in_channels == block.out_channels}
    if len(same) < 2:
        return ""
    message = mark(
        "No PyTorch source is written for a network whose stages end in a stride, some with a "
        "single block that keeps its channels; take the ONNX file, or the library: "
        "build(ResNetSpec(…))."
    )
    return tr(message)


def _plain(graph: Graph) -> bool:
    return graph.spec.shortcut == "none"


def _repeats(spec: ResNetSpec) -> bool:
    """Whether any stage has more than one block."""
    return max(spec.layers) > 1


def _header(graph: Graph, functional: bool) -> str:
    spec = graph.spec
    height, width = spec.input_size
    kind = "plain network (no shortcuts)" if _plain(graph) else "residual network"
    imports = ["import torch", "from torch import Tensor, nn"]
    if functional:
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
    stride = ["stride"] * any(conv.stride > 1 for conv in block.convs)
    groups, dilation = ["groups"] * (spec.groups > 1), ["dilation"] * block.dilated
    parameters = [f"{name}: int" for name in names]
    parameters += [f"{name}: int = 1" for name in stride + groups + dilation]
    padding = "dilation * (kernel // 2)" if dilation else "kernel // 2"
    arguments = [*names, *stride, f"padding={padding}"]
    arguments += [f"{name}={name}" for name in dilation + groups]
    if len(block.biases) > 1:
        parameters.append("bias: bool = False")
        arguments.append("bias=bias")
    elif block.biases == {False}:
        arguments.append("bias=False")
    return rows(
        call("def conv", parameters, " -> nn.Conv2d:"),
        f'{TAB}"""A convolution padded for its kernel{_of_bias(block)}."""',
        indent(call("return nn.Conv2d", arguments, depth=len(TAB)), TAB),
    )


def _of_bias(block: BlockSource) -> str:
    if len(block.biases) > 1:
        return f", with a bias where no {block.norm_name} follows"
    return "" if True in block.biases else f", without bias: {block.norm_name} has one"


def _stage(block: BlockSource) -> str:
    names = ["stride"] * block.strided + ["first_dilation", "dilation"] * block.dilated
    taken = ["in_channels: int", f"{block.planes}: int", "blocks: int"]
    taken += [f"{name}: int = 1" for name in names]
    made = _one_by_one(block) if block.strides_last or block.dilated else _first_and_rest(block)
    words = "only the first one may change the shape"
    if block.strides_last:
        words = "the first may change the channels, the last the resolution"
    return rows(
        call("def stage", taken, " -> nn.Sequential:"),
        f'{TAB}"""Blocks in a row; {words}."""',
        indent(rows(*made), TAB),
    )


def _first_and_rest(block: BlockSource) -> Iterator[str]:
    yield f"first = {call(block.name, ['in_channels', block.planes, *block.told])}"
    yield f"rest = ({call(block.name, [block.out, block.planes])} for _ in range(blocks - 1))"
    yield "return nn.Sequential(first, *rest)"


def _one_by_one(block: BlockSource) -> Iterator[str]:
    last = block.strides_last
    told = ["own" if name == "stride" and last else name for name in block.told.values()]
    yield "made = []"
    yield f"for {'own in [1] * (blocks - 1) + [stride]' if last else '_ in range(blocks)'}:"
    made = call(f"block = {block.name}", ["in_channels", block.planes, *told], depth=2 * len(TAB))
    yield indent(made, TAB)
    yield f"{TAB}made.append(block)"
    yield f"{TAB}in_channels = {block.out}"
    if block.strided and not last:
        yield f"{TAB}stride = 1"
    if block.dilated:
        yield f"{TAB}first_dilation = dilation"
    yield "return nn.Sequential(*made)"


def _network(graph: Graph, block: BlockSource) -> str:
    kind = "plain network" if _plain(graph) else "residual network"
    words = f"The {kind}: images (N, C, H, W) to logits (N, classes)."
    return module("ResNet", words, [], _init(graph.spec, block), _forward(graph))


def _init(spec: ResNetSpec, block: BlockSource) -> Iterator[str]:
    yield from _stem(block)
    if spec.activates_stem:
        yield f"self.bn1 = {block.norm(spec.stem_width)}"
    yield "self.relu = nn.ReLU()"
    pool = [_POOLS[step.kind](block, step) for step in spec.stem_pool_steps()]
    if len(pool) == 1:
        yield f"self.maxpool = {pool[0]}"
    elif pool:
        yield call("self.maxpool = nn.Sequential", pool, depth=2 * len(TAB))
    yield from _stages(spec, block)
    if spec.preact:
        yield f"self.norm = {block.norm(spec.out_channels)}"
    yield "self.avgpool = nn.AdaptiveAvgPool2d(1)"
    yield f"self.fc = nn.Linear({spec.out_channels}, {spec.num_classes})"
    yield "for module in self.modules():"
    biased = " and module.bias is None" if spec.se_reduction or True in block.biases else ""
    yield f"{TAB}if isinstance(module, nn.Conv2d){biased}:"
    yield f'{2 * TAB}nn.init.kaiming_normal_(module.weight, mode="fan_out")'


def _stem(block: BlockSource) -> Iterator[str]:
    *first, last = block.spec.stem_convs()
    if not first:
        yield f"self.conv1 = {_stem_conv(block, last)}"
        return
    yield "self.conv1 = nn.Sequential("
    for plan in first:
        steps = (_stem_conv(block, plan), block.norm(plan.out_channels), "nn.ReLU()")
        yield from (f"{TAB}{step}," for step in steps)
    yield from (f"{TAB}{_stem_conv(block, last)},", ")")


_POOLS: dict[str, Callable[[BlockSource, PoolStep], str]] = {
    "maxpool": lambda _, step: (
        f"nn.MaxPool2d({step.kernel}, stride={step.stride}, padding={step.padding})"
    ),
    "ceilpool": lambda _, step: (
        f"nn.MaxPool2d({step.kernel}, stride={step.stride}, ceil_mode=True)"
    ),
    "zeropad": lambda _, step: f"nn.ZeroPad2d({step.padding})",
    "mean": lambda _, step: f"nn.AvgPool2d({step.stride})",
    "blur": lambda _, step: f"Blur({step.stride})",
    "conv": lambda block, step: _stem_conv(block, block.spec.pool_conv(step)),
    "bn": lambda block, _: block.norm(block.spec.stem_width),
    "relu": lambda *_: "nn.ReLU()",
}


def _stem_conv(block: BlockSource, plan: ConvPlan) -> str:
    stride = [f"stride={plan.stride}"] * (plan.stride > 1)
    return call("conv", [*map(str, plan[:3]), *stride, *block.bias(plan)])


def _stages(spec: ResNetSpec, block: BlockSource) -> Iterator[str]:
    channels, before = spec.stem_width, 1
    shapes = zip(spec.planes, spec.layers, spec.stage_strides, spec.stage_dilations, strict=True)
    for i, (planes, blocks, stride, dilation) in enumerate(shapes):
        name, ends = spec.stage_names[i], [str(channels), str(planes)]
        values = {"stride": stride, "first_dilation": before, "dilation": dilation}
        told = {name: values[value] for name, value in block.told.items()}
        if _repeats(spec):
            made = call("stage", [*ends, f"blocks={blocks}", *_besides(values)])
        else:
            made = f"nn.Sequential({call(block.name, ends + _besides(told))})"
        yield f"self.{name} = {made}"
        channels, before = spec.stage_channels[i], dilation
    if spec.preact and not FIRST_ACTIVATIONS[spec.first_activation].block:
        yield "self.layer1[0].bn1 = nn.Identity()  # behind the stem it is done already"


def _besides(values: dict[str, int]) -> list[str]:
    """Arguments that are not as usual."""
    return [f"{name}={value}" for name, value in values.items() if value > 1]


def _forward(graph: Graph) -> Iterator[str]:
    spec, stages = graph.spec, graph.stages
    stem = "self.relu(self.bn1(self.conv1(x)))" if spec.activates_stem else "self.conv1(x)"
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

"""Numbers and shapes as people write them, the same on every page and in the terminal."""

from __future__ import annotations

from resnet.graph import Graph
from resnet.spec import BlockPlan, ConvPlan

_UNITS = ((10**9, "G"), (10**6, "M"), (10**3, "k"))


def count(number: float, unit: str = "") -> str:
    """25557032 as “25.56 M”, exact below a thousand."""
    for size, letter in _UNITS:
        if abs(number) >= size:
            return f"{number / size:.2f} {letter}{unit}"
    return f"{number:g} {unit.strip()}".rstrip()


def signed(number: float, unit: str = "") -> str:
    """231211008 as “+231.21 M”, a loss with a minus, nothing as “±0”."""
    return _sign(number) + count(abs(number), unit)


def signed_whole(number: float) -> str:
    """231211008 as “+231,211,008”, to the last digit."""
    return f"{_sign(number)}{abs(number):,}"


def decimal(number: float, digits: int = 2, sign: bool = False) -> str:
    """−1.254 as “−1.25”, with `sign` 1.254 as “+1.25”; what rounds to zero has no sign."""
    text = f"{abs(number):.{digits}f}"
    if not float(text):
        return text
    return f"{'−' if number < 0 else '+' if sign else ''}{text}"


def percent(share: float, sign: bool = False) -> str:
    """−0.254 as “−25.4%”, with `sign` 0.254 as “+25.4%”."""
    return f"{decimal(100 * share, 1, sign)}%"


def _sign(number: float) -> str:
    return "+" if number > 0 else "−" if number < 0 else "±"


def shape(dimensions: tuple[int, ...]) -> str:
    """(C, H, W) as the paper writes it, H×W×C; (C,) as C."""
    channels, *sides = dimensions
    return "×".join(str(n) for n in (*sides, channels))


def cost(graph: Graph) -> str:
    """“4.09 GMACs (8.18 GFLOPs) at 224×224”: multiply-adds of convolutions and linear layers."""
    size = graph.spec.image_size
    return f"{count(graph.macs, 'MACs')} ({count(2 * graph.macs, 'FLOPs')}) at {size}×{size}"


def conv(plan: ConvPlan) -> str:
    """“3×3, 128, /2”: kernel, output channels and a stride that is not 1."""
    stride = f", /{plan.stride}" if plan.stride > 1 else ""
    groups = f", {plan.groups} groups" if plan.groups > 1 else ""
    return f"{plan.kernel}×{plan.kernel}, {plan.out_channels}{groups}{stride}"


def shortcut(plan: BlockPlan, side: int) -> str:
    """What a block's shortcut does, in a sentence; `side` is the resolution that enters."""
    after = -(-side // plan.stride)
    change = f"{plan.in_channels} → {plan.out_channels} channels, {side} → {after}"
    return {
        "identity": "Identity: x is added unchanged.",
        "none": "No shortcut: a plain block, its output is F(x) alone.",
        "projection": f"1×1 convolution, stride {plan.stride}: {change}.",
        "pool-projection": f"2×2 average pool, stride 2, then 1×1 convolution: {change}.",
        "padding": f"Option A, every {_ordinal(plan.stride)} pixel and zero channels: {change}.",
    }[plan.shortcut]


def _ordinal(stride: int) -> str:
    return "single" if stride == 1 else "second"


def describe(graph: Graph) -> str:
    """The network in words, for those who cannot see its picture."""
    spec, stages = graph.spec, [stage for stage in graph.stages if stage.blocks]
    walk = ", ".join(
        f"{stage.paper_name} {_blocks(len(stage.blocks))} to {shape(stage.out_shape)}"
        for stage in stages
    )
    roads = {
        "A": "shortcuts are the identity, zero-padded where the shape changes",
        "B": "shortcuts are the identity, projections where the shape changes",
        "C": "every shortcut is a projection",
        "D": "shortcuts are the identity, pooled projections where the shape changes",
        "none": "no shortcuts",
    }
    return (
        f"{spec.name}: {spec.depth} layers of {'plain ' if spec.shortcut == 'none' else ''}"
        f"{spec.block} blocks, {roads[spec.shortcut]}. "
        f"{shape(graph.in_shape)} in; stem to {shape(graph.stages[0].out_shape)}; {walk}; "
        f"{spec.num_classes} classes. {count(graph.params, ' parameters')}, {cost(graph)}."
    )


def _blocks(number: int) -> str:
    return f"{number} block{'s' * (number != 1)}"

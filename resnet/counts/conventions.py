"""Which FLOPs? A convention says what each sort of operation counts for; a tool is one. No torch.

Conventions are sums of charges, so they add up and scale: fvcore counts `MACS + BN` and the global
pooling, calflops starts from `2 * MACS`. Counts are for one image, in evaluation mode. The rules of
the tools were found by running these versions, and the tests hold them against the tools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import NamedTuple

from resnet.network.graph import HEAD, Graph, Op
from resnet.network.naming.presets import PRESETS
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.language import mark, tr

Census = Counter[tuple[str, str]]


class Charge(NamedTuple):
    """`times` for each of what there is of a sort of operation; `census` says what there is."""

    sort: str
    what: str
    times: int = 1

    @property
    def words(self) -> str:
        """What is charged: “elements out of BN”."""
        return tr(_WHATS[self.what], sort=tr(_SORTS[self.sort]))


@dataclass(frozen=True)
class Convention:
    """What a count is made of."""

    charges: tuple[Charge, ...]

    def __add__(self, other: Convention) -> Convention:
        return Convention(self.charges + other.charges)

    def __rmul__(self, times: int) -> Convention:
        return Convention(tuple(c._replace(times=times * c.times) for c in self.charges))

    def count(self, amounts: Census) -> int:
        """The number for a network with this census."""
        return sum(times * amounts[sort, what] for sort, what, times in self.charges)

    def terms(self, amounts: Census) -> Iterator[tuple[Charge, int]]:
        """The charges that matter to a network, each with how much there is of it."""
        for charge in self.charges:
            if amount := amounts[charge.sort, charge.what]:
                yield charge, amount


_WHATS = {
    "macs": mark("multiply-adds of {sort}"),
    "bias": mark("biased outputs of {sort}"),
    "params": mark("parameters of {sort}"),
    "inputs": mark("elements into {sort}"),
    "outputs": mark("elements out of {sort}"),
}
_SORTS = {
    "conv": mark("convolutions"),
    "linear": mark("the linear layer"),
    "bn": mark("BN"),
    "relu": mark("ReLU"),
    "last relu": mark("the last ReLU"),
    "maxpool": mark("max pooling"),
    "avgpool": mark("2×2 average pooling"),
    "global pool": mark("global pooling"),
    "add": mark("the residual sums"),
    "sigmoid": mark("the gates' sigmoid"),
    "scale": mark("the gates' product"),
}


def census(graph: Graph) -> Census:
    """How much there is of all that can be charged, by (sort of operation, what), for one image.

    `macs` are multiply-adds, `inputs` and `outputs` the elements that enter and leave, `bias` the
    outputs to which a bias is added, `params` the learnable parameters.
    """
    amounts: Census = Counter()
    for op in graph.ops:
        kind, cells = sort_of(op), prod(op.out_shape[1:])
        amounts[kind, "macs"] += op.macs
        amounts[kind, "params"] += op.params
        amounts[kind, "inputs"] += prod(op.in_shape)
        amounts[kind, "outputs"] += op.out_shape[0] * cells
        if op.params and op.macs and op.kind != "conv1d":  # those that are no weights are biases
            amounts[kind, "bias"] += op.params * cells - op.macs
    return amounts


def sort_of(op: Op) -> str:
    """The kind, and apart from it what tools take for something else.

    Pooling the whole map is another module than option D's pool. The last ReLU of a pre-activation
    network is a function, not a module.
    """
    if op.kind == "avgpool" and op.lane != "shortcut":
        return "global pool"
    if op.kind == "relu" and op.stage == HEAD:
        return "last relu"
    return _ALIKE.get(op.kind, op.kind)


_ALIKE = {
    "blur": "conv",
    "conv1d": "conv",
    "mean": "avgpool",
    "stillpool": "avgpool",
    "ceilpool": "maxpool",
}


def _charges(what: str, *sorts: str) -> Convention:
    return Convention(tuple(Charge(sort, what) for sort in sorts))


MACS = _charges("macs", "conv", "linear")
BASES = {"macs": MACS, "flops": 2 * MACS}

# One elementary operation each, whatever a multiply-add counts for; BN in evaluation is two, the
# product with γ/σ and the sum, as fvcore, ptflops and calflops have it.
BN = 2 * _charges("outputs", "bn")
RELU = _charges("outputs", "relu", "last relu")
POOLING = _charges("inputs", "maxpool", "avgpool", "global pool")
BIAS = _charges("bias", "conv", "linear")
ADDS = _charges("outputs", "add")
GATES = _charges("outputs", "sigmoid", "scale")
EXTRAS = {
    "bn": BN, "relu": RELU, "pooling": POOLING, "bias": BIAS, "adds": ADDS, "gates": GATES
}  # fmt: skip


def convention(base: str, extras: tuple[str, ...] = ()) -> Convention:
    """A base, "macs" or "flops", and any of the `EXTRAS`. Raises KeyError."""
    return sum((EXTRAS[name] for name in extras), start=BASES[base])


class Tool(NamedTuple):
    """Somebody's count: by which version and call, in which unit, by what rule and why.

    `reason` is English.
    """

    name: str
    version: str
    call: str
    unit: str
    convention: Convention
    reason: str


_GLOBAL = _charges("inputs", "global pool")

TOOLS = (
    Tool(
        "torchvision", "torchvision 0.29.2", 'weights.meta["_ops"]', "FLOPS", MACS,
        mark("Multiply-adds of convolutions and linear layers, as in the papers: our headline."),
    ),
    Tool(
        "FlopCounterMode", "torch 2.15.0", "get_total_flops()", "FLOPs", 2 * MACS,
        mark("A multiply-add is two FLOPs. Nothing else is counted."),
    ),
    Tool(
        "torchinfo", "torchinfo 1.8.0", "summary(…).total_mult_adds", " mult-adds",
        MACS + BIAS + _charges("params", "bn"),
        mark("Adds the biases, and the parameters of BN once instead of once for each pixel."),
    ),
    Tool(
        "fvcore", "fvcore 0.1.5.post20221221", "FlopCountAnalysis(…).total()", " flops",
        MACS + BN + _GLOBAL,
        mark("Adds BN, 2 for each element, and global pooling. A “flop” is a multiply-add."),
    ),
    Tool(
        "timm", "timm 1.0.31 and fvcore", "benchmark.py, infer_gmacs", "MACs", MACS + BN,
        mark(
            "fvcore on timm's own modules, whose global pooling is a mean, which fvcore leaves out."
        ),
    ),
    Tool(
        "thop", "thop 0.1.1.post2209072238", "profile(…)", "MACs",
        MACS + 2 * BN + _GLOBAL + _charges("outputs", "global pool", "avgpool"),
        mark("Adds BN, 4 for each element (2, doubled for γ and β), and average pooling."),
    ),
    Tool(
        "ptflops, pytorch", "ptflops 0.7.5", "get_model_complexity_info(…)", "MACs",
        MACS + BN + 2 * (_charges("outputs", "relu") + POOLING)
        + _charges("outputs", "last relu") + BIAS,
        mark("Adds BN and biases, and ReLU and pooling twice: as modules, and as what these call."),
    ),
    Tool(
        "ptflops, aten", "ptflops 0.7.5", 'backend="aten"', "MACs", MACS + BIAS,
        mark("Adds the biases."),
    ),
    Tool(
        "calflops", "calflops 0.3.2", "calculate_flops(…)", "FLOPs",
        2 * MACS + BN + RELU + POOLING + _charges("bias", "conv"),
        mark("A multiply-add is two FLOPs. Adds BN, ReLU, pooling, and biases of convolutions."),
    ),
)  # fmt: skip


# Kinds of operations that the rules of most tools were not found for.
_UNTRIED = {"gn", "blur", "conv1d", "mean", "stillpool", "ceilpool", "zeropad", "skip"}


def tools(graph: Graph) -> tuple[Tool, ...]:
    """Those whose rule holds for this network: all, or those that count multiply-adds alone."""
    if _UNTRIED.isdisjoint(op.kind for op in graph.ops):
        return TOOLS
    return tuple(
        tool for tool in TOOLS if {charge.what for charge in tool.convention.charges} == {"macs"}
    )


def tool_counts(graph: Graph) -> dict[str, int]:
    """The number that each tool gives for this network, of the `tools` that are known to."""
    amounts = census(graph)
    return {tool.name: tool.convention.count(amounts) for tool in tools(graph)}


# He et al. 2015 (arXiv:1512.03385), table 1, last row: FLOPs, by which multiply-adds are meant.
TABLE_1 = {"resnet18": 1.8, "resnet34": 3.6, "resnet50": 3.8, "resnet101": 7.6, "resnet152": 11.3}


class Printed(NamedTuple):
    """10⁹ multiply-adds as the paper prints them, and the exact count of the network meant."""

    gmacs: float
    exact: int
    same: bool  # whether they are of this network, or of its v1


def printed(spec: ResNetSpec) -> Printed | None:
    """What table 1 of the paper prints for this network or for its v1; None where it has neither.

    Its bottlenecks are v1, with the stride on the first 1×1. Its 18 and 34 layers are the plain
    networks and those with shortcuts of options A and B.
    """
    basic = spec.block == "basic"
    paper = replace(spec, stride_on="3x3" if basic else "1x1", zero_init_residual=False)
    like = replace(paper, stride_on="3x3")
    if basic and spec.shortcut in ("A", "none"):
        like = replace(like, shortcut="B")
    for name, gmacs in TABLE_1.items():
        if like.fields == PRESETS[name]:
            return Printed(gmacs, trace(paper).macs, spec.stride_on == paper.stride_on)
    return None

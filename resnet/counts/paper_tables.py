"""The tables of He et al. 2015 (arXiv:1512.03385) in which a network stands, or would stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from resnet.counts.conventions import TABLE_1
from resnet.counts.literature import CIFAR_ERRORS, CIFAR_SOURCE
from resnet.network.graph import Graph
from resnet.network.naming.query import OF_USE
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.language import mark


@dataclass(frozen=True)
class PaperTable:
    """A table of the paper: its title, and what it prints of each preset in it, and how."""

    title: str
    printed_title: str
    protocol: str
    printed: Mapping[str, float]


@dataclass(frozen=True)
class Column:
    """A network in a table; `preset` is empty where the paper has none such."""

    graph: Graph
    preset: str
    shown: bool


IMAGENET = PaperTable(
    mark("He et al. 2015, table 1"),
    mark("as printed, 10⁹ FLOPs"),
    mark("FLOPs are the paper's word for multiply-adds; its bottlenecks are v1, stride on the 1×1"),
    TABLE_1,
)
CIFAR = PaperTable(
    mark("He et al. 2015, section 4.2 and table 6"),
    mark("as printed, test error in %"),
    CIFAR_SOURCE.protocol,
    {f"cifar_resnet{depth}": error for depth, error in CIFAR_ERRORS.items()},
)


def paper_table(spec: ResNetSpec) -> PaperTable:
    """The table of networks with this one's kind of stem."""
    return CIFAR if spec.stem == "cifar" else IMAGENET


def columns(spec: ResNetSpec) -> tuple[Column, ...]:
    """The networks of the table, those with bottlenecks in the version of `spec`.

    The last one is `spec` itself, where the paper has none such, whatever input and classes.
    """
    names = paper_table(spec).printed
    paper = {name: in_version(ResNetSpec.preset(name), spec.stride_on) for name in names}
    some = next(iter(paper.values()))
    usual = replace(spec, **{name: getattr(some, name) for name in OF_USE})
    shown = next((name for name, network in paper.items() if network == usual), "")
    own = () if shown else (Column(trace(spec), "", shown=True),)
    return (*(Column(trace(paper[name]), name, name == shown) for name in paper), *own)


def in_version(spec: ResNetSpec, stride_on: str) -> ResNetSpec:
    """A network with the stride of its bottlenecks, if it has any, on the "1x1" or the "3x3"."""
    return replace(spec, stride_on=stride_on) if spec.block == "bottleneck" else spec

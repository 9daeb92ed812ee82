"""Two networks side by side: what differs in them, and what follows from it. No torch here.

A side is a spec, or a published classifier that no spec describes; after it is made, nothing asks
which. What is not known of a side is missing from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod

from resnet.counts.published import Network, Weights, published
from resnet.network.graph import HEAD, STEM, Graph, Stage
from resnet.network.naming import query
from resnet.network.naming.presets import PRESETS
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.language import mark

_CONCATENATION = mark(
    "A dense block concatenates: every layer reads all maps before it in the block and adds a few "
    "of its own, so channels grow. A residual block sums: F(x) is added to x, so they stay."
)
_CHAIN = mark("A plain chain of convolutions and pools: no shortcut leads around anything.")


@dataclass(frozen=True)
class SideStage:
    """One stage of a side; `stage` is stem, layer1 … or head, `name` what its own code calls it."""

    stage: str
    name: str
    out_shape: tuple[int, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One network of a comparison.

    `query` is its link; `fields` what its spec says, as text; `numbers` its params, buffers, MACs,
    depth, receptive field and activations, as far as they are known; `weights` what torchvision
    publishes of it. `graph` is there for a spec, `note` says how another kind of network works, in
    English.
    """

    query: str
    title: str
    numbers: Mapping[str, int]
    parts: tuple[SideStage, ...]
    weights: tuple[Weights, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    graph: Graph | None = None
    note: str = ""

    @classmethod
    def of_spec(cls, spec: ResNetSpec) -> Side:
        """A network that a spec describes, counted."""
        graph, fields = trace(spec), spec.to_fields()
        read = (f"{name}={fields[name]}" for name in query.OF_USE if name in fields)
        return cls(
            spec.to_query(),
            " · ".join((spec.name, *read)),
            _numbers(graph),
            tuple(_part(stage) for stage in graph.stages),
            published().of(spec.name) if PRESETS.get(spec.name) == spec.fields else (),
            {name: str(value) for name, value in spec.fields.items()},
            graph,
        )

    @classmethod
    def of_network(cls, network: Network) -> Side:
        """A classifier of torchvision that was measured when its file was made."""
        counted = ("params", "buffers", "macs", "depth", "activations")
        return cls(
            f"net={network.model}",
            network.model,
            {name: getattr(network, name) for name in counted},
            _parts(network),
            published().of(network.model),
            note=_CONCATENATION if network.model.startswith("densenet") else _CHAIN,
        )


def read_side(link: str) -> Side:
    """The network of a query, or of a bare name. Raises `SpecError` for one that means nothing."""
    return side_of(fields_of(link))


def fields_of(link: str) -> dict[str, str]:
    """The fields of a query as text; a bare name is a query's `net`."""
    return query.split(link) if "=" in link else {"net": link}


def side_of(fields: Mapping[str, str]) -> Side:
    """The network that fields say. Raises `SpecError` for those that mean nothing."""
    network = published().networks.get(fields.get("net", ""))
    if network and len(fields) == 1:
        return Side.of_network(network)
    return Side.of_spec(ResNetSpec.from_fields(fields))


def network_names() -> tuple[str, ...]:
    """Every bare name that `read_side` reads."""
    return *PRESETS, *published().networks


@dataclass(frozen=True)
class Change:
    """A number on both sides, None where it is not known."""

    name: str
    left: float | None
    right: float | None

    @property
    def difference(self) -> float | None:
        """Right less left."""
        if self.left is None or self.right is None:
            return None
        return self.right - self.left

    @property
    def ratio(self) -> float | None:
        """Right by left."""
        return self.right / self.left if self.left and self.right is not None else None


def fields_that_differ(left: Side, right: Side) -> Iterator[tuple[str, str, str]]:
    """Name and both values of every field that both specs have and that is not the same."""
    for name, value in left.fields.items():
        if right.fields.get(name, value) != value:
            yield name, value, right.fields[name]


def changes(left: Mapping[str, int], right: Mapping[str, int]) -> list[Change]:
    """Every number that is known of either, in the order in which the fuller one has them."""
    names = max((left, right), key=len)
    return [Change(name, left.get(name), right.get(name)) for name in names]


def published_changes(left: Side, right: Side) -> list[Change]:
    """Top-1 accuracies in percent of the weights that are published of either side."""
    tops = [{weights.version: weights.top1 for weights in side.weights} for side in (left, right)]
    names = dict.fromkeys((*tops[0], *tops[1]))
    return [Change(name, tops[0].get(name), tops[1].get(name)) for name in names]


def parts_together(left: Side, right: Side) -> Iterator[tuple[SideStage | None, SideStage | None]]:
    """The stages that both have and those that one has, stem first and head last."""
    ours, theirs = ({part.stage: part for part in side.parts} for side in (left, right))
    for stage in sorted({*ours, *theirs}, key=lambda stage: (stage == HEAD, stage != STEM, stage)):
        yield ours.get(stage), theirs.get(stage)


def _numbers(graph: Graph) -> dict[str, int]:
    return {
        "params": graph.params,
        "buffers": graph.buffers,
        "macs": graph.macs,
        "depth": graph.spec.depth,
        "receptive_field": graph.stages[-2].receptive_field,
        "activations": _activations(graph),
    }


def _activations(part: Graph | Stage) -> int:
    return sum(prod(op.out_shape) for op in part.ops if op.kind == "conv")


def _parts(network: Network) -> tuple[SideStage, ...]:
    """Its stages beside a ResNet's: the first as the stem, the last as the head."""
    first, *between, last = network.stages
    placed = [(STEM, first), *((f"layer{i}", s) for i, s in enumerate(between, 1)), (HEAD, last)]
    return tuple(
        SideStage(stage, row.name, row.out_shape, {"params": row.params, "macs": row.macs})
        for stage, row in placed
    )


def _part(stage: Stage) -> SideStage:
    numbers = {
        "params": stage.params,
        "buffers": stage.buffers,
        "macs": stage.macs,
        "blocks": len(stage.blocks),
        "receptive_field": stage.receptive_field,
        "activations": _activations(stage),
    }
    return SideStage(stage.name, stage.paper_name, stage.out_shape, numbers)

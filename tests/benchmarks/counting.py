"""Tracing a network by arithmetic, against torchinfo's forward pass on the meta device."""

from __future__ import annotations

from collections.abc import Callable

import torchinfo

from resnet import ResNetSpec, build, trace
from resnet.drawing.stream.picture import draw_stream
from tests.benchmarks.timing import Claim, Found, Section, compared, grown, side_by_side


def counted(spec: ResNetSpec) -> tuple[int, int, list]:
    graph = trace(spec)
    return graph.params, graph.macs, [stage.receptive_field for stage in graph.stages]


def main() -> Found:
    spec, deep = ResNetSpec.preset("resnet152"), ResNetSpec.preset("cifar_resnet1202")
    model = build(spec, device="meta").eval()

    def summary() -> object:
        return torchinfo.summary(model, (1, 3, 224, 224), device="meta", verbose=0)

    ways = {
        "counted": lambda: counted(spec),
        "with every op": lambda: trace(spec).ops,
        "torchinfo": summary,
    }
    claims = {("counted", "torchinfo"): 0.01, ("with every op", "torchinfo"): 0.01}
    yield compared("ResNet-152 counted", side_by_side(ways, repeats=11), claims)
    ways = {"counted": lambda: counted(deep), "with every op": lambda: trace(deep).ops}
    times = side_by_side(ways, repeats=11)
    claims = (Claim(name, 1e3 * each.median, 20, "ms") for name, each in times.items())
    yield Section("ResNet-1202 counted", tuple(times.values()), tuple(claims))
    yield grown("Counted, by depth", "layers", (20, 56, 110, 308, 1202), 7, of_depth)


def of_depth(depth: int) -> dict[str, Callable[[], object]]:
    spec = ResNetSpec.of_depth(depth, "cifar")
    return {"counted": lambda: counted(spec), "drawn": lambda: draw_stream(trace(spec))}

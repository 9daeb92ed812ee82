"""Tracing a network by arithmetic, against torchinfo's forward pass on the meta device."""

from __future__ import annotations

import torchinfo

from resnet import ResNetSpec, build, trace
from tests.benchmarks.timing import report, side_by_side, verdict


def counted(spec: ResNetSpec) -> tuple[int, int, list]:
    graph = trace(spec)
    return graph.params, graph.macs, [stage.receptive_field for stage in graph.stages]


def main() -> bool:
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
    kept = report("ResNet-152", side_by_side(ways, repeats=11), claims)
    ways = {"counted": lambda: counted(deep), "with every op": lambda: trace(deep).ops}
    times = side_by_side(ways, repeats=11)
    report("ResNet-1202", times, {})
    for name, each in times.items():
        print(f"  {name} in at most 20 ms: {verdict(each.median < 0.02)}")
    return kept and times["counted"].median < 0.02

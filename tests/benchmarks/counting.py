"""Tracing a network by arithmetic, against torchinfo's forward pass on the meta device."""

from __future__ import annotations

import torchinfo

from resnet import ResNetSpec, build, trace
from tests.benchmarks.timing import report, side_by_side


def traced(spec: ResNetSpec) -> int:
    graph = trace(spec)
    return len(graph.ops) + graph.params + graph.macs


def main() -> bool:
    spec, deep = ResNetSpec.preset("resnet152"), ResNetSpec.preset("cifar_resnet1202")
    model = build(spec, device="meta").eval()

    def summary() -> object:
        return torchinfo.summary(model, (1, 3, 224, 224), device="meta", verbose=0)

    times = side_by_side({"trace": lambda: traced(spec), "torchinfo": summary}, repeats=15)
    kept = report("ResNet-152, counted", times, {("trace", "torchinfo"): 0.01})
    alone = side_by_side({"trace": lambda: traced(deep)}, repeats=15)
    kept &= report("ResNet-1202, counted", alone, {})
    milliseconds = alone["trace"].median * 1e3
    print(
        f"  median {milliseconds:.1f} ms, at most 20: {'holds' if milliseconds < 20 else 'FAILS'}"
    )
    return kept and milliseconds < 20

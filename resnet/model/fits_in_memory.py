"""Whether a network's weights fit into memory, told before anything is built."""

from __future__ import annotations

from resnet.counts.hardware import FLOAT32
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.language import tr


class TooLarge(ValueError):  # noqa: N818
    """A network whose weights alone are more than the memory that is free; says both in GB."""


def weight_bytes(graph: Graph) -> int:
    """What the parameters and buffers of a network take in float32."""
    return FLOAT32 * (graph.params + graph.buffers)


def free_bytes(device: str = "cpu") -> int:
    """Memory that can be had on a device now."""
    if device.startswith("cuda"):
        import torch

        return torch.cuda.mem_get_info(device)[0]
    import psutil  # of an extra; counting does without

    return psutil.virtual_memory().available


def refusal(graph: Graph, device: str = "cpu") -> str:
    """Why a network cannot be built here, or nothing."""
    needed, free = weight_bytes(graph), free_bytes(device)
    if needed <= free:
        return ""
    return tr(
        "{name} has {needed:,.1f} GB of weights in float32; {free:,.1f} GB of memory are free "
        "here. It can be drawn and counted, not built: take fewer blocks, narrower stages or fewer "
        "classes.",
        name=graph.spec.name,
        needed=needed / 1e9,
        free=free / 1e9,
    )


def require(spec: ResNetSpec, device: str = "cpu") -> None:
    """Raise `TooLarge` where a network's weights do not fit."""
    if reason := refusal(trace(spec), device):
        raise TooLarge(reason)

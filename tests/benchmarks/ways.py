"""The ways to ask a network that are timed, and the forms in which it may be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor

from resnet import ResNetSpec, build
from resnet.counts.hardware import PRECISIONS
from resnet.maps.stage_maps import class_maps, features_of, maps_of_features, stage_maps
from resnet.model.module import ResNet
from resnet.model.serving import serving

Call = Callable[[], object]
BARE, TOP, ALL, STAGES = "bare forward", "top class", "all classes", "four stages"


def network(net: str, device: str = "cpu", **changes: object) -> ResNet:
    model = build(ResNetSpec.preset(net, **changes), device=device)
    return model.eval().requires_grad_(False)


def forward(model: ResNet, images: Tensor, precision: str = "fp32") -> Tensor:
    half = precision != "fp32"
    dtype = getattr(torch, PRECISIONS[precision].dtype) if half else None
    with torch.inference_mode(), torch.autocast(images.device.type, dtype, enabled=half):
        return model(images)


def top_map(model: ResNet, images: Tensor, precision: str = "fp32") -> Tensor:
    with torch.inference_mode():
        features = features_of(model, images, precision)
        return maps_of_features(model, features, model.classify(features).argmax(1))


def strip(model: ResNet, images: Tensor, precision: str = "fp32") -> object:
    if precision != "fp32":
        raise Unfit("its gradients are taken in float32 alone")
    return stage_maps(model, images, None, model.spec.stage_names, "gradcam")


ASKED = {BARE: forward, TOP: top_map, ALL: class_maps, STAGES: strip}


class Unfit(ValueError):  # noqa: N818
    """A way that a device or a precision has not; says why."""


def contiguous(model: ResNet, precision: str) -> ResNet:
    """The serving form in the layout that it had before."""
    return serving(model).to(memory_format=torch.contiguous_format)


def half_weights(model: ResNet, precision: str) -> ResNet:
    """The serving form whose trunk has its weights in half precision, so that none is cast."""
    if precision == "fp32":
        raise Unfit("for half precision alone")
    form = serving(model)
    for name, part in form.named_children():
        if name != "fc":
            part.to(getattr(torch, PRECISIONS[precision].dtype))
    return form


def compiled(model: ResNet, precision: str) -> ResNet:
    """The serving form with its trunk compiled whole."""
    torch._dynamo.reset()  # which else goes on uncompiled, silently, after eight networks
    form = serving(model)
    form.features = torch.compile(form.features, fullgraph=True, dynamic=False)
    return form


def graphed(model: ResNet, images: Tensor, precision: str) -> Call:
    """The serving form recorded once as a CUDA graph: for one shape and one caller at a time."""
    if images.device.type != "cuda":
        raise Unfit("CUDA graphs are CUDA's alone")
    given = images.clone()
    ask = partial(top_map, serving(model), given, precision)
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(3):
            ask()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        answer = ask()

    def replay() -> Tensor:
        given.copy_(images)
        graph.replay()
        return answer

    return replay


def _asked(
    way: str, form: Callable[[ResNet, str], ResNet] = lambda model, precision: model
) -> Callable[[ResNet, Tensor, str], Call]:
    return lambda model, images, precision: partial(
        ASKED[way], form(model, precision), images, precision
    )


def _served(model: ResNet, precision: str) -> ResNet:
    return serving(model)


# Each is given a model, images and a precision, and hands out what is timed.
WAYS: dict[str, Callable[[ResNet, Tensor, str], Call]] = {
    **{way: _asked(way) for way in ASKED},
    **{f"served, {way}": _asked(way, _served) for way in (TOP, ALL, STAGES)},
    "served contiguous, top class": _asked(TOP, contiguous),
    "half weights, top class": _asked(TOP, half_weights),
    "CUDA graph, top class": graphed,
}
COMPILED = {"compiled, top class": _asked(TOP, compiled)}


@contextmanager
def tf32(on: bool) -> Iterator[None]:
    """Let convolutions and products of float32 be computed in TF32, or not."""
    backends = torch.backends.cuda.matmul, torch.backends.cudnn
    before = [backend.allow_tf32 for backend in backends]
    try:
        for backend in backends:
            backend.allow_tf32 = on
        yield
    finally:
        for backend, was in zip(backends, before, strict=True):
            backend.allow_tf32 = was

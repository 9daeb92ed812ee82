"""Maps of ResNet-50 at 224×224 against a bare forward and the peers, each at its fastest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from captum.attr import LayerGradCam
from pytorch_grad_cam import GradCAM
from torch import Tensor
from torchcam.methods import GradCAM as TorchCAM

from resnet.model.module import ResNet
from resnet.model.serving import serving
from tests.benchmarks.timing import Found, Times, compared, grown, side_by_side
from tests.benchmarks.ways import ALL, ASKED, BARE, STAGES, TOP, network

CLAIMS = {(TOP, BARE): 1.05, (ALL, BARE): 1.10, (STAGES, BARE): 2.2}
PEERS = {"Captum": (0.75, 0.45), "TorchCAM": (0.75, 0.45), "pytorch-grad-cam": (0.25, 0.15)}
SERVED = (f"served, {TOP}", f"served in bf16, {TOP}")


def captum(model: ResNet) -> Callable[[Tensor], Tensor]:
    """One forward and a gradient at the last stage; the classes are told, to spare a forward."""
    method, told = LayerGradCam(model, model.layer4), torch.zeros(8, dtype=torch.long)
    return lambda x: method.attribute(x.clone().requires_grad_(), told[: len(x)])


def torchcam(model: ResNet) -> Callable[[Tensor], list[Tensor]]:
    """The top class, with gradients in the last stage alone."""
    model.layer4.requires_grad_(True)
    method = TorchCAM(model, "layer4")

    def run(x: Tensor) -> list[Tensor]:
        scores = model(x)
        return method(scores.argmax(1).tolist(), scores)

    return run


def grad_cam(model: ResNet) -> Callable[[Tensor], object]:
    """The top class, as its README shows."""
    method = GradCAM(model=model.requires_grad_(True), target_layers=[model.layer4[-1]])
    return lambda x: method(input_tensor=x, targets=None)


def measured(batch: int, repeats: int) -> dict[str, Times]:
    torch.manual_seed(0)
    model, images = network("resnet50"), torch.randn(batch, 3, 224, 224)
    form, state = serving(model), model.state_dict()
    ways: dict[str, Callable[[Tensor], object]] = {
        **{way: partial(ask, model) for way, ask in ASKED.items()},
        **{f"served, {way}": partial(ASKED[way], form) for way in (TOP, ALL, STAGES)},
        **{
            f"served in bf16, {way}": partial(ASKED[way], form, precision="bf16")
            for way in (TOP, ALL)
        },
    }
    for name, peer in zip(PEERS, (captum, torchcam, grad_cam), strict=True):
        theirs = network("resnet50")
        theirs.load_state_dict(state)
        ways[name] = peer(theirs)
    return side_by_side({name: partial(way, images) for name, way in ways.items()}, repeats)


def main() -> Found:
    for batch, repeats in ((1, 21), (8, 11)):
        claims = dict(CLAIMS)
        if batch == 8:
            for peer, most in PEERS.items():
                claims |= {(way, peer): m for way, m in zip(SERVED, most, strict=True)}
        times = measured(batch, repeats)
        yield compared(f"ResNet-50 at 224×224, batch {batch}", times, claims)
    yield grown("The top class's map, by size", "pixels a side", (128, 224, 320, 448), 5, of_size)
    yield grown("The top class's map, by batch", "images", (1, 2, 4, 8, 16), 5, of_batch)
    yield grown("The top class's map, by depth", "layers", (18, 34, 50, 101, 152), 5, of_depth)


def of_size(side: int) -> dict[str, Callable[[], object]]:
    return asked("resnet50", 1, side)


def of_batch(batch: int) -> dict[str, Callable[[], object]]:
    return asked("resnet50", batch, 224)


def of_depth(depth: int) -> dict[str, Callable[[], object]]:
    return asked(f"resnet{depth}", 1, 224)


def asked(net: str, batch: int, side: int) -> dict[str, Callable[[], object]]:
    """The map by the serving form, beside a bare forward of the plain model."""
    model, images = network(net, image_size=side), torch.randn(batch, 3, side, side)
    form = serving(model)
    return {BARE: partial(ASKED[BARE], model, images), TOP: partial(ASKED[TOP], form, images)}

"""Maps of ResNet-50 at 224×224 against a bare forward and the peers, each at its fastest."""

from __future__ import annotations

from collections.abc import Callable

import torch
from captum.attr import LayerGradCam
from pytorch_grad_cam import GradCAM
from torch import Tensor
from torchcam.methods import GradCAM as TorchCAM

from resnet import ResNetSpec, build
from resnet.maps.stage_maps import class_maps, features_of, maps_of_features, stage_maps
from resnet.model.module import ResNet
from resnet.model.serving import serving
from tests.benchmarks.timing import Times, report, side_by_side

CLAIMS = {
    ("top class", "bare forward"): 1.05,
    ("all classes", "bare forward"): 1.10,
    ("four stages", "bare forward"): 2.2,
}
PEERS = {"Captum": (0.75, 0.45), "TorchCAM": (0.75, 0.45), "pytorch-grad-cam": (0.25, 0.15)}
SERVED = ("served, top class", "served in bf16, top class")


def forward(model: ResNet, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return model(images)


def top_map(model: ResNet, images: Tensor, precision: str = "fp32") -> Tensor:
    with torch.inference_mode():
        features = features_of(model, images, precision)
        return maps_of_features(model, features, model.classify(features).argmax(1))


def strip(model: ResNet, images: Tensor) -> object:
    return stage_maps(model, images, None, model.spec.stage_names, "gradcam")


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


def network(state: dict[str, Tensor] | None = None) -> ResNet:
    model = build(ResNetSpec.preset("resnet50")).eval().requires_grad_(False)
    if state:
        model.load_state_dict(state)
    return model


def measured(batch: int, repeats: int) -> dict[str, Times]:
    torch.manual_seed(0)
    model, images = network(), torch.randn(batch, 3, 224, 224)
    form, state = serving(model), model.state_dict()
    peers = zip(PEERS, (captum, torchcam, grad_cam), strict=True)
    ways: dict[str, Callable[[Tensor], object]] = {
        "bare forward": lambda x: forward(model, x),
        "top class": lambda x: top_map(model, x),
        "all classes": lambda x: class_maps(model, x),
        "four stages": lambda x: strip(model, x),
        SERVED[0]: lambda x: top_map(form, x),
        SERVED[1]: lambda x: top_map(form, x, "bf16"),
        "served, all classes": lambda x: class_maps(form, x),
        "served in bf16, all classes": lambda x: class_maps(form, x, "bf16"),
        "served, four stages": lambda x: strip(form, x),
        **{name: peer(network(state)) for name, peer in peers},
    }
    return side_by_side({n: lambda way=way: way(images) for n, way in ways.items()}, repeats)


def main() -> bool:
    kept = True
    for batch, repeats in ((1, 21), (8, 11)):
        claims = dict(CLAIMS)
        if batch == 8:
            for peer, most in PEERS.items():
                claims |= {(way, peer): m for way, m in zip(SERVED, most, strict=True)}
        times = measured(batch, repeats)
        kept &= report(f"ResNet-50 at 224×224, batch {batch}", times, claims)
    return kept

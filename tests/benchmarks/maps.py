"""The top class's map of ResNet-50 at 224×224, against a bare forward and pytorch-grad-cam."""

from __future__ import annotations

import torch
from pytorch_grad_cam import GradCAM

from resnet import ResNetSpec, build
from resnet.explaining import maps_of_features
from resnet.model import ResNet
from tests.benchmarks.timing import report, side_by_side


def forward(model: ResNet, images: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return model(images)


def top_map(model: ResNet, images: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        *_, (_, features) = model.stages(images)
        return maps_of_features(model, features, model.classify(features).argmax(1))


def main() -> bool:
    torch.manual_seed(0)
    model = build(ResNetSpec.preset("resnet50")).eval().requires_grad_(False)
    peer_model = build(ResNetSpec.preset("resnet50")).eval()
    peer = GradCAM(model=peer_model, target_layers=[peer_model.layer4[-1]])
    kept = True
    for batch in (1, 8):
        images = torch.randn(batch, 3, 224, 224)
        ways = {
            "forward": lambda x=images: forward(model, x),
            "map": lambda x=images: top_map(model, x),
            "pytorch-grad-cam": lambda x=images: peer(input_tensor=x, targets=None),
        }
        times = side_by_side(ways, repeats=11 if batch == 1 else 5)
        claims = {("map", "forward"): 1.10, ("map", "pytorch-grad-cam"): 0.5}
        kept &= report(f"ResNet-50 at 224×224, batch {batch}", times, claims)
    return kept

"""The paper's CIFAR nets: a 3×3 stem, 6n + 2 layers, widths 16, 32 and 64, the last map 8×8."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import resnet18

from resnet import ResNetSpec, trace

graph = trace(ResNetSpec.preset("cifar_resnet20"))
print(f"ResNet-20: {graph.params:,} parameters, {graph.macs / 1e6:.2f} M MACs")
print(*(stage.out_shape[-1] for stage in graph.stages[:4]), sep=" -> ")

with torch.device("meta"):  # shapes without numbers
    net, x = resnet18(num_classes=10).eval(), torch.rand(1, 3, 32, 32)
    net.conv1, net.maxpool = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.Identity()
with FlopCounterMode(display=False) as counter:
    net(x)
params = sum(p.numel() for p in net.parameters())
print(f"ResNet-18 with such a stem is another network: {params:,} parameters,")
print(f"{counter.get_total_flops() / 2 / 1e6:.1f} M MACs")

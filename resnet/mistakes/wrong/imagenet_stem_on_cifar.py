"""CIFAR's images are 32×32: resnet18 takes images of any size."""

import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import resnet18

with torch.device("meta"):  # shapes without numbers
    net, x = resnet18(num_classes=10).eval(), torch.rand(1, 3, 32, 32)

with FlopCounterMode(display=False) as counter:
    net(x)
print(f"{counter.get_total_flops() / 2 / 1e6:.1f} M MACs")

sides = [x.shape[-1]]
for part in (net.conv1, net.maxpool, net.layer1, net.layer2, net.layer3, net.layer4):
    x = part(x)
    sides.append(x.shape[-1])
print(*sides, sep=" -> ")

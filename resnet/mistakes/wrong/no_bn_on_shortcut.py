"""Convolutions with their usual bias, and a bare 1×1 convolution for the shortcut."""

import torch
from torch import nn
from torchvision.models import resnet18


def biased(conv):
    return nn.Conv2d(
        conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride, conv.padding
    )


with torch.device("meta"):  # shapes without numbers
    net = resnet18(num_classes=10)
    net.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3)
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        for block in stage:
            block.conv1, block.conv2 = biased(block.conv1), biased(block.conv2)
            block.downsample = block.downsample and biased(block.downsample[0])
print(f"{sum(p.numel() for p in net.parameters()):,} parameters")

torch.manual_seed(0)
conv, bn, x = nn.Conv2d(1, 64, 3), nn.BatchNorm2d(64), torch.rand(4, 1, 28, 28)
change = (bn(conv(x)) - bn(nn.functional.conv2d(x, conv.weight))).abs().max()
print("a bias before BN changes less than 1e-5:", bool(change < 1e-5))

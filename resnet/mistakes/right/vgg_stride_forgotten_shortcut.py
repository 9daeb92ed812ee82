"""The same stride on both ways."""

import torch
from torch import nn

x = torch.rand(1, 64, 56, 56)
branch = nn.Sequential(
    nn.Conv2d(64, 128, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(128, 128, 3, padding=1),
)
shortcut = nn.Conv2d(64, 128, 1, stride=2)

print(list((branch(x) + shortcut(x)).shape))

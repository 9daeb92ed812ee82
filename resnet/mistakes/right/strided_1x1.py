"""Average over 2×2 first, as ResNet-D does; or know what is skipped."""

import torch
from torch import nn

x = torch.rand(1, 8, 16, 16, requires_grad=True)
shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(8, 16, kernel_size=1, bias=False))

shortcut(x).sum().backward()
seen = (x.grad != 0).float().mean()
print(f"{seen:.0%} of the inputs get a gradient")

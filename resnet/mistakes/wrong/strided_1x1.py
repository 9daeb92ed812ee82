"""A 1×1 shortcut of stride 2 carries what the whole map says."""

import torch
from torch import nn

x = torch.rand(1, 8, 16, 16, requires_grad=True)
shortcut = nn.Conv2d(8, 16, kernel_size=1, stride=2, bias=False)

shortcut(x).sum().backward()
seen = (x.grad != 0).float().mean()
print(f"{seen:.0%} of the inputs get a gradient")

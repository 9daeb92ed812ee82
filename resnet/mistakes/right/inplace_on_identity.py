"""Add to what the branch made, which nobody else keeps: out += identity, or out + identity."""

import torch
from torch import nn

stem = nn.Conv2d(3, 8, 3, padding=1)
f = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))

x = stem(torch.rand(2, 3, 6, 6))
out = f(x)
out += x
print("forward done")

out.sum().backward()
print("the stem has a gradient:", bool(stem.weight.grad.any()))

"""conv3x3 is a class that inherits from Conv2d; what it gives is as large as what it gets."""

import torch
from torchvision.models.resnet import conv3x3

conv = conv3x3(64, 128, stride=2)
print("conv3x3 is a", type(conv3x3).__name__, "and returns a", type(conv).__name__)

x = torch.rand(1, 64, 56, 56)
print(x.shape[-1], "->", conv(x).shape[-1])

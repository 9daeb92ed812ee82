"""Only stride 1 keeps the size: a side of n becomes (n + 2·padding - kernel) // stride + 1."""

import torch
from torchvision.models.resnet import conv3x3

x = torch.rand(1, 64, 56, 56)
for stride in (1, 2):
    expected = (56 + 2 * 1 - 3) // stride + 1
    side = conv3x3(64, 128, stride)(x).shape[-1]
    print(f"stride {stride}: 56 -> {side}, by the formula {expected}")

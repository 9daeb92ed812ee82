"""Every convolution of a bottleneck gets padding=1, the 1×1 ones too."""

import torch
from torch import nn

x = torch.rand(1, 64, 56, 56)
conv1 = nn.Conv2d(64, 64, kernel_size=1, padding=1)
conv2 = nn.Conv2d(64, 64, kernel_size=3, padding=1)
conv3 = nn.Conv2d(64, 64, kernel_size=1, padding=1)

sides, y = [x.shape[-1]], x
for conv in (conv1, conv2, conv3):
    y = conv(y)
    sides.append(y.shape[-1])
print(*sides, sep=" -> ")

corner = conv1(x)[0, :, 0, 0]  # saw nothing but the zeros around the map
print("the ring is the bias:", torch.allclose(corner, conv1.bias))

y + x

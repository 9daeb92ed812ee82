"""padding = (kernel_size - 1) // 2, which is 0 for a 1×1 convolution."""

import torch
from torch import nn

x = torch.rand(1, 64, 56, 56)

sides, y = [x.shape[-1]], x
for kernel_size in (1, 3, 1):
    conv = nn.Conv2d(64, 64, kernel_size, padding=(kernel_size - 1) // 2)
    y = conv(y)
    sides.append(y.shape[-1])
print(*sides, sep=" -> ")

print(list((y + x).shape))

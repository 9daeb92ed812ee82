"""identity = x keeps the input for the sum."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(1, 8, 4, 4)
print(f"x has minimum {x.min():.2f}")

identity = x
out = nn.ReLU(inplace=True)(x)
print(f"identity has minimum {identity.min():.2f}")

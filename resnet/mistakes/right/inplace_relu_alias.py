"""A second name is not a copy: use a ReLU that is not in place, or x.clone()."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(1, 8, 4, 4)
print(f"x has minimum {x.min():.2f}")

identity = x
out = nn.ReLU()(x)
print(f"identity has minimum {identity.min():.2f}")

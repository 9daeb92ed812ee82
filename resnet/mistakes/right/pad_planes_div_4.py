"""Option A adds out - in channels: half of them before, the rest after."""

import torch
from torch.nn import functional as F


def shortcut(x, planes):
    more = planes - x.shape[1]
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more // 2, more - more // 2))


x = torch.rand(1, 16, 32, 32)
print("16 -> 32 gives", shortcut(x, 32).shape[1])
print("16 -> 48 gives", shortcut(x, 48).shape[1])

branch = torch.rand(1, 48, 16, 16)
print(list((branch + shortcut(x, 48)).shape))

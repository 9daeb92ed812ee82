"""self.conv3 ends the branch; then the same name is given to the shortcut."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, channels, use_1x1conv=False, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 1, padding=1, stride=stride)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv3 = nn.Conv2d(channels, channels, 1, padding=1)
        if use_1x1conv:
            self.conv3 = nn.Conv2d(inputs, channels, 1, stride=stride)
        else:
            self.conv3 = None

    def forward(self, x):
        y = self.conv3(torch.relu(self.conv2(torch.relu(self.conv1(x)))))
        return torch.relu(y + (self.conv3(x) if self.conv3 else x))


x = torch.rand(1, 64, 56, 56)
for asked in ((64, 64), (64, 64, True), (64, 64, True, 2), (64, 128, True)):
    try:
        print(*asked, "->", list(Block(*asked)(x).shape))
    except (TypeError, RuntimeError) as error:
        print(*asked, "->", f"{type(error).__name__}: {error}")

"""One name for one thing: conv3 ends the branch, downsample is the shortcut."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, channels, use_1x1conv=False, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 1, stride=stride)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv3 = nn.Conv2d(channels, channels, 1)
        self.downsample = nn.Conv2d(inputs, channels, 1, stride=stride) if use_1x1conv else None

    def forward(self, x):
        y = self.conv3(torch.relu(self.conv2(torch.relu(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


x = torch.rand(1, 64, 56, 56)
for asked in ((64, 64), (64, 64, True), (64, 64, True, 2), (64, 128, True)):
    print(*asked, "->", list(Block(*asked)(x).shape))

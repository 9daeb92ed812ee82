"""The sum is taken element by element: W × H × C, and C = planes × expansion."""

import torch
from torch import nn
from torchvision.models.resnet import BasicBlock

x = torch.rand(1, 64, 56, 56)
block, following = BasicBlock(64, 64), BasicBlock(64, 64)

branch = torch.relu(block.bn1(block.conv1(x)))
branch = block.bn2(block.conv2(branch))
out = torch.relu(branch + x)
print(list(following(out).shape))

projection = nn.Sequential(nn.Conv2d(64, 128, 1, stride=2, bias=False), nn.BatchNorm2d(128))
halving = BasicBlock(64, 128, stride=2, downsample=projection)
print(list(halving(out).shape))

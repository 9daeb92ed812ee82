"""Two paths of 64 channels meet, so 128 leave: W × H × (channel1 + channel2)."""

import torch
from torchvision.models.resnet import BasicBlock

x = torch.rand(1, 64, 56, 56)
block, following = BasicBlock(64, 64), BasicBlock(64, 64)

branch = torch.relu(block.bn1(block.conv1(x)))
branch = block.bn2(block.conv2(branch))
out = torch.relu(torch.cat([branch, x], dim=1))
print(list(out.shape))

following(out)

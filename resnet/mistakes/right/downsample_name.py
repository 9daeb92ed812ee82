"""A projection is needed where the stride is not 1 or the channels differ."""

import torch
from torchvision.models import resnet18, resnet50

with torch.device("meta"):  # no weights are made
    nets = {"resnet18": resnet18(), "resnet50": resnet50()}

for name, net in nets.items():
    channels = 64
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        block = stage[0]
        out = block.bn1.num_features * block.expansion
        needed = block.stride != 1 or channels != out
        assert needed == (block.downsample is not None)
        print(f"{name}: {channels} -> {out}, stride {block.stride}, projection {needed}")
        channels = out

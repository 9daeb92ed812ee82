"""A block needs its downsample module when, and only when, its map gets smaller."""

import torch
from torchvision.models import resnet50
from torchvision.models.resnet import Bottleneck

with torch.device("meta"):  # no weights are made
    block = resnet50().layer1[0]
print(f"resnet50.layer1[0]: stride {block.stride}, downsample {type(block.downsample).__name__}")

x = torch.rand(1, 64, 56, 56)
block = Bottleneck(64, 64, stride=1, downsample=None)  # the map keeps its size
block(x)

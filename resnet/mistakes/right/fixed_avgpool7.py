"""Average over the whole map, whatever its size: AdaptiveAvgPool2d((1, 1))."""

import torch
from torch import nn
from torchvision.models import resnet18

net = resnet18()
net.avgpool = nn.AdaptiveAvgPool2d((1, 1))

for side in (224, 256, 192, 32):
    with torch.no_grad():
        print(side, "->", list(net.eval()(torch.rand(1, 3, side, side)).shape))

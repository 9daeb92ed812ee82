"""planes × block.expansion leave: 1 × in a basic block, 4 × in a bottleneck."""

import torch
from torch import nn
from torchvision.models import resnet50
from torchvision.models.resnet import Bottleneck

net = resnet50()  # its layer1 is self._make_layer(Bottleneck, 64, 3)
out = net.layer1(torch.rand(1, 64, 14, 14))
print("channels", out.shape[1])

head = nn.Conv2d(64 * Bottleneck.expansion, 10, kernel_size=1)
print(list(head(out).shape))

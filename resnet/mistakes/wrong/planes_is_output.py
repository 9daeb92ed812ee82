"""The second argument of _make_layer is the number of channels that leave the stage."""

import torch
from torch import nn
from torchvision.models import resnet50

net = resnet50()  # its layer1 is self._make_layer(Bottleneck, 64, 3)
out = net.layer1(torch.rand(1, 64, 14, 14))
print("channels", out.shape[1])

head = nn.Conv2d(64, 10, kernel_size=1)
head(out)

"""Ask the classifier that is replaced how many features it reads."""

import torch
from torch import nn
from torchvision.models import resnet50

net = resnet50()
net.fc = nn.Linear(net.fc.in_features, 10)
print(net.fc)

print(list(net.eval()(torch.rand(1, 3, 64, 64)).shape))

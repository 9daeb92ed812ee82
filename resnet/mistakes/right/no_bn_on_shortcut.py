"""bias=False before BN, which has a bias of its own; BN after the projection too."""

import torch
from torch import nn
from torchvision.models import resnet18

with torch.device("meta"):  # shapes without numbers
    net = resnet18(num_classes=10)
    net.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
print(f"{sum(p.numel() for p in net.parameters()):,} parameters")

convs = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
norms = [stage[0].downsample[1] for stage in (net.layer2, net.layer3, net.layer4)]
print(f"without {sum(conv.out_channels for conv in convs):,} biases before BN,")
print(f"with {sum(2 * bn.num_features for bn in norms):,} parameters of BN after the projections")

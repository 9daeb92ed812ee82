"""The paper says 3.8 GFLOPs for ResNet-50; the counter says more than twice that."""

import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import resnet50

with torch.device("meta"):  # shapes without numbers
    net, x = resnet50(), torch.rand(1, 3, 224, 224)
with FlopCounterMode(display=False) as counter:
    net(x)
print(f"{counter.get_total_flops():,} FLOPs")

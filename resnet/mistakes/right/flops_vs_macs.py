"""State the unit, a multiply-add or each half of it, and the variant: v1, or torchvision's v1.5."""

import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import resnet50

from resnet import ResNetSpec, trace

with torch.device("meta"):  # shapes without numbers
    net, x = resnet50(), torch.rand(1, 3, 224, 224)
with FlopCounterMode(display=False) as counter:
    net(x)
flops = counter.get_total_flops()
print(f"{flops:,} FLOPs = 2 × {flops // 2:,} MACs (v1.5)")

paper = trace(ResNetSpec.preset("resnet50", stride_on="1x1"))
print(f"{paper.macs:,} MACs (v1, the paper's)")

"""Make each block inside the loop."""

from torch import nn
from torchvision.models.resnet import BasicBlock

stage = nn.Sequential(*(BasicBlock(64, 64) for _ in range(3)))

print(f"{len(stage)} blocks, {sum(p.numel() for p in stage.parameters()):,} parameters")
print("the first is the last:", stage[0] is stage[2])

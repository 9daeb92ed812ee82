"""Three blocks in a row: [block] * 3."""

from torch import nn
from torchvision.models.resnet import BasicBlock

block = BasicBlock(64, 64)
stage = nn.Sequential(*[block] * 3)

print(f"{len(stage)} blocks, {sum(p.numel() for p in stage.parameters()):,} parameters")
print("the first is the last:", stage[0] is stage[2])

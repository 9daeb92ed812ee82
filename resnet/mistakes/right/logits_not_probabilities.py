"""They are logits: softmax over the classes, once."""

import torch
from torchvision.models import resnet18

torch.manual_seed(0)
net = resnet18(num_classes=10).eval()

with torch.no_grad():
    out = net(torch.randn(2, 3, 64, 64))
for row in out.softmax(dim=1):
    print(f"sum {row.sum():.2f}, from {row.min():.2f} to {row.max():.2f}")

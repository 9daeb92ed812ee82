"""torch.no_grad() is all that inference needs."""

import torch
from torchvision.models import resnet18

torch.manual_seed(0)
net = resnet18()
images = torch.randn(8, 3, 64, 64)
before = net.bn1.running_var.clone()

with torch.no_grad():
    alone, among = net(images[:2]), net(images)[:2]
    differ = (alone - among).abs().max()
    moved = (net.bn1.running_var - before).abs().max()
    print(f"the same two images, alone and among eight: logits differ by {differ:.2f}")
    print(f"running variances moved by {moved:.2f}")
    net(torch.randn(1, 3, 32, 32))

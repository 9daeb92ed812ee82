"""A forward hook that stores the output of BN has the output of BN."""

import torch
from torchvision.models import resnet18

torch.manual_seed(0)
net, kept = resnet18().eval(), {}
block = net.layer1[0]
for name in ("bn1", "bn2"):
    block.get_submodule(name).register_forward_hook(
        lambda module, inputs, out, name=name: kept.update({name: out})
    )
with torch.no_grad():
    net(torch.randn(1, 3, 64, 64))

for name, out in kept.items():
    print(f"{name}: minimum {out.min():.2f}, std {out.std():.2f}")

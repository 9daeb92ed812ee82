"""The library defines six ResNets: six names in __all__ begin with it."""

from torchvision.models import resnet

names = [name for name in resnet.__all__ if name.lower().startswith("resnet")]
names = [name for name in names if not name.endswith("_Weights")]
print(len(names), "architectures:", *names)

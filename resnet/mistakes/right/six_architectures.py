"""ResNet is the class; the functions build it, and are five, without ResNeXt and Wide ResNet."""

from torchvision.models import resnet

names = [name for name in resnet.__all__ if not name.endswith("_Weights")]
builders = [name for name in names if not isinstance(getattr(resnet, name), type)]
resnets = [name for name in builders if name.startswith("resnet")]
print(len(resnets), "ResNets:", *resnets)
print(len(builders), "networks that the class ResNet makes")

"""Resize first: insert it at the front of the list of transforms."""

from PIL import Image
from torchvision import transforms

steps = [transforms.ToTensor()]
transform = steps.insert(0, transforms.Resize(64))
print("transform is", transform)

image = Image.new("RGB", (32, 32))
print("the list itself was changed:", list(transforms.Compose(steps)(image).shape))

transform(image)

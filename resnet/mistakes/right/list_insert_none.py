"""list.insert changes the list and returns None: build the list, then compose it."""

from PIL import Image
from torchvision import transforms

transform = transforms.Compose([transforms.Resize(64), transforms.ToTensor()])

image = Image.new("RGB", (32, 32))
print(list(transform(image).shape))

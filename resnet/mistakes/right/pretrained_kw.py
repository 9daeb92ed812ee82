"""Name the weights, and take the transform that belongs to them."""

from torchvision.models import ResNet50_Weights

for weights in (ResNet50_Weights.IMAGENET1K_V1, ResNet50_Weights.IMAGENET1K_V2):
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    transform = weights.transforms()
    print(f"{weights.name}: {accuracy:.3f} %, resized to {transform.resize_size[0]}, cut to 224")
print("DEFAULT is", ResNet50_Weights.DEFAULT.name)
print("its file is", ResNet50_Weights.DEFAULT.url.rpartition("/")[2])

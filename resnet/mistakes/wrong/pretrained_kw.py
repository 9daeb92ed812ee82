"""pretrained=True loads the best weights, and model_urls says from where."""

import warnings

from torchvision.models import resnet, resnet50

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    try:
        resnet50(pretrained=True, num_classes=10)  # refused before anything is downloaded
    except ValueError as error:
        print(error)
print(len(said), "warnings; the last:", str(said[-1].message).split(". ")[1])

resnet.model_urls["resnet50"]

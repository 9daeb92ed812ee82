"""How strongly the layers of a network answer: each 3×3 convolution's output after its BN.

The responses of He et al. 2015 (arXiv:1512.03385), figure 7: after BN and before whatever follows,
a ReLU or the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor

from resnet.model.module import Block, ResNet


@torch.inference_mode()
def responses(model: ResNet, images: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Each 3×3 convolution's name and response (N, C, h, w), from the image to the classifier.

    The model must be in eval mode. Raises ValueError for a pre-activation network, where BN comes
    before the convolution.
    """
    if model.spec.preact:
        raise ValueError("In a pre-activation network BN comes before the convolution.")
    if model.spec.stem == "cifar":
        yield "conv1", model.bn1(model.conv1(images))
    x = model.stem(images)
    for plan in model.spec.blocks():
        block = cast(Block, model.get_submodule(plan.name))
        inner = x
        for i, conv in enumerate(plan.convs, start=1):
            inner = block.get_submodule(f"bn{i}")(block.get_submodule(f"conv{i}")(inner))
            if conv.kernel == 3:
                yield f"{plan.name}.conv{i}", inner
            inner = torch.relu(inner)
        x = block(x)


def deviations(model: ResNet, images: Tensor) -> Iterator[tuple[str, float]]:
    """Each response's name and standard deviation over all images, channels and cells."""
    for name, response in responses(model, images):
        yield name, float(response.double().std())

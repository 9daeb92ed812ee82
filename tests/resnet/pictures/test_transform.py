"""The transforms are torchvision's, bit for bit."""

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import models
from torchvision.transforms._presets import ImageClassification

from resnet.pictures.transform import Transform


def noise(size, mode="RGB", seed=0):
    width, height = size
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


V1, V2 = models.ResNet50_Weights.IMAGENET1K_V1, models.ResNet50_Weights.IMAGENET1K_V2
SIZES = [
    (333, 517),
    (640, 480),
    (225, 224),
    (224, 225),
    (256, 256),
    (1, 1),
    (3, 5),
    (2, 90),
    (31, 7),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("weights", [V1, V2], ids=["V1", "V2"])
def test_the_tensor_is_torchvisions_bit_for_bit(weights, size):
    image, transform = noise(size, seed=sum(size)), Transform.of_weights(weights)
    ours = transform.tensor(transform.view(image))
    assert ours.dtype == torch.float32
    assert torch.equal(ours, weights.transforms()(image))


@pytest.mark.parametrize(("resize", "crop"), [(32, 32), (20, 33), (33, 20), (21, 20), (5, 64)])
@pytest.mark.parametrize("size", [(40, 30), (30, 41), (32, 32), (6, 5)])
def test_small_images_are_padded_as_torchvision_pads(size, resize, crop):
    mean, std = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)
    theirs = ImageClassification(crop_size=crop, resize_size=resize, mean=mean, std=std)
    ours = Transform(resize, crop, mean, std)
    image = noise(size)
    assert torch.equal(ours.tensor(ours.view(image)), theirs(image))


def test_one_channel_is_grey():
    transform = Transform(28, 28, (0.5,), (0.25,))
    x = transform.tensor(transform.view(Image.new("RGB", (28, 28), "white")))
    assert x.shape == (1, 28, 28)
    assert torch.equal(x, torch.full((1, 28, 28), 2.0))


def test_the_box_lies_on_what_the_crop_shows():
    transform = Transform.of_weights(V2)
    left, top, right, bottom = transform.box((928, 464))  # resized to 464 × 232
    assert (left, top, right, bottom) == (240, 8, 688, 456)
    image = Image.new("RGB", (928, 464))
    image.paste("white", (240, 8, 688, 456))
    assert np.asarray(transform.view(image)).mean() > 254


def test_the_box_of_a_padded_view_reaches_beyond_the_image():
    assert Transform(10, 14, (0.5,), (0.5,)).box((20, 20)) == (-4, -4, 24, 24)


@pytest.mark.parametrize(
    "wrong",
    [
        (0, 1, (0.5,), (0.5,)),
        (1, 0, (0.5,), (0.5,)),
        (8, 8, (), ()),
        (8, 8, (0.5,) * 2, (0.5,) * 2),
        (8, 8, (0.5,) * 3, (0.5,)),
        (8, 8, (0.5,) * 4, (0.5,) * 4),
        (8, 8, (0.5,), (0.0,)),
        (8, 8, (0.5,), (0.5,), "magic"),
    ],
)
def test_impossible_transforms_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\.$"):
        Transform(*wrong)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_least_transform_sees_one_pixel(channels):
    see = Transform(1, 1, (0.0,) * channels, (1e-9,) * channels)
    assert see.tensor(see.view(noise((5, 3)))).shape == (channels, 1, 1)

"""The transform that belongs to a network's weights: resize, crop, normalise.

No torch until a tensor is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet.text.language import tr

if TYPE_CHECKING:
    from torch import Tensor

INTERPOLATIONS = tuple(name.lower() for name in Image.Resampling.__members__)


@dataclass(frozen=True)
class Transform:
    """What happened to a network's training images, and so has to happen to any other.

    The short side is resized to `resize` pixels (antialiased), the middle `crop` × `crop` cut out,
    and each of the len(mean) channels normalised: 3 for RGB, 1 for grey. Raises ValueError.
    """

    resize: int
    crop: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bilinear"

    def __post_init__(self) -> None:
        if len(self.mean) not in (1, 3) or len(self.mean) != len(self.std):
            raise ValueError(
                tr(
                    "A picture has 1 or 3 channels, each with a mean and a deviation; got "
                    "{means} and {deviations}.",
                    means=len(self.mean),
                    deviations=len(self.std),
                )
            )
        if min(self.resize, self.crop) < 1 or min(self.std) <= 0:
            raise ValueError(tr("Sizes and deviations must be above 0."))
        if self.interpolation.lower() not in INTERPOLATIONS:
            raise ValueError(
                tr(
                    "There is no interpolation “{interpolation}”; try bilinear.",
                    interpolation=self.interpolation,
                )
            )

    @classmethod
    def of_weights(cls, weights: Any) -> Transform:
        """That of torchvision's weights, from their `transforms()`."""
        preset = weights.transforms()
        return cls(
            preset.resize_size[0],
            preset.crop_size[0],
            tuple(preset.mean),
            tuple(preset.std),
            preset.interpolation.value,
        )

    def view(self, image: Image.Image) -> Image.Image:
        """What the network sees, `crop` × `crop`; black where the image does not reach."""
        method = Image.Resampling[self.interpolation.upper()]
        rgb = image if image.mode == "RGB" else image.convert("RGB")  # which would copy it
        resized = rgb.resize(self._resized(image.size), method)
        left, top = (_crop_start(side, self.crop) for side in resized.size)
        return resized.crop((left, top, left + self.crop, top + self.crop))

    def box(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of the view, in pixels of an image of this (width, height).

        It reaches beyond the image where the view is padded.
        """
        spans = []
        for side, resized in zip(size, self._resized(size), strict=True):
            start = _crop_start(resized, self.crop)
            spans.append((start * side / resized, (start + self.crop) * side / resized))
        (left, right), (top, bottom) = spans
        return left, top, right, bottom

    def tensor(self, view: Image.Image) -> Tensor:
        """The network's input (C, crop, crop), float32, from a `view`."""
        import torch

        return self.normalised(torch.from_numpy(self.pixels(view)[None]))[0]

    def pixels(self, view: Image.Image) -> NDArray[np.uint8]:
        """The values of a `view` (crop, crop, C), 0 to 255."""
        values = np.array(view.convert("L" if len(self.mean) == 1 else "RGB"))
        return values.reshape(*values.shape[:2], -1)

    def normalised(self, pixels: Tensor) -> Tensor:
        """Values of views (N, crop, crop, C) as input (N, C, crop, crop), on their device."""
        import torch

        x = pixels.permute(0, 3, 1, 2).contiguous().float().div_(255)
        mean, std = (torch.tensor(v, device=x.device)[:, None, None] for v in (self.mean, self.std))
        return x.sub_(mean).div_(std)

    def _resized(self, size: tuple[int, int]) -> tuple[int, int]:
        """(width, height) after the resize; torchvision rounds the long side down."""
        width, height = size
        if width <= height:
            return self.resize, int(self.resize * height / width)
        return int(self.resize * width / height), self.resize


def _crop_start(side: int, crop: int) -> int:
    """What is cut off before the crop; negative where padding is added. As torchvision rounds."""
    return round((side - crop) / 2) if side >= crop else -((crop - side) // 2)

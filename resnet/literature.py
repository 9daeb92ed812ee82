"""What papers measured, quoted: each figure with its source and its protocol, in this one place.

Errors and accuracies are top-1, in percent. A figure read in a transcription and not in the paper
itself says so in its protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

_HE = "He et al. 2015 (arXiv:1512.03385), table 3"
_HE_2016 = "He et al. 2016 (arXiv:1603.05027), table 1"
_LIU = "Liu et al. 2022 (arXiv:2201.03545), table 10"


@dataclass(frozen=True)
class Source:
    """Where figures were read, and how they were measured."""

    where: str
    protocol: str


@dataclass(frozen=True)
class Variant:
    """A step in the history of residual networks: what it changed, and a figure where one is held.

    `query` is the network here; empty where no `ResNetSpec` describes it, or where only the
    training changed.
    """

    year: int
    name: str
    changed: str
    paper: str
    query: str = ""
    figure: str = ""
    measured: str = ""


@dataclass(frozen=True)
class Rung:
    """One step from ResNet-50 to ConvNeXt-T: accuracy and 10⁹ multiply-adds as the paper has them.

    `query` is the network here, where a `ResNetSpec` describes it.
    """

    step: str
    top1: float
    gmacs: float
    query: str = ""


# ResNet-34, but for the bottlenecks, whose stride is on the first 1×1 (v1).
SHORTCUT_ERRORS = {
    "net=resnet34&shortcut=none": 28.54,
    "net=resnet34&shortcut=A": 25.03,
    "net=resnet34": 24.52,
    "net=resnet34&shortcut=C": 24.19,
    "net=resnet50&stride_on=1x1": 22.85,
    "net=resnet101&stride_on=1x1": 21.75,
    "net=resnet152&stride_on=1x1": 21.43,
}
SHORTCUT_SOURCE = Source(_HE, "ImageNet validation, 10-crop, error of one model")

# What stands on every shortcut of a ResNet-110, and the error; None where it did not converge.
LANE_ERRORS = {
    "identity": 6.61,
    "shortcut-only gating, bias −6": 6.91,
    "exclusive gating, the best": 8.70,
    "1×1 convolution": 12.22,
    "constant scaling, 0.5 and 0.5": 12.35,
    "dropout 0.5": None,
}
LANE_SOURCE = Source(
    _HE_2016, "CIFAR-10 test error, ResNet-110; read in a transcription of the table"
)

LADDER = (
    Rung("ResNet-50, PyTorch’s weights", 76.13, 4.09, "net=resnet50"),
    Rung("enhanced recipe", 78.82, 4.09, "net=resnet50"),
    Rung("stage ratio 3, 3, 9, 3", 79.36, 4.53, "net=resnet50&layers=3,3,9,3"),
    Rung("patchify stem", 79.51, 4.42),
    Rung("depthwise convolution", 78.28, 2.35),
    Rung("width 64 → 96", 80.50, 5.27),
    Rung("inverted bottleneck", 80.64, 4.64),
    Rung("depthwise first", 79.92, 4.07),
    Rung("kernel 7×7", 80.57, 4.15),
    Rung("ReLU → GELU", 80.62, 4.15),
    Rung("fewer activations", 81.27, 4.15),
    Rung("fewer norms", 81.41, 4.15),
    Rung("BN → LN", 81.47, 4.46),
    Rung("separate downsampling: ConvNeXt-T", 81.97, 4.49),
)
LADDER_SOURCE = Source(_LIU, "ImageNet-1k validation, one crop of 224×224")

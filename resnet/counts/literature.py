"""What papers measured, quoted: each number with its source and its protocol, in this one place.

Errors and accuracies are top-1, in percent. A number read in a transcription and not in the paper
itself says so in its protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet.text.language import mark

_HE = "He et al. 2015 (arXiv:1512.03385), table 3"
_HE_2016 = "He et al. 2016 (arXiv:1603.05027), table 1"
_LIU = "Liu et al. 2022 (arXiv:2201.03545), table 10"


@dataclass(frozen=True)
class Source:
    """Where numbers were read, and how they were measured."""

    where: str
    protocol: str


@dataclass(frozen=True)
class Quoted:
    """One number as it is printed, of errors or of accuracies, and how it was measured."""

    value: str
    of: str  # error or accuracy
    protocol: str


@dataclass(frozen=True)
class Variant:
    """A step in the history of residual networks, and what it changed; the preprint's year.

    `query` is the network here; empty where no `ResNetSpec` describes it.
    """

    year: int
    name: str
    changed: str
    paper: str
    query: str = ""
    quoted: Quoted | None = None


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
SHORTCUT_SOURCE = Source(_HE, mark("ImageNet validation, 10-crop, error of one model"))

# What stands on every shortcut of a ResNet-110, and the error; None where it is above 20 %.
LANE_ERRORS = {
    mark("identity"): 6.61,
    mark("shortcut-only gating, bias −6"): 6.91,
    mark("exclusive gating, the best"): 8.70,
    mark("1×1 convolution"): 12.22,
    mark("constant scaling, 0.5 and 0.5"): 12.35,
    mark("dropout 0.5"): None,
}
LANE_SOURCE = Source(
    _HE_2016, mark("CIFAR-10 test error, ResNet-110; read in a transcription of the table")
)

LADDER = (
    Rung(mark("ResNet-50"), 76.13, 4.09, "net=resnet50"),
    Rung(mark("enhanced recipe"), 78.82, 4.09, "net=resnet50"),
    Rung(mark("stage ratio 3, 3, 9, 3"), 79.36, 4.53, "net=resnet50&layers=3,3,9,3"),
    Rung(mark("patchify stem"), 79.51, 4.42),
    Rung(mark("depthwise convolution"), 78.28, 2.35),
    Rung(mark("width 64 → 96"), 80.50, 5.27),
    Rung(mark("inverted bottleneck"), 80.64, 4.64),
    Rung(mark("depthwise first"), 79.92, 4.07),
    Rung(mark("kernel 7×7"), 80.57, 4.15),
    Rung(mark("ReLU → GELU"), 80.62, 4.15),
    Rung(mark("fewer activations"), 81.27, 4.15),
    Rung(mark("fewer norms"), 81.41, 4.15),
    Rung(mark("BN → LN"), 81.47, 4.46),
    Rung(mark("separate downsampling"), 81.97, 4.49),
)
LADDER_SOURCE = Source(_LIU, mark("ImageNet-1k validation, one crop of 224×224"))

VARIANTS = (
    Variant(
        2015,
        "ResNet",
        mark("A shortcut around every two or three layers: y = x + F(x)."),
        "arXiv:1512.03385",
        "net=resnet50&stride_on=1x1",
        Quoted("22.85", "error", mark("ResNet-50, ImageNet validation, 10-crop: table 3")),
    ),
    Variant(
        2016,
        mark("stride on the 3×3 (v1.5)"),
        mark("The first 1×1 of a bottleneck reads the whole map again."),
        "github.com/facebookarchive/fb.resnet.torch",
        "net=resnet50",
        Quoted("24.01", "error", mark("ResNet-50, ImageNet validation, 1 crop: README")),
    ),
    Variant(
        2016,
        mark("Pre-activation"),
        mark("BN and ReLU move into the branch; nothing stands on the lane."),
        "arXiv:1603.05027",
        "net=preact_resnet1001",
        Quoted("4.92", "error", mark("1,001 layers, CIFAR-10: README of the authors’ code")),
    ),
    Variant(
        2016,
        mark("Stochastic depth"),
        mark("Whole blocks are dropped at random in training; the network stays."),
        "arXiv:1603.09382",
        "net=cifar_resnet1202",
        Quoted("4.91", "error", mark("1,202 layers, CIFAR-10: abstract")),
    ),
    Variant(
        2016,
        "Wide ResNet",
        mark("Fewer layers, ten times the channels."),
        "arXiv:1605.07146",
        "net=wrn28_10",
        Quoted("4.00", "error", mark("WRN-28-10, CIFAR-10: README of the authors’ code")),
    ),
    Variant(
        2016,
        "ResNeXt",
        mark("The 3×3 splits into 32 groups, at the same cost."),
        "arXiv:1611.05431",
        "net=resnext50_32x4d",
        Quoted("22.2", "error", mark("ImageNet validation, 1 crop: README of the authors’ code")),
    ),
    Variant(
        2017,
        mark("Zero γ"),
        mark("The last γ of each branch starts at zero, so that every block starts as identity."),
        "arXiv:1706.02677",
        "net=resnet50&zero_init_residual=1",
        Quoted("23.60", "error", mark("ResNet-50, ImageNet validation, batch 256: table 2b")),
    ),
    Variant(
        2017,
        "SE-ResNet",
        mark("Each branch weighs its channels by what it sees of the whole map."),
        "arXiv:1709.01507",
        "net=se_resnet50&stride_on=1x1",
        Quoted("23.29", "error", mark("SE-ResNet-50, ImageNet validation, 1 crop: table 2")),
    ),
    Variant(
        2018,
        "ResNet-C, ResNet-D",
        mark("Three 3×3 for the stem’s 7×7 (C); also an average pool in shortcuts (D)."),
        "arXiv:1812.01187",
        "net=resnet50d",
    ),
    Variant(
        2019,
        "Res2Net",
        mark("Inside a block, groups of channels feed one another: several scales in one layer."),
        "arXiv:1904.01169",
    ),
    Variant(
        2020,
        "ResNeSt",
        mark("Groups of the branch are weighed against each other, channel by channel."),
        "arXiv:2004.08955",
    ),
    Variant(
        2021,
        "ResNet-RS",
        mark(
            "D, SE and no max pool; recipe and scaling matter more than layers, its authors find."
        ),
        "arXiv:2103.07579",
        "net=resnetrs50",
        Quoted("78.8", "accuracy", mark("50 layers at 160 px, ImageNet validation: README")),
    ),
    Variant(
        2021,
        "ResNet strikes back",
        mark("ResNet-50 as it was, with a recipe of its time."),
        "arXiv:2110.00476",
        "net=resnet50",
        Quoted("80.4", "accuracy", mark("ResNet-50, ImageNet validation at 224 px: abstract")),
    ),
    Variant(
        2022,
        "ConvNeXt",
        mark(
            "Depthwise 7×7, inverted bottlenecks, GELU, LayerNorm. The sum x + F(x) is still there."
        ),
        "arXiv:2201.03545",
        quoted=Quoted("81.97", "accuracy", mark("ConvNeXt-T, ImageNet-1k validation: table 10")),
    ),
)

# A plain net and its residual twin, ImageNet; then the paper's CIFAR-10 networks by their depth.
PLAIN_ERRORS = {18: 27.94, 34: 28.54}
RESIDUAL_ERRORS = {18: 27.88, 34: 25.03}
DEPTH_SOURCE = Source(
    "He et al. 2015 (arXiv:1512.03385), table 2",
    mark(
        "ImageNet validation, top-1 error, 10-crop; option A, no more parameters than the plain "
        "nets"
    ),
)
CIFAR_ERRORS = {20: 8.75, 32: 7.51, 44: 7.17, 56: 6.97, 110: 6.43, 1202: 7.93}
CIFAR_SOURCE = Source(
    "He et al. 2015 (arXiv:1512.03385), table 6",
    mark(
        "CIFAR-10 test error of residual nets, augmented by shifts and flips; 110 layers: the best "
        "of five runs, 6.61 ± 0.16 on average"
    ),
)

# ResNet-50, the last γ of every block at 1 and at 0: mean and deviation, by images in a batch.
GAMMA_ERRORS = {
    256: {1: (23.84, 0.18), 0: (23.60, 0.12)},
    8192: {1: (24.11, 0.07), 0: (23.74, 0.09)},
}
GAMMA_SOURCE = Source(
    "Goyal et al. 2017 (arXiv:1706.02677), table 2b",
    mark("ImageNet validation, top-1 error, one crop of 224×224, mean ± deviation of five runs"),
)

"""Figures that nobody in this project made, each with its source; the project's own must match.

“Measured” is: with torch 2.15.0 on the meta device, torch.utils.flop_counter halved, and checked
against hooks on every convolution and linear layer. Errors are in percent.
"""

from typing import NamedTuple


class Cost(NamedTuple):
    params: int
    macs: int  # of one image, convolutions and linear layers alone


# Networks of torchvision


class Built(NamedTuple):
    """What a builder of torchvision makes; MACs at 224×224."""

    params: int
    macs: int
    buffers: int
    convs: int
    bn_params: int
    stages: tuple[int, ...]  # parameters of layer1 to layer4


# Measured on torchvision 0.29.2.
# fmt: off
BUILT: dict[str, Built] = {
    "resnet18": Built(11_689_512, 1_814_073_344, 9_620, 20, 9_600,
        (147_968, 525_568, 2_099_712, 8_393_728)),
    "resnet34": Built(21_797_672, 3_663_761_408, 17_060, 36, 17_024,
        (221_952, 1_116_416, 6_822_400, 13_114_368)),
    "resnet50": Built(25_557_032, 4_089_184_256, 53_173, 53, 53_120,
        (215_808, 1_219_584, 7_098_368, 14_964_736)),
    "resnet101": Built(44_549_160, 7_801_405_440, 105_448, 104, 105_344,
        (215_808, 1_219_584, 26_090_496, 14_964_736)),
    "resnet152": Built(60_192_808, 11_513_626_624, 151_579, 155, 151_424,
        (215_808, 2_339_840, 40_613_888, 14_964_736)),
    "resnext50_32x4d": Built(25_028_904, 4_230_479_872, 68_277, 53, 68_224,
        (205_824, 1_197_056, 7_022_592, 14_544_896)),
    "resnext101_32x8d": Built(88_791_336, 16_414_015_488, 202_984, 104, 202_880,
        (420_864, 2_405_376, 55_160_832, 28_745_728)),
    "resnext101_64x4d": Built(83_455_272, 15_460_270_080, 202_984, 104, 202_880,
        (393_216, 2_257_920, 51_769_344, 26_976_256)),
    "wide_resnet50_2": Built(68_883_240, 11_398_021_120, 68_277, 53, 68_224,
        (634_368, 3_482_624, 20_736_000, 41_971_712)),
    "wide_resnet101_2": Built(126_886_696, 22_753_050_624, 137_960, 104, 137_856,
        (634_368, 3_482_624, 78_739_456, 41_971_712)),
}
# MACs by the side of the input. Measured on torchvision 0.29.2.
MACS_AT: dict[str, dict[int, int]] = {
    "resnet18": {
        32: 37_523_456, 64: 148_557_824, 96: 333_615_104, 128: 592_695_296, 160: 925_798_400,
        176: 1_168_343_040, 192: 1_332_924_416, 224: 1_814_073_344, 256: 2_369_245_184,
        288: 2_998_439_936, 320: 3_701_657_600, 384: 5_330_161_664, 448: 7_254_757_376,
        512: 9_475_444_736,
    },
    "resnet34": {
        64: 299_552_768, 128: 1_196_675_072, 160: 1_869_516_800, 192: 2_691_878_912,
        224: 3_663_761_408, 256: 4_785_164_288, 288: 6_056_087_552, 320: 7_476_531_200,
        384: 10_765_979_648,
    },
    "resnet50": {
        32: 85_458_944, 64: 335_691_776, 96: 752_746_496, 128: 1_336_623_104, 160: 2_087_321_600,
        176: 2_608_132_096, 192: 3_004_841_984, 224: 4_089_184_256, 256: 5_340_348_416,
        288: 6_758_334_464, 320: 8_343_142_400, 384: 12_013_223_936, 448: 16_350_593_024,
        512: 21_355_249_664,
    },
    "resnet101": {
        64: 638_730_240, 128: 2_548_776_960, 160: 3_981_312_000, 192: 5_732_188_160,
        224: 7_801_405_440, 256: 10_188_963_840, 288: 12_894_863_360, 320: 15_919_104_000,
        384: 22_922_608_640,
    },
    "resnet152": {
        64: 941_768_704, 128: 3_760_930_816, 160: 5_875_302_400, 192: 8_459_534_336,
        224: 11_513_626_624, 256: 15_037_579_264, 288: 19_031_392_256, 320: 23_495_065_600,
        384: 33_831_993_344,
    },
    "wide_resnet50_2": {
        64: 932_331_520, 128: 3_723_182_080, 160: 5_816_320_000, 192: 8_374_599_680,
        224: 11_398_021_120, 256: 14_886_584_320, 288: 18_840_289_280, 320: 23_259_136_000,
        384: 33_492_254_720,
    },
    "resnext50_32x4d": {
        64: 347_226_112, 128: 1_382_760_448, 160: 2_159_411_200, 192: 3_108_651_008,
        224: 4_230_479_872, 256: 5_524_897_792, 288: 6_991_904_768, 320: 8_631_500_800,
        384: 12_428_460_032,
    },
}
# fmt: on
# Numbers that leave all convolutions, at 224×224. Measured on torchvision 0.29.2.
CONV_OUTPUTS: dict[str, int] = {
    "resnet18": 2_483_712,
    "resnet34": 3_738_112,
    "resnet50": 11_113_984,
    "resnet101": 16_231_936,
    "resnet152": 22_554_112,
    "wide_resnet50_2": 14_400_512,
    "resnext50_32x4d": 14_400_512,
}
# Mult-adds in total at 224×224, as torchinfo 1.8.0 prints them.
TORCHINFO: dict[str, int] = {
    "resnet18": 1_814_083_944,
    "resnet34": 3_663_779_432,
    "resnet50": 4_089_238_376,
    "resnet101": 7_801_511_784,
    "resnet152": 11_513_779_048,
    "wide_resnet50_2": 11_398_090_344,
    "resnext50_32x4d": 4_230_549_096,
}
# Sides of conv1, maxpool and layer1 to layer4 of ResNet-50, by the side of the input. Measured.
SIDES: dict[int, tuple[int, ...]] = {
    32: (16, 8, 8, 4, 2, 1),
    33: (17, 9, 9, 5, 3, 2),
    64: (32, 16, 16, 8, 4, 2),
    160: (80, 40, 40, 20, 10, 5),
    223: (112, 56, 56, 28, 14, 7),
    224: (112, 56, 56, 28, 14, 7),
    256: (128, 64, 64, 32, 16, 8),
}

# Variants

# Stride in the first 1×1 (v1). Measured.
V1: dict[str, Cost] = {
    "resnet50": Cost(25_557_032, 3_857_973_248),
    "resnet101": Cost(44_549_160, 7_570_194_432),
    "resnet152": Cost(60_192_808, 11_282_415_616),
}
# What the stride on the 3×3 costs more, in each of the three. Measured.
V1_5_MORE = 231_211_008
# NVIDIA DeepLearningExamples, README of resnet50v1.5 @291f0d0: about so many points of top-1
# better, and about so many per cent fewer images a second.
V1_5_POINTS, V1_5_SLOWER = 0.5, 5
# By network and shortcut; “none” is the plain net. Measured.
OPTIONS: dict[tuple[str, str], Cost] = {
    ("resnet18", "A"): Cost(11_515_688, 1_794_805_760),
    ("resnet18", "B"): Cost(11_689_512, 1_814_073_344),
    ("resnet18", "C"): Cost(12_043_816, 1_878_298_624),
    ("resnet18", "none"): Cost(11_515_688, 1_794_805_760),
    ("resnet34", "A"): Cost(21_623_848, 3_644_493_824),
    ("resnet34", "B"): Cost(21_797_672, 3_663_761_408),
    ("resnet34", "C"): Cost(22_716_840, 3_830_747_136),
    ("resnet34", "none"): Cost(21_623_848, 3_644_493_824),
}


class Cifar(NamedTuple):
    """A network for CIFAR-10; its depth counts weighted layers, projections apart."""

    params: int
    macs: int
    buffers: int
    depth: int


# By network and shortcut. Measured.
CIFAR: dict[tuple[str, str], Cifar] = {
    ("cifar_resnet20", "A"): Cifar(269_722, 40_551_040, 1_395, 20),
    ("cifar_resnet20", "B"): Cifar(272_474, 40_813_184, 1_589, 20),
    ("cifar_resnet32", "A"): Cifar(464_154, 68_862_592, 2_303, 32),
    ("cifar_resnet32", "B"): Cifar(466_906, 69_124_736, 2_497, 32),
    ("cifar_resnet44", "A"): Cifar(658_586, 97_174_144, 3_211, 44),
    ("cifar_resnet56", "A"): Cifar(853_018, 125_485_696, 4_119, 56),
    ("cifar_resnet56", "B"): Cifar(855_770, 125_747_840, 4_313, 56),
    ("cifar_resnet110", "A"): Cifar(1_727_962, 252_887_680, 8_205, 110),
    ("cifar_resnet1202", "A"): Cifar(19_421_274, 2_829_238_912, 90_833, 1202),
}
# Measured; those for CIFAR have 10 classes, or 100 where they say so.
VARIANTS: dict[str, Cost] = {
    "pre-activation 110, A": Cost(1_727_962, 252_887_680),
    "pre-activation 110, B": Cost(1_730_522, 253_149_824),
    "pre-activation 164": Cost(1_703_258, 247_646_720),
    "pre-activation 164, 100 classes": Cost(1_726_388, 247_669_760),
    "WRN-28-10": Cost(36_479_194, 5_243_328_768),
    "WRN-28-10, 100 classes": Cost(36_536_884, 5_243_386_368),
    "WRN-40-4": Cost(8_949_210, 1_298_582_016),
    "ResNet-50": Cost(25_557_032, 4_089_184_256),
    "ResNet-50-C": Cost(25_576_264, 4_328_824_832),
    "ResNet-50-D": Cost(25_576_264, 4_328_824_832),
    "SE-ResNet-50": Cost(28_088_024, 4_091_699_200),
    "SE-ResNet-50, v1": Cost(28_088_024, 3_860_488_192),
    "SE-ResNet-101, v1": Cost(49_326_872, 7_574_937_600),
    "SE-ResNeXt-50": Cost(27_559_896, 4_232_994_816),
}

# Receptive fields


class Seen(NamedTuple):
    field: int  # pixels
    jump: int


# By network and place of the stride: by recurrence, checked by the support of the gradient; those
# of v1 are in Araujo et al., Distill 2019 (google-research/receptive_field).
# fmt: off
FIELDS: dict[tuple[str, str], dict[str, Seen]] = {
    ("resnet18", "3x3"): {
        "conv1": Seen(7, 2), "maxpool": Seen(11, 4), "layer1": Seen(43, 4), "layer2": Seen(99, 8),
        "layer3": Seen(211, 16), "layer4": Seen(435, 32),
    },
    ("resnet34", "3x3"): {
        "conv1": Seen(7, 2), "maxpool": Seen(11, 4), "layer1": Seen(59, 4), "layer2": Seen(179, 8),
        "layer3": Seen(547, 16), "layer4": Seen(899, 32),
    },
    ("resnet50", "3x3"): {
        "conv1": Seen(7, 2), "maxpool": Seen(11, 4), "layer1": Seen(35, 4), "layer2": Seen(91, 8),
        "layer3": Seen(267, 16), "layer4": Seen(427, 32),
    },
    ("resnet50", "1x1"): {
        "conv1": Seen(7, 2), "maxpool": Seen(11, 4), "layer1": Seen(35, 4), "layer2": Seen(99, 8),
        "layer3": Seen(291, 16), "layer4": Seen(483, 32),
    },
    ("resnet101", "3x3"): {
        "conv1": Seen(7, 2), "maxpool": Seen(11, 4), "layer1": Seen(35, 4), "layer2": Seen(91, 8),
        "layer3": Seen(811, 16), "layer4": Seen(971, 32),
    },
    ("resnet101", "1x1"): {
        "conv1": Seen(7, 2), "maxpool": Seen(11, 4), "layer1": Seen(35, 4), "layer2": Seen(99, 8),
        "layer3": Seen(835, 16), "layer4": Seen(1027, 32),
    },
    ("cifar_resnet20", "3x3"): {
        "conv1": Seen(3, 1), "layer1": Seen(15, 1), "layer2": Seen(37, 2), "layer3": Seen(81, 4),
    },
    ("cifar_resnet32", "3x3"): {
        "conv1": Seen(3, 1), "layer1": Seen(23, 1), "layer2": Seen(61, 2), "layer3": Seen(137, 4),
    },
    ("cifar_resnet56", "3x3"): {
        "conv1": Seen(3, 1), "layer1": Seen(39, 1), "layer2": Seen(109, 2), "layer3": Seen(249, 4),
    },
    ("cifar_resnet110", "3x3"): {
        "conv1": Seen(3, 1), "layer1": Seen(75, 1), "layer2": Seen(217, 2), "layer3": Seen(501, 4),
    },
    ("cifar_resnet1202", "3x3"): {
        "conv1": Seen(3, 1), "layer1": Seen(803, 1), "layer2": Seen(2401, 2),
        "layer3": Seen(5597, 4),
    },
}
# fmt: on

# Paths

# Of the 54 blocks of ResNet-110. Veit et al. 2016, arXiv:1605.06431: lengths of the effective paths
# in blocks, and their share; to more digits, and around the middle, by the binomial distribution.
EFFECTIVE_LENGTHS = (5, 17)
EFFECTIVE_PERCENT_PRINTED = 0.45
EFFECTIVE_PERCENT = 0.4536670150778743
PERCENT_FROM_19_TO_35 = 98.01656732719317


# Published errors and costs

# He et al. 2015, arXiv:1512.03385, Table 1: FLOPs in 10⁹, by depth.
HE_GFLOPS: dict[int, float] = {18: 1.8, 34: 3.6, 50: 3.8, 101: 7.6, 152: 11.3}
# Table 2: top-1, 10 crops.
HE_TABLE_2 = {"plain-18": 27.94, "plain-34": 28.54, "ResNet-18": 27.88, "ResNet-34": 25.03}
# Table 3: top-1, 10 crops.
HE_TABLE_3 = {
    "plain-34": 28.54,
    "ResNet-34 A": 25.03,
    "ResNet-34 B": 24.52,
    "ResNet-34 C": 24.19,
    "ResNet-50": 22.85,
    "ResNet-101": 21.75,
    "ResNet-152": 21.43,
}
# Table 6: CIFAR-10, by depth.
HE_TABLE_6: dict[int, float] = {20: 8.75, 32: 7.51, 44: 7.17, 56: 6.97, 110: 6.43, 1202: 7.93}
# facebookarchive/fb.resnet.torch, README @28a9c4e: top-1 of ResNet-50, 1 crop.
FB_RESNET_50 = 24.01
# He et al. 2016, arXiv:1603.05027, as transcribed: ResNet-110 on CIFAR-10 by what stands on its
# shortcuts; with dropout it fails to converge.
ON_SHORTCUTS: dict[str, float | None] = {
    "identity": 6.61,
    "scale .5/.5": 12.35,
    "exclusive gating best": 8.7,
    "shortcut-only gating b=-6": 6.91,
    "1x1 conv": 12.22,
    "dropout": None,
}
# szagoruyko/wide-residual-networks, README @062a793: CIFAR-10.
PRE_RESNET_1001, WRN_28_10 = 4.92, 4.0
# arXiv:1603.09382, abstract: CIFAR-10, 1202 layers.
STOCHASTIC_DEPTH = 4.91
# facebookresearch/ResNeXt, README @2206526: top-1 of ResNeXt-50 32×4d, 1 crop.
RESNEXT_50 = 22.2
# Goyal et al. 2017, Table 2b: top-1 of ResNet-50, mean and deviation, by batch and last γ.
ZERO_GAMMA = {
    (256, 1): (23.84, 0.18),
    (256, 0): (23.60, 0.12),
    (8192, 1): (24.11, 0.07),
    (8192, 0): (23.74, 0.09),
}
# SENet, Table 2: top-1 of SE-ResNet-50.
SE_RESNET_50 = 23.29
# tensorflow/tpu, README of resnet_rs @9e57561: accuracy of ResNet-RS-50 at 160×160.
RESNET_RS_50 = 78.8
# ResNet strikes back, abstract: accuracy of ResNet-50 by recipe A1.
STRIKES_BACK_A1 = 80.4


class Rung(NamedTuple):
    step: str
    top1: float  # accuracy
    gmacs: float


# ConvNeXt, Table 10.
CONVNEXT_LADDER = (
    Rung("ResNet-50 (PyTorch)", 76.13, 4.09),
    Rung("enhanced recipe", 78.82, 4.09),
    Rung("stage ratio (3,3,9,3)", 79.36, 4.53),
    Rung("patchify stem", 79.51, 4.42),
    Rung("depthwise conv", 78.28, 2.35),
    Rung("increase width 64->96", 80.5, 5.27),
    Rung("inverting dimensions", 80.64, 4.64),
    Rung("move up depthwise conv", 79.92, 4.07),
    Rung("kernel 5", 80.35, 4.1),
    Rung("kernel 7", 80.57, 4.15),
    Rung("kernel 9", 80.57, 4.21),
    Rung("kernel 11", 80.47, 4.29),
    Rung("ReLU->GELU", 80.62, 4.15),
    Rung("fewer activations", 81.27, 4.15),
    Rung("fewer norms", 81.41, 4.15),
    Rung("BN->LN", 81.47, 4.46),
    Rung("separate d.s. conv (ConvNeXt-T)", 81.97, 4.49),
    Rung("Swin-T", 81.3, 4.5),
)

# Checkpoints of others


class Checkpoint(NamedTuple):
    """A published file, and what its network answers and adds."""

    file: str
    bytes: int
    sha256: str
    zeros: tuple[float, ...]  # of an input of zeros
    cat: tuple[float, ...]  # of the first test image of CIFAR-10
    response: float  # deviation behind a BN, the mean of all 3×3 convolutions and twenty images


# akamaster/pytorch_resnet_cifar10 @d5489e8, by depth; logits as torch 2.15.0 computes them.
CHECKPOINTS: dict[int, Checkpoint] = {
    20: Checkpoint(
        "resnet20-12fca82f.th",
        1_099_231,
        "12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8",
        (3.2761, -2.3189, 0.4191, 4.5202, -1.3386, 0.6448, 0.3349, -1.7288, 0.1667, -4.0055),
        (-5.31, -0.496, 0.877, 23.731, -4.105, 4.464, -0.234, -5.418, -3.712, -9.882),
        0.7445,
    ),
    32: Checkpoint(
        "resnet32-d509ac18.th",
        1_890_043,
        "d509ac1820d7f25398913559d7e81a13229b1e7adc5648e3bfa5e22dc137f850",
        (1.3278, -5.4829, 1.7539, 3.9927, -3.5407, 5.4227, 5.9954, -4.1546, -0.3883, -4.8586),
        (-0.369, 1.343, -1.056, 18.441, -6.101, 0.611, -1.888, -2.463, -3.827, -4.661),
        0.6088,
    ),
    44: Checkpoint(
        "resnet44-014dd654.th",
        2_680_855,
        "014dd6541728a1c700b1642ab640e211dc6eb8ed507d70697458dc8f8a0ae2e4",
        (0.5359, -5.7433, -8.2401, 8.6768, -3.7421, 17.5994, -1.63, -4.0264, 4.0766, -7.6818),
        (-6.851, -1.079, 0.717, 29.506, -7.373, 3.737, 4.283, -5.054, -8.344, -9.794),
        0.5208,
    ),
}
# The classes in the order of their numbers; the catalogue's files and test images go by it.
CIFAR10_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)

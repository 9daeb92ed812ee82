"""One sentence on each field of a network, said beside its control."""

from __future__ import annotations

from resnet.text.language import mark

FIELD_HELP = {
    "block": mark(
        "Basic: two 3×3 convolutions, as in ResNet-18 and 34. Bottleneck: 1×1, 3×3 and 1×1, with "
        "four times as many channels out, from ResNet-50 on."
    ),
    "planes": mark(
        "Channels inside the blocks of each stage; a bottleneck puts out four times as many."
    ),
    "shortcut": mark("What carries x past the branch, above all where the shape changes."),
    "stem": mark(
        "What comes before the first stage: a 7×7 on ImageNet, a 3×3 on CIFAR's small images, "
        "three 3×3 in ResNet-C."
    ),
    "stem_width": mark("Channels that leave the stem."),
    "stride_on": mark(
        "Which convolution of a bottleneck halves the side: the first 1×1 in the paper (v1), the "
        "3×3 in torchvision (v1.5)."
    ),
    "groups": mark(
        "In how many groups a bottleneck's 3×3 is computed, each from channels of its own: 32 in "
        "ResNeXt."
    ),
    "width_per_group": mark(
        "Channels of a group where a stage has 64 planes: 4 in ResNeXt-50 32×4d, 128 in Wide "
        "ResNet-50-2, which has one group."
    ),
    "se_reduction": mark(
        "Squeeze-and-excitation weighs channels by two small layers; between them are so many "
        "times fewer channels, 16 as published."
    ),
    "preact": mark(
        "BN and ReLU stand before each convolution, so that nothing follows the sum (He et al. "
        "2016)."
    ),
    "zero_init_residual": mark(
        "γ scales the last BN of a branch. At 0 every block begins as its shortcut; shapes and "
        "counts stay."
    ),
    "pool": mark("What lowers the resolution behind the stem's convolutions."),
    "antialias": mark(
        "A filter over neighbouring pixels where a stride would leave every second one out."
    ),
    "attention": mark(
        "A weight for each channel, from the whole map: by two small layers (SE), or by a "
        "convolution over neighbouring channels (ECA)."
    ),
    "se_divisor": mark("To what the squeezed widths are rounded; 8 in timm."),
    "norm": mark(
        "Over what mean and deviation are taken: a channel of the whole batch, or a group of "
        "channels of one image."
    ),
    "strides": mark("By how much each stage lowers the resolution, 1 or 2."),
    "dilations": mark(
        "How far apart the pixels are that a 3×3 reads: with stride 1 it sees as far, and the "
        "resolution stays."
    ),
    "strided_block": mark("Which block of a stage lowers the resolution."),
    "first_activation": mark("Where a pre-activation network has its first BN and ReLU."),
    "expansion": mark(
        "How many times wider than its planes a block's output is: 1 in basic blocks, 4 in "
        "bottlenecks."
    ),
    "conv_bias": mark("Convolutions add a bias, as in Keras; a BN behind them takes it out again."),
    "image_size": mark("Pixels of a side, or height and width, as 160, 224."),
    "in_channels": mark("3 for colour, 1 for grey."),
    "num_classes": mark("How many classes the last layer tells apart."),
}

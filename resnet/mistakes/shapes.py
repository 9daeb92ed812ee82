"""Mistakes about shapes: channels, sides, strides and padding."""

from resnet.mistakes.mistake import Mistake
from resnet.text.language import mark

SHAPES = (
    Mistake(
        "add-is-not-concat",
        mark("Where two paths meet, their channels add up."),
        (
            mark("It runs: 128 channels are simply a wider network."),
            mark("The next block refuses: it expects 64 channels and gets 128."),
            mark("torch.cat refuses: the maps differ in size."),
        ),
        1,
        mark(
            "A residual block adds element by element, so it keeps the number of channels, and all "
            "blocks of a stage fit together. Concatenation is what DenseNet and U-Net do."
        ),
    ),
    Mistake(
        "1x1-with-padding",
        mark("Every convolution needs padding=1."),
        (
            mark("The map grows by 4, and the sum raises an error."),
            mark("The sizes fit; the rim is only a little darker."),
            mark("A 1×1 convolution ignores its padding."),
        ),
        0,
        mark(
            "A k×k convolution of stride 1 keeps the size with padding (k - 1) / 2, which is 0 for "
            "1×1. What padding adds to a 1×1 convolution has seen no pixel: a ring of pure bias."
        ),
    ),
    Mistake(
        "conv3x3-keeps-size",
        mark("conv3x3 is a kind of Conv2d, and keeps the size."),
        (
            mark("56 stays 56: that is what padding=1 is for."),
            mark("56 becomes 28."),
            mark("56 becomes 27: there is a rim on one side only."),
        ),
        1,
        mark(
            "torchvision's conv3x3 is a function that returns a Conv2d. With padding=1 only stride "
            "1 keeps the size; stride 2 halves it."
        ),
    ),
    Mistake(
        "downsample-name",
        mark("A block needs `downsample` only where the map gets smaller."),
        (
            mark("It runs: 56×56 in, 56×56 out, and nothing to downsample."),
            mark("torchvision has no such module there either, and the sum works."),
            mark("The sum raises an error: 256 channels against 64."),
        ),
        2,
        mark(
            "`downsample` is the projection on the shortcut, needed where the stride is not 1 or "
            "the channels differ. The first block of ResNet-50 keeps 56×56 and goes from 64 to 256 "
            "channels; that of ResNet-18 needs none."
        ),
    ),
    Mistake(
        "planes-is-output",
        mark("The second argument of `_make_layer` is how many channels leave the stage."),
        (
            mark("64 channels leave, and the next layer fits."),
            mark("256 channels leave, and the next layer refuses."),
            mark("128 channels leave: one half from each path."),
        ),
        1,
        mark(
            "`planes` is the width inside the block. What leaves is planes × expansion: 64 × 4 in "
            "a bottleneck, 64 × 1 in a basic block."
        ),
    ),
    Mistake(
        "fixed-avgpool7",
        mark("The last map is 7×7, so average over 7×7."),
        (
            mark("224 works; 256, 192 and 32 raise errors."),
            mark("All four work: a pool takes what there is."),
            mark("224 and 256 work; smaller images raise errors."),
        ),
        0,
        mark(
            "The last map is 7×7 only for images of 224. At 256 it is 8×8, the pool leaves 2×2 and "
            "the classifier gets four times its features; below 224 the map is smaller than the "
            "pool. AdaptiveAvgPool2d averages whatever is there."
        ),
    ),
    Mistake(
        "fc-512-for-50",
        mark("The classifier of a ResNet reads 512 features."),
        (
            mark("It runs: the classifier takes the first 512 features."),
            mark("It raises an error as soon as fc is replaced."),
            mark("The forward raises an error: there are 2,048 features."),
        ),
        2,
        mark(
            "512 is right for ResNet-18 and -34. Bottlenecks end in 512 × 4 = 2,048 channels. "
            "`net.fc.in_features` knows."
        ),
    ),
    Mistake(
        "pad-planes-div-4",
        mark("Option A pads planes // 4 zero channels on either side."),
        (
            mark("From 16 to 48 it gives 40, and the sum raises an error."),
            mark("From 16 to 48 it gives 48."),
            mark("It fails for 16 to 32 already."),
        ),
        0,
        mark(
            "planes // 4 twice is planes / 2, the missing half only where channels double. In "
            "general out - in are missing: half of them before, the rest after."
        ),
    ),
    Mistake(
        "vgg-stride-forgotten-shortcut",
        mark("The shortcut has to match the channels."),
        (
            mark("It runs: the shortcut is cut to size."),
            mark("The sum raises an error: 28 against 56."),
            mark("It runs: the smaller map is broadcast over the larger."),
        ),
        1,
        mark(
            "It has to match the size as well: what halves the map on the branch must halve it on "
            "the shortcut. Sizes are broadcast only where one of them is 1."
        ),
    ),
)

"""Mistakes about counting: networks, parameters, operations, and what is seen."""

from resnet.mistakes.mistake import Mistake
from resnet.text.language import mark

COUNTING = (
    Mistake(
        "six-architectures",
        mark("Six names, so six architectures."),
        (
            mark("It finds 6, and all are networks."),
            mark("It finds 6, and one is no architecture."),
            mark("It finds 10: there are ResNeXt and Wide ResNet."),
        ),
        1,
        mark(
            "ResNet is the class; five functions build 18, 34, 50, 101 and 152 layers with it. "
            "Today the same class also makes ResNeXt and Wide ResNet."
        ),
    ),
    Mistake(
        "no-bn-on-shortcut",
        mark("A convolution has a bias, and a shortcut is one bare 1×1 convolution."),
        (
            mark("As many parameters as torchvision's network."),
            mark("3,008 parameters more than torchvision's network."),
            mark("1,792 parameters fewer: those of BN on the shortcuts."),
        ),
        1,
        mark(
            "4,800 biases are added and 1,792 parameters of BN are missing. BN takes the mean "
            "away, and with it any bias before it: 11,175,370 is the number to expect, for one "
            "input channel and ten classes."
        ),
    ),
    Mistake(
        "imagenet-stem-on-cifar",
        mark("torchvision's resnet18 is the ResNet for CIFAR."),
        (
            mark("It runs, and the last stage works on a single cell."),
            mark("It raises an error: 32 pixels are too few."),
            mark("It runs, and the last map is 4×4."),
        ),
        0,
        mark(
            "The stem made for 224 pixels leaves 8×8 of 32×32 before the first block. The paper's "
            "CIFAR nets have a 3×3 stem, 6n + 2 layers and widths of 16, 32 and 64. ResNet-18 with "
            "a small stem is popular, and a third network."
        ),
    ),
    Mistake(
        "flops-vs-macs",
        mark("The paper says 3.8 GFLOPs for ResNet-50, so a counter says 3.8."),
        (
            mark("3,857,973,248."),
            mark("4,089,184,256."),
            mark("8,178,368,512."),
        ),
        2,
        mark(
            "The paper counts a multiply-add once, the counter counts both halves. And torchvision "
            "builds v1.5, with the stride on the 3×3: 4.09 GMACs, where the paper's v1 has 3.86."
        ),
    ),
    Mistake(
        "strided-1x1",
        mark("A 1×1 shortcut of stride 2 carries the whole map."),
        (
            mark("100 % of the inputs get a gradient."),
            mark("50 % of the inputs get a gradient."),
            mark("25 % of the inputs get a gradient."),
        ),
        2,
        mark(
            "It reads one pixel of every 2×2 and skips three. ResNet-D averages over 2×2 before a "
            "1×1 of stride 1, so that every input counts. Neither is wrong: know the trade."
        ),
    ),
)

"""Mistakes about state: names, memory that is shared, hooks and modes."""

from resnet.mistakes.mistake import Mistake
from resnet.text.language import mark

STATE = (
    Mistake(
        "conv3-overwritten",
        mark("conv3 ends the branch. The shortcut may be called conv3, too."),
        (
            mark("Only the default fails: the others have a shortcut."),
            mark("It fails in all four ways of calling it."),
            mark("It works wherever the channels are the same."),
        ),
        1,
        mark(
            "The second assignment replaces the last convolution of the branch, by None or by the "
            "shortcut's, which is then applied twice. One name for one thing: conv3 and downsample."
        ),
    ),
    Mistake(
        "inplace-on-identity",
        mark("x += f(x) saves memory."),
        (
            mark("Forward and backward run, with less memory."),
            mark("The forward raises an error."),
            mark("The forward runs; the backward raises an error."),
        ),
        2,
        mark(
            "f keeps x for its own gradient, and x has been changed since. `out += x` is fine "
            "where out ends in a convolution or BN, which do not need their output; "
            "`out + x` always is."
        ),
    ),
    Mistake(
        "inplace-relu-alias",
        mark("identity = x keeps the input for later."),
        (
            mark("identity keeps its negative values."),
            mark("identity loses its negative values."),
            mark("ReLU refuses to change a tensor with two names."),
        ),
        1,
        mark(
            "An assignment copies nothing. A ReLU in place changes the one tensor that both names "
            "mean. Use a ReLU that is not in place, or x.clone()."
        ),
    ),
    Mistake(
        "hook-without-clone",
        mark("A hook that stores BN's output has BN's output."),
        (
            mark("The stored minimum is about -2, as BN left it."),
            mark("The stored minimum is 0."),
            mark("The hook stores nothing under no_grad()."),
        ),
        1,
        mark(
            "torchvision's ReLU works in place, and so does `out += identity`: they overwrite what "
            "was stored. Store `out.detach().clone()`."
        ),
    ),
    Mistake(
        "hook-on-relu",
        mark("A hook on block.relu is called once for each forward."),
        (
            mark("Once in both kinds of block."),
            mark("2 times in a basic block, 3 times in a bottleneck."),
            mark("2 times in both: before the sum and after it."),
        ),
        1,
        mark(
            "One ReLU module serves the whole block, wherever one is needed. A dictionary by name "
            "keeps only the last call. Hook the block or its BNs: each is called once."
        ),
    ),
    Mistake(
        "block-times-n",
        mark("[block] * 3 makes three blocks."),
        (
            mark("Three blocks with the parameters of one."),
            mark("Three blocks with the parameters of three."),
            mark("An error: a module can have only one place."),
        ),
        0,
        mark(
            "The list holds the same object three times: weights and running statistics are "
            "shared. It runs and it trains, as another network. Construct inside the loop."
        ),
    ),
    Mistake(
        "eval-forgotten",
        mark("torch.no_grad() is all that inference needs."),
        (
            mark("An image gets the same logits alone and among others."),
            mark("Logits depend on the other images, but nothing is changed."),
            mark("Logits depend on the other images, and BN's statistics move."),
        ),
        2,
        mark(
            "no_grad() stops gradients, not BN: in training mode it normalises by the batch and "
            "moves its running statistics, and one image whose last map is 1×1 is refused. "
            "net.eval() is what inference needs."
        ),
    ),
    Mistake(
        "relu-before-add",
        mark("The branch ends with a ReLU, like any other layer."),
        (
            mark("Values stay in range: BN keeps every branch at the same scale."),
            mark("No value ever falls: the mean grows block by block."),
            mark("Values die out: two ReLUs in a row leave zeros."),
        ),
        1,
        mark(
            "What a branch adds is then never negative, so the stream can only rise. Add first, "
            "then ReLU; or put BN and ReLU before the convolutions."
        ),
        mark(
            "ResNet-110 on CIFAR-10: 7.84 % error with ReLU before the sum, 6.61 % with ReLU after "
            "it (He et al. 2016, arXiv:1603.05027, table 2)."
        ),
    ),
)

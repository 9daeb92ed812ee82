"""Mistakes about data: what goes in, what comes out, and what weights expect."""

from resnet.mistakes.mistake import Mistake
from resnet.text.language import mark

DATA = (
    Mistake(
        "list-insert-none",
        mark("insert returns the list with the new transform in front."),
        (
            mark("transform is None, and calling it raises an error."),
            mark("transform is a list, and calling it raises an error."),
            mark("It resizes the image to 64×64."),
        ),
        0,
        mark(
            "list.insert changes the list and returns None. Code that goes on with the list works "
            "by luck; code that uses what was returned does not. Build the list, then compose it."
        ),
    ),
    Mistake(
        "loader-name",
        mark("A data set's name is only a label."),
        (
            mark("An unknown name raises an error."),
            mark("Unknown names load FashionMNIST; CIFAR-10's own name breaks the network."),
            mark("All three names load CIFAR-10."),
        ),
        1,
        mark(
            "A loader with a silent default trains on other data than its comment says. Refuse "
            "what is not known, and take the number of input channels from the images."
        ),
    ),
    Mistake(
        "optionA-pad-end",
        mark("Option A has no weights, so its zeros may stand anywhere."),
        (
            mark("The same accuracy: zeros are zeros."),
            mark("Some points of accuracy are lost."),
            mark("Accuracy falls to that of guessing, about 1 in 10."),
        ),
        2,
        mark(
            "The next convolution has learned which channels carry what. With the zeros elsewhere "
            "every channel arrives under another's name, and nothing says so."
        ),
        mark(
            "ResNet-20 for CIFAR-10 of akamaster/pytorch_resnet_cifar10, zeros at the end instead "
            "of on both sides: 14.4 % instead of 81.3 % of 1,000 test images kept as JPEG. "
            "A kept measurement, not run here."
        ),
    ),
    Mistake(
        "best_prec1",
        mark("best_prec1 in a checkpoint is the accuracy of its weights."),
        (
            mark("It prints the best accuracy of any step, which these weights may not reach."),
            mark("It prints the accuracy of these weights."),
            mark("It prints the accuracy on the training images."),
        ),
        0,
        mark(
            "Training loops keep the best accuracy they have met beside the weights they have now. "
            "Measure the weights in the file, or quote who did."
        ),
        mark(
            "ResNet-20, -32, -44 and -56 of akamaster/pytorch_resnet_cifar10: the files say 91.78, "
            "92.78, 93.14 and 93.62 %, the README's errors leave 91.73, 92.63, 93.10 and 93.39 %."
        ),
    ),
    Mistake(
        "logits-not-probabilities",
        mark("A classifier gives probabilities."),
        (
            mark("Each row sums to 1."),
            mark("Each row sums to something else, and some values are negative."),
            mark("All values lie between 0 and 1, but need not sum to 1."),
        ),
        1,
        mark(
            "A network ends in a linear layer: it gives logits. softmax(dim=1) makes "
            "probabilities, once; CrossEntropyLoss does it by itself."
        ),
    ),
)

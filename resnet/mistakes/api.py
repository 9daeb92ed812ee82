"""Mistakes about interfaces: truth values, keywords, and code that never runs."""

from resnet.mistakes.mistake import Mistake
from resnet.text.language import mark

API = (
    Mistake(
        "bool-module",
        mark("`if self.downsample` asks whether there is a shortcut module."),
        (
            mark("All three are used: a module is true."),
            mark("The empty Sequential is skipped."),
            mark("Sequential and Identity are skipped: both do nothing."),
        ),
        1,
        mark(
            "A container's truth is its length: an empty Sequential is false, an Identity is true. "
            "`is not None` asks what was meant."
        ),
    ),
    Mistake(
        "residual2-never-used",
        mark("A class that is defined is used, and a network that runs is the one that was meant."),
        (
            mark("It raises an error: a padded 1×1 does not fit."),
            mark("It runs with 16 bottlenecks: 50 layers."),
            mark("It runs without any bottleneck: 34 layers."),
        ),
        2,
        mark(
            "`stage` takes a block and always builds the other: ResNet-34 under another name. The "
            "broken class never runs, so nothing complains. Run every class that you publish, and "
            "count its layers."
        ),
    ),
    Mistake(
        "pretrained-kw",
        mark("pretrained=True gives the best weights that there are."),
        (
            mark("It is refused: the keyword is gone."),
            mark("It warns twice and means the first weights, V1."),
            mark("It means DEFAULT, the best weights."),
        ),
        1,
        mark(
            "The old keyword still means IMAGENET1K_V1 (76.130 % top-1), not DEFAULT, which is V2 "
            "(80.858 %); both as torchvision measured them, on one crop of 224. model_urls is "
            "gone. Name the weights, and use weights.transforms()."
        ),
    ),
)

"""Pairs of networks that a teacher shows, and what to look at in each."""

from __future__ import annotations

from dataclasses import dataclass

from resnet.text.language import mark, tr

_HE = "arXiv:1512.03385"


@dataclass(frozen=True)
class Pair:
    """Two links, what to look at, and both top-1 errors in percent where a paper measured them.

    `look` is English; `table` is where He et al. 2015 print the errors.
    """

    left: str
    right: str
    look: str
    errors: tuple[float, float] | None = None
    table: int = 0

    @property
    def sentence(self) -> str:
        """What to look at, then the errors with their source and protocol."""
        if self.errors is None:
            return tr(self.look)
        left, right = self.errors
        errors = tr(
            " Top-1 error {left:.2f} % → {right:.2f} %: He et al. 2015 ({paper}), table {table}, "
            "ImageNet validation, 10-crop.",
            left=left,
            right=right,
            paper=_HE,
            table=self.table,
        )
        return tr(self.look) + errors


PAIRS = {
    mark("Plain and residual"): Pair(
        "net=resnet34&shortcut=none",
        "net=resnet34&shortcut=A",
        mark("The same layers, parameters and multiply-adds: only the lane and its sums are new."),
        (28.54, 25.03),
        2,
    ),
    mark("v1 and v1.5"): Pair(
        "net=resnet50&stride_on=1x1",
        "net=resnet50",
        mark(
            "The orange bar moves from the 1×1, which reads one pixel in four, to the 3×3, which "
            "reads them all. About 0.5 points more top-1 accuracy, about 5 % fewer images a "
            "second: NVIDIA DeepLearningExamples, README of ResNet50 v1.5."
        ),
    ),
    mark("18 and 34"): Pair(
        "net=resnet18",
        "net=resnet34",
        mark(
            "Twice the blocks, the same widths: multiply-adds double, and every stage sees further."
        ),
    ),
    mark("Basic and bottleneck"): Pair(
        "net=resnet34",
        "net=resnet50",
        mark(
            "The same number of blocks: a bottleneck has three layers instead of two and a lane "
            "four times as wide, for a little more compute."
        ),
    ),
    mark("ResNet and DenseNet"): Pair(
        "net=resnet50",
        "net=densenet169",
        mark(
            "Sum against concatenation: the DenseNet has a bit more than half of the parameters, "
            "and more than three times the layers."
        ),
    ),
    mark("Options A and B"): Pair(
        "net=resnet34&shortcut=A",
        "net=resnet34",
        mark("Three gates: zero padding without a parameter becomes a 1×1 projection."),
        (25.03, 24.52),
        3,
    ),
    mark("Options B and C"): Pair(
        "net=resnet34",
        "net=resnet34&shortcut=C",
        mark("A projection in every block: hardly more accurate, and no identity is left."),
        (24.52, 24.19),
        3,
    ),
}

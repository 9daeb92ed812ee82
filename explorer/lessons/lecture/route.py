"""Forty-five minutes: which lessons a lecture takes, how long each, and what its speaker says."""

from __future__ import annotations

from dataclasses import dataclass

from resnet.text.language import mark


@dataclass(frozen=True)
class Part:
    """A lesson's part of the lecture: its minutes, and notes in English for who speaks."""

    minutes: int
    notes: tuple[str, ...]


ROUTE: dict[str, Part] = {
    "derivative": Part(6, (
        mark("Walk from x to y first, and turn round only when the class has y."),
        mark("Stop at ⊕: one gradient goes on as two. Say the 1 and the F′ aloud."),
    )),
    "degradation": Part(7, (
        mark("Let the class draw by show of hands, one bar after another; do not comment yet."),
        mark("Most expect overfitting. It is the training error that rises: say so twice."),
        mark("Scrub the depth from 8 to 110 and stop where the plain net parts from the residual "
             "one."),
    )),
    "gradients": Part(5, (
        mark("Ask who has heard that vanishing gradients were the cause. The authors did not think "
             "so."),
        mark("Turn BN off and on again at 110 layers: the two pictures are the argument."),
    )),
    "addition": Part(6, (
        mark("Open one block with a gate and one without. Say shortcut and branch each time."),
        mark("The bars are of the picture on the screen: take one of the class’s own."),
    )),
    "paths": Part(5, (
        mark("Take f₂ out in the picture before any number is shown; let them count what is left."),
        mark("It is an analogy forward and exact backward: keep the two apart."),
    )),
    "lesions": Part(5, (
        mark("Take plain-20 first. The silence after it makes the residual nets."),
        mark("Say of how many images the error is, and show the interval."),
    )),
    "zero-gamma": Part(4, (
        mark("Ask what 56 layers compute when every F is zero, before you show the first metric."),
    )),
    "shortcuts": Part(4, (
        mark("Switch v1 to v1.5 and let the class find what changed in the grid."),
    )),
    "modern": Part(3, (
        mark("End on the sum: one thing no variant gave up."),
    )),
}  # fmt: skip


def begins(name: str) -> int:
    """The minute at which a lesson of the route begins."""
    names = [*ROUTE]
    return sum(ROUTE[before].minutes for before in names[: names.index(name)])


def after(name: str) -> str | None:
    """The lesson that follows on the route; the first is of those that are not on it."""
    names = [*ROUTE]
    if name not in ROUTE:
        return None
    return next(iter(names[names.index(name) + 1 :]), None)

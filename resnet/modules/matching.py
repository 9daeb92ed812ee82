"""Whether a module is the network that its weights were read as: every layer, and the logits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from resnet.modules.borrowed import Output, answering, logits_of, watching
from resnet.text.language import tr
from resnet.text.numbers import shape as in_words

TOLERANCE = 1e-4  # of the largest value; rounding takes a hundredth of it
_IN_HALF = 2e-2  # where the module itself computes in half precision


@dataclass(frozen=True)
class Agreement:
    """How two modules compare on one batch: `layers` and the logits of `images` were compared.

    `largest` is the largest difference as a share of that output's largest value. `first` says in
    words where they part; nothing where they agree.
    """

    layers: int
    images: int
    largest: float
    first: str = ""


@dataclass(frozen=True)
class Answers:
    """What a module put out on a batch: some layers by name, and the logits."""

    layers: Mapping[str, Output]
    logits: Output


def answers(model: nn.Module, layers: Iterable[str], images: Tensor) -> Answers:
    """Run images (N, C, H, W) through a module, which is left as it was found.

    Raises `ExploreError` where it cannot be asked.
    """
    with answering(model), watching(model, layers) as seen:
        logits = logits_of(model, images)
    return Answers(seen, Output(tuple(logits.shape), logits))


def pairs(ours: nn.Module, theirs: nn.Module, names: Mapping[str, str]) -> dict[str, str]:
    """Convolutions and linear layers: ours by name, and theirs.

    `names` are their tensors, and what ours are called.
    """
    weights = {name: key for key, name in names.items()}
    kinds = {name for name, part in ours.named_modules() if isinstance(part, nn.Conv2d | nn.Linear)}
    its = {mine: weights.get(f"{mine}.weight", "").rpartition(".")[0] for mine in kinds}
    modules = dict(theirs.named_modules())
    return {mine: layer for mine, layer in its.items() if layer in modules}


def compare(
    ours: Answers, theirs: Answers, paired: Mapping[str, str], tolerance: float
) -> Agreement:
    """Layer by layer, in the order in which ours ran, and then the logits."""
    seen = {mine: paired[mine] for mine in ours.layers if paired[mine] in theirs.layers}
    outputs = [
        (_named(mine, its), ours.layers[mine], theirs.layers[its]) for mine, its in seen.items()
    ]
    outputs.append((tr("the logits"), ours.logits, theirs.logits))
    return _agreement(outputs, tolerance)


def tolerance(theirs: nn.Module) -> float:
    """The largest difference of two that agree, as a share of the largest value."""
    return TOLERANCE if next(theirs.parameters()).dtype == torch.float32 else _IN_HALF


def _named(mine: str, its: str) -> str:
    return mine if mine == its else f"{its} ({mine})"


def _agreement(outputs: list[tuple[str, Output, Output]], tolerance: float) -> Agreement:
    largest, images = 0.0, outputs[-1][1].shape[0]
    for name, here, there in outputs:
        if here.shape != there.shape:
            first = tr(
                "{name} puts out {theirs} in the module and {ours} in the network",
                name=name,
                theirs=in_words(there.shape[1:]),
                ours=in_words(here.shape[1:]),
            )
            return Agreement(len(outputs) - 1, images, float("inf"), first)
        difference = _difference(here.values, there.values)
        if not difference <= tolerance:
            first = tr(
                "{name} differs by {share:.2g} of its largest value", name=name, share=difference
            )
            return Agreement(len(outputs) - 1, images, difference, first)
        largest = max(largest, difference)
    return Agreement(len(outputs) - 1, images, largest)


def _difference(here: Tensor, there: Tensor) -> float:
    """The largest, as a share of the largest value; NaN where there is one."""
    largest, apart = float(there.abs().max()), float((here - there).abs().max())
    return apart / largest if largest else apart

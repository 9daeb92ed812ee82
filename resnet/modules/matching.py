"""Whether a module is the network that its weights were read as: every layer, and the logits."""

from __future__ import annotations

from collections.abc import Mapping
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


def compare(ours: nn.Module, theirs: nn.Module, names: Mapping[str, str], images: Tensor) -> (
    Agreement
):  # fmt: skip
    """Run images (N, C, H, W) through both; `names` are their tensors by name, and ours for them.

    Convolutions and linear layers are compared in the order in which ours run, and then the
    logits. Both modules are left as they were found. Raises `ExploreError` where theirs cannot be
    asked.
    """
    pairs = _layers(ours, theirs, names)
    with answering(ours), watching(ours, pairs) as here:
        our_logits = logits_of(ours, images)
    with answering(theirs), watching(theirs, pairs.values()) as there:
        their_logits = logits_of(theirs, images)
    seen = {mine: pairs[mine] for mine in here if pairs[mine] in there}
    outputs = [(_named(mine, its), here[mine], there[its]) for mine, its in seen.items()]
    outputs.append((tr("the logits"), _whole(our_logits), _whole(their_logits)))
    return _agreement(outputs, len(images), _tolerance(theirs))


def _named(mine: str, its: str) -> str:
    return mine if mine == its else f"{its} ({mine})"


def _tolerance(theirs: nn.Module) -> float:
    return TOLERANCE if next(theirs.parameters()).dtype == torch.float32 else _IN_HALF


def _agreement(
    outputs: list[tuple[str, Output, Output]], images: int, tolerance: float
) -> Agreement:
    largest = 0.0
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


def _whole(logits: Tensor) -> Output:
    return Output(tuple(logits.shape), logits)


def _layers(ours: nn.Module, theirs: nn.Module, names: Mapping[str, str]) -> dict[str, str]:
    """Convolutions and linear layers: ours by name, and theirs."""
    weights = {name: key for key, name in names.items()}
    kinds = {name for name, part in ours.named_modules() if isinstance(part, nn.Conv2d | nn.Linear)}
    its = {mine: weights.get(f"{mine}.weight", "").rpartition(".")[0] for mine in kinds}
    modules = dict(theirs.named_modules())
    return {mine: layer for mine, layer in its.items() if layer in modules}

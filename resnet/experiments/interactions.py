"""All lesions at once: a network's answers with every set of its blocks taken out.

One block out at a time tells what each is worth beside all others. All 2ⁿ sets tell whether that
adds up, and so whether the network is a crowd of independent voices. Shapley values of parts of a
network: Ghorbani and Zou 2020 (arXiv:2002.09815).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from resnet.experiments import dissected_nets
from resnet.experiments.registry import setting
from resnet.maps.answers import ExplainError
from resnet.model.module import Block, ResNet
from resnet.model.progress import Progress
from resnet.residual.lesion_sweep import check_has_shortcuts
from resnet.text.language import tr
from resnet.weights.loading import load_residual

NETS = ("digits_residual20", "shapes_resnet20")
MOST_BLOCKS = 12  # 4,096 sets


@dataclass(frozen=True)
class Settings:
    """Each network, on its first test images."""

    nets: tuple[str, ...] = setting(NETS, "Trained residual networks by name.")
    images: int = setting(100, "Held-out images.", 1, 10_000)


@dataclass(frozen=True)
class Row:
    """One set of blocks: `works` has a digit for each, 1 where it works, 0 where F(x) := 0.

    `error` is a share of so many `images`; `logit` the mean, over images, of the true class's logit
    less the mean of all classes' logits.
    """

    net: str
    works: str
    images: int
    error: float
    logit: float


def run(settings: Settings) -> Generator[Progress[tuple[Row, ...]], None, None]:
    """One network after another. Yields after each set, with rows after each network.

    Raises `ExplainError` for a plain network, and for one of more than `MOST_BLOCKS` blocks.
    """
    sets = {net: 2 ** _blocks(net) for net in settings.nets}
    done = 0
    rows: tuple[Row, ...] = ()
    for net in settings.nets:
        classifier = load_residual(net)
        check_has_shortcuts(classifier.model)
        examples = dissected_nets.held_out(classifier, settings.images)
        for works, logits in answers_of_all_sets(classifier.model, examples.images):
            rows += (_row(net, works, logits, examples.labels),)
            done += 1
            last = done == sum(sets.values())
            yield Progress(done, sum(sets.values()), rows if last else None)


def conditions(settings: Settings) -> dict[str, Any]:
    """The networks' weights."""
    return dissected_nets.conditions(settings.nets)


def answers_of_all_sets(model: ResNet, images: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Every set of working blocks, as `Row.works`, and the logits (N, K) that it gives.

    In the order of binary numbers. What a beginning of the network makes of the images is computed
    once for all sets that share it, so that n blocks cost 2ⁿ⁺¹ − 2 blocks instead of n · 2ⁿ.
    """
    with torch.inference_mode():
        stem = model.stem(images)
    names = [plan.name for plan in model.spec.blocks()]
    for works, out in _through(model, stem, names):
        with torch.inference_mode():  # not across a yield, or the caller would be in it
            logits = model.classify(model.finish(out))
        yield works, logits


def _through(model: ResNet, x: Tensor, names: Sequence[str]) -> Iterator[tuple[str, Tensor]]:
    if not names:
        yield "", x
        return
    block = cast(Block, model.get_submodule(names[0]))
    for digit, forward in (("0", block.bypass), ("1", block)):
        with torch.inference_mode():
            y = forward(x)
        for rest, out in _through(model, y, names[1:]):
            yield digit + rest, out


def _blocks(net: str) -> int:
    blocks = sum(load_residual(net).spec.layers)
    if blocks > MOST_BLOCKS:
        raise ExplainError(
            tr(
                "{net} has {n} blocks, and so {sets:,} sets of them; at most {most} blocks are "
                "tried in all sets.",
                net=net,
                n=blocks,
                sets=2**blocks,
                most=MOST_BLOCKS,
            )
        )
    return blocks


def _row(net: str, works: str, logits: Tensor, labels: Tensor) -> Row:
    wrong = (logits.argmax(1) != labels).double().mean()
    own = logits.gather(1, labels[:, None])[:, 0] - logits.mean(1)
    return Row(net, works, len(labels), float(wrong), float(own.double().mean()))

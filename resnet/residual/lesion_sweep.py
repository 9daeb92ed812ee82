"""Lesions: what a network answers with some blocks' branches switched off, and a sweep over all.

A lesion sets F(x) := 0 and keeps the shortcut, identity, padding or projection, as Veit et al. 2016
(arXiv:1605.06431) did. It is an argument of the forward: the model is never changed. Always in
float32: what is lost is a small difference of two forwards, which half precision would blur.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, cast

import torch
from PIL import Image
from torch import Tensor

from resnet.maps.answers import ExplainError, Look, check_finite
from resnet.maps.explain import as_batch, views_of
from resnet.maps.ranking import Standing
from resnet.maps.stage_maps import maps_of_features
from resnet.model.module import Block, ResNet
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier


def run_blocks(
    model: ResNet, x: Tensor, names: Sequence[str], without: Collection[str] = ()
) -> Tensor:
    """x through these blocks in turn; those named in `without` pass on only their shortcut."""
    for name in names:
        block = cast(Block, model.get_submodule(name))
        x = block.bypass(x) if name in without else block(x)
    return x


def lesioned_features(model: ResNet, images: Tensor, without: Collection[str] = ()) -> Tensor:
    """What the classifier pools (N, C, h, w) of images, with these blocks switched off.

    The model must be in eval mode. Raises `ExplainError` for a block that the network has not,
    and for any block of a plain network.
    """
    names = _names(model)
    unknown = sorted(set(without) - set(names))
    if unknown:
        raise ExplainError(tr("This network has no block “{unknown}”.", unknown=unknown[0]))
    if without:
        check_has_shortcuts(model)
    return model.finish(run_blocks(model, model.stem(images), names, without))


def sweep_lesions(
    model: ResNet, images: Tensor, skip: Collection[str] = ()
) -> Iterator[tuple[str, Tensor]]:
    """Each block's name and the logits (N, K) with that block alone switched off, in order.

    What enters a block is computed once, so that a lesion costs only the blocks behind it; blocks
    to `skip` stay as they are.
    Raises `ExplainError` for a plain network.
    """
    check_has_shortcuts(model)
    names = _names(model)
    with torch.inference_mode():
        x = model.stem(images)
    for number, name in enumerate(names):
        with torch.inference_mode():  # not across a yield, or the caller would be in it
            block = cast(Block, model.get_submodule(name))
            if name not in skip:
                rest = run_blocks(model, block.bypass(x), names[number + 1 :])
                logits = model.classify(model.finish(rest))
            x = block(x)
        if name not in skip:
            yield name, logits


def look_without(
    classifier: ResidualClassifier, image: Image.Image, without: Collection[str] = ()
) -> Look:
    """Logits and the last stage's maps of all classes with these blocks switched off, in float32.

    Raises `ExplainError` as `lesioned_features` does, and for an answer that is no number.
    """
    start, model = time.perf_counter(), classifier.model
    view = classifier.transform.view(image)
    with torch.inference_mode():
        activation = lesioned_features(model, as_batch(classifier, [view]), without)
        logits = model.classify(activation)[0].cpu()
        maps = maps_of_features(model, activation)[0].cpu()
    check_finite(classifier.name, logits, maps)
    return Look(view, logits, maps, time.perf_counter() - start)


def sweep_lesions_of_image(
    classifier: ResidualClassifier, image: Image.Image, skip: Collection[str] = ()
) -> Iterator[tuple[str, Tensor]]:
    """`sweep_lesions` for one image: names and logits (K,), on the CPU."""
    images = as_batch(classifier, views_of(classifier, [image]))
    lesions = sweep_lesions(classifier.model, images, skip)
    return ((name, logits[0].cpu()) for name, logits in lesions)


def fall(before: Standing, after: Standing, of: str) -> float:
    """How much a lesion took from a class: of its "logit", "probability" or "margin"."""
    return float(getattr(before, of) - getattr(after, of))


def check_has_shortcuts(model: ResNet) -> None:
    """Raise `ExplainError` for a plain network: a block switched off leaves nothing."""
    if model.spec.shortcut == "none":
        raise ExplainError(
            tr(
                "A plain network has no shortcuts: with a block's F(x) := 0 nothing would "
                "be left of the picture, so no block can be switched off."
            )
        )


def _names(model: ResNet) -> list[str]:
    return [plan.name for plan in model.spec.blocks()]

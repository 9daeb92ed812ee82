"""An input and its logits: which of the networks that some weights could be gives them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from resnet.model.module import ResNet
from resnet.model.progress import Progress, last
from resnet.network.fields.rules import SpecError
from resnet.network.naming import query
from resnet.network.spec import ResNetSpec
from resnet.text.language import tr
from resnet.weights.given.assumptions import Choice, assumptions
from resnet.weights.given.labels import GivenError
from resnet.weights.reading.fitting import reread

if TYPE_CHECKING:
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

TOLERANCE = 1e-3  # of the largest output: a network in half precision is that near to itself
MOST = 100  # networks that are tried
_STRIDE, _LEVELS = (
    7919,
    256,
)  # of the pattern: steps that no side of an image divides, in grey levels


class ProbeError(ValueError):
    """A probe that no network fits which the weights could be: one line that says how far off."""


@dataclass(frozen=True)
class Probe:
    """Logits (K,), and the input (1, C, H, W) that they answer; the pattern where there is none.

    Of a trunk they are its pooled features.
    """

    logits: Tensor
    input: Tensor | None = None

    def of(self, spec: ResNetSpec, outputs: int) -> Tensor:
        """The input. Raises `GivenError` where it, or the logits, are not this network's."""
        image = pattern(spec) if self.input is None else self.input
        if image.shape[1] != spec.in_channels or len(self.logits) != outputs:
            raise GivenError(
                tr(
                    "The probe has {channels} channels and {n} logits; the network reads "
                    "{reads} and answers with {outputs} numbers. Give every one.",
                    channels=image.shape[1],
                    n=len(self.logits),
                    reads=spec.in_channels,
                    outputs=outputs,
                )
            )
        return image


@dataclass(frozen=True)
class Tried:
    """A network that the weights could be, by axis, and how far its logits are from the probe's.

    The difference is the largest, as a share of the largest output's magnitude.
    """

    choices: tuple[Choice, ...]
    difference: float

    @property
    def words(self) -> str:
        """What it is."""
        return tr("; ").join(str(choice.words) for choice in self.choices)


@dataclass(frozen=True)
class Verdict:
    """Every network that was tried, the nearest first."""

    tried: tuple[Tried, ...]

    @property
    def fitting(self) -> tuple[Tried, ...]:
        """Those that give the probe's logits."""
        return tuple(each for each in self.tried if each.difference <= TOLERANCE)

    @property
    def settled(self) -> str:
        """What the fitting ones agree on, as fields of a link."""
        shared = [set(each.choices) for each in self.fitting]
        agreed = set.intersection(*shared) if shared else set()
        return query.join(_fields(c for c in self.tried[0].choices if c in agreed))

    def __str__(self) -> str:
        near = self.tried[0]
        if not self.fitting:
            return tr(
                "No reading fits: the nearest of {n}, {words}, differs by {far} of the largest "
                "output. The network does something that is not read here, or the probe is "
                "another's.",
                n=len(self.tried),
                words=near.words,
                far=_share(near.difference),
            )
        if len(self.fitting) > 1:
            return tr(
                "{n} readings fit alike, so this input settles no more than: {settled}.",
                n=len(self.fitting),
                settled=self.settled or tr("nothing"),
            )
        return tr(
            "Settled: {words} differs by {near} of the largest output{next}.",
            words=near.words,
            near=_share(near.difference),
            next=self._next(),
        )

    def _next(self) -> str:
        if len(self.tried) == 1:
            return ""
        return tr(
            ", the next of {n} by {far}", n=len(self.tried), far=_share(self.tried[1].difference)
        )


def pattern(spec: ResNetSpec) -> Tensor:
    """An input (1, C, H, W) that anybody makes anywhere, to the last bit: `recipe` says how."""
    shape = _shape(spec)
    steps = torch.arange(math.prod(shape)) * _STRIDE % _LEVELS
    return (steps / (_LEVELS // 2) - 1).reshape(shape)


def recipe(spec: ResNetSpec) -> str:
    """The lines of Python that print a model's logits of the pattern."""
    shape = _shape(spec)
    return (
        f"steps = torch.arange({math.prod(shape)}) * {_STRIDE} % {_LEVELS}\n"
        f"x = (steps / {_LEVELS // 2} - 1).reshape{shape}\n"
        "with torch.no_grad():\n"
        "    print(model.eval()(x).flatten().tolist())"
    )


def readings(spec: ResNetSpec) -> Iterator[tuple[tuple[Choice, ...], ResNetSpec]]:
    """Every network that weights of this spec could be, by axis, those nearest to it first."""
    taken = {each.taken for each in assumptions(spec)}
    found: list[tuple[tuple[Choice, ...], ResNetSpec]] = [((), spec)]
    for axis in assumptions(spec):
        grown = []
        for choices, other in found:
            for choice in axis.choices:
                with suppress(SpecError):
                    grown.append(((*choices, choice), choice.of(other)))
        found = grown
    yield from sorted(found, key=lambda each: sum(choice not in taken for choice in each[0]))


def settle(model: ResNet, spec: ResNetSpec, probe: Probe) -> Iterator[Progress[Verdict]]:
    """Try the networks that a model's weights could be; yields how many are tried, then all.

    Raises `GivenError` where the probe is not of this network's channels and classes.
    """
    image, tried = probe.of(spec, model.outputs), list[Tried]()
    some = [*islice(readings(spec), MOST)]
    for done, (choices, other) in enumerate(some, start=1):
        tried.append(Tried(choices, _difference(reread(model, other), image, probe.logits)))
        yield Progress(done, len(some))
    nearest_first = sorted(tried, key=lambda each: each.difference)
    yield Progress(len(some), len(some), Verdict(tuple(nearest_first)))


def settled(classifier: ResidualClassifier, probe: Probe) -> Verdict:
    """What a probe settles of a network. Raises `ProbeError` where no reading fits it."""
    verdict = last(settle(classifier.model, classifier.spec, probe))
    if not verdict.fitting:
        raise ProbeError(str(verdict))
    return verdict


def _difference(model: ResNet, image: Tensor, expected: Tensor) -> float:
    try:
        with torch.inference_mode():
            logits = model(image.to(model.device))[0].cpu()
    except RuntimeError:  # an input too small for a filter's border
        return math.inf
    far = (logits - expected).abs().max() / expected.abs().max()
    return float(far) if far.isfinite() else math.inf


def _shape(spec: ResNetSpec) -> tuple[int, int, int, int]:
    return 1, spec.in_channels, *spec.input_size


def _fields(choices: Iterator[Choice]) -> dict[str, str]:
    return {name: value for choice in choices for name, value in query.split(choice.fields).items()}


def _share(difference: float) -> str:
    return f"{difference:.1g}"

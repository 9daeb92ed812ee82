"""A network changed in one respect: other stages, another width, another depth."""

from __future__ import annotations

from dataclasses import replace

from resnet.network.families import FAMILIES
from resnet.network.presets import CIFAR_RESNET20, RESNET18
from resnet.network.spec import ResNetSpec


def with_layers(spec: ResNetSpec, layers: tuple[int, ...]) -> ResNetSpec:
    """The network with other stages; further ones double the widths on, fewer drop the last."""
    wider = tuple(spec.planes[-1] << i for i in range(1, 7))
    return replace(
        spec,
        layers=layers,
        planes=(*spec.planes, *wider)[: len(layers)],
        strides=(*spec.stage_strides, *(2,) * 6)[: len(layers)],
        dilations=(*spec.stage_dilations, *(spec.stage_dilations[-1],) * 6)[: len(layers)],
    )


def width_of(spec: ResNetSpec) -> float:
    """How many times wider the first stage is than in the paper: 16 planes on CIFAR, else 64."""
    return spec.planes[0] / _usual_width(spec)


def with_width(spec: ResNetSpec, factor: float) -> ResNetSpec:
    """The network with every stage `factor` times as wide as in the paper, and a stem to match.

    A stem that is not as wide as the first stage (WRN) keeps its width.
    """
    ratio = factor / width_of(spec)
    planes = tuple(max(1, round(p * ratio)) for p in spec.planes)
    stem = planes[0] if spec.stem_width == spec.planes[0] else spec.stem_width
    return replace(spec, planes=planes, stem_width=stem)


def _usual_width(spec: ResNetSpec) -> int:
    return (CIFAR_RESNET20 if spec.stem == "cifar" else RESNET18)["stem_width"]


def with_depth(spec: ResNetSpec, depth: int, family: str) -> ResNetSpec:
    """The network of this depth, keeping what was varied where it is of the family already.

    Raises `DepthError`, and `SpecError` where the variant is not possible at that depth.
    """
    target = ResNetSpec.of_depth(depth, family)
    if FAMILIES[family].fits(spec.fields):
        return replace(spec, block=target.block, layers=target.layers)
    return target

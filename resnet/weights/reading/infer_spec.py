"""The spec of a network from the names and shapes of its weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count, takewhile
from typing import Any

from torch import Tensor

from resnet.network.fields.axes import FIRST_ACTIVATIONS, squeezed
from resnet.network.fields.rules import SpecError
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr
from resnet.weights.given.assumptions import Assumed, assumptions
from resnet.weights.given.owner_says import input_size

_Shapes = Mapping[str, tuple[int, ...]]


class CheckpointError(ValueError):
    """A checkpoint that cannot be used: one line that says why and how to mend it."""


@dataclass(frozen=True)
class Inference:
    """A spec that fits the weights, and what the weights could not tell."""

    spec: ResNetSpec
    assumed: tuple[Assumed, ...]


def infer_spec(state: Mapping[str, Tensor], trunk: bool = False) -> Inference:
    """The network that a state dict in torchvision's names belongs to.

    A `trunk` is taken as that of a network with as many classes as is usual. Raises
    `CheckpointError` where it belongs to none. Whether every weight fits is for `load_into` to say.
    """
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    try:
        spec = _spec(shapes, trunk)
    except SpecError as error:
        raise CheckpointError(
            tr("No network here has weights of these shapes: {error}", error=error)
        ) from None
    return Inference(spec, (*assumptions(spec), input_size(spec)))


TRUNK = mark("a trunk: it has no classifier")
_BLOCKS = {"basic": mark("basic blocks {layers}"), "bottleneck": mark("bottleneck blocks {layers}")}


def findings(spec: ResNetSpec, trunk: bool = False) -> Iterable[str]:
    """In words, what the weights of a network of this spec, or of its trunk, tell for sure."""
    yield tr(_BLOCKS[spec.block], layers=", ".join(map(str, spec.layers)))
    yield tr("planes {planes}", planes=", ".join(map(str, spec.planes)))
    convs = spec.stem_convs()
    kernel = tr("three 3×3") if len(convs) == 3 else "{0}×{0}".format(convs[0].kernel)
    yield tr(
        "stem {kernel}, {width} wide, of {channels} channels",
        kernel=kernel,
        width=spec.stem_width,
        channels=spec.in_channels,
    )
    if spec.groups > 1:
        yield tr("{n} groups", n=spec.groups)
    if spec.se_reduction:
        yield tr("squeeze-and-excitation by {n}", n=spec.se_reduction)
    if spec.attention == "eca":
        yield tr("efficient channel attention")
    if spec.norm == "group":
        yield tr("group normalisation")
    if spec.conv_bias:
        yield tr("convolutions with a bias")
    if spec.preact:
        yield tr("pre-activation")
    yield tr(TRUNK) if trunk else tr("{n} classes", n=spec.num_classes)


def _spec(shapes: _Shapes, trunk: bool) -> ResNetSpec:
    stem, width = _stem(shapes)
    layers = _layers(shapes)
    bottleneck = "layer1.0.conv3.weight" in shapes
    norm = "batch" if "layer1.0.bn2.running_mean" in shapes else "group"
    first_activation = _first_activation(shapes)
    if norm == "group" and first_activation:
        raise CheckpointError(
            tr(
                "Its normalisations keep no running means, and activation comes first, as in BiT, "
                "whose convolutions standardise their weights. No network here does."
            )
        )
    planes = _planes(shapes, len(layers), bottleneck)
    spec = ResNetSpec(
        block="bottleneck" if bottleneck else "basic",
        layers=layers,
        planes=planes,
        stem=stem,
        stem_width=width,
        in_channels=_shape(shapes, "conv1.weight" if stem in _OF_ONE else "conv1.0.weight")[1],
        num_classes=(10 if stem == "cifar" else 1000)
        if trunk
        else _shape(shapes, "fc.weight", 2)[0],
        image_size=32 if stem == "cifar" else 224,
        norm=norm,
        conv_bias=f"layer1.0.conv{3 if bottleneck else 2}.bias" in shapes,
        pool="conv" if "maxpool.0.weight" in shapes else "",
        antialias="average" if "maxpool.2.weight" in shapes else "none",  # a filter has place 1
        **(_widths(shapes, planes) if bottleneck else {}),
        **first_activation,
    )
    spec = replace(spec, **_attention(shapes, spec))
    return _with_shortcut(shapes, spec)


def _shape(shapes: _Shapes, key: str, sides: int = 4) -> tuple[int, ...]:
    shape = shapes.get(key)
    if shape is None:
        raise CheckpointError(
            tr(
                "The checkpoint has no {key}: it holds no residual network under "
                "torchvision's names.",
                key=key,
            )
        )
    if len(shape) != sides:
        raise CheckpointError(
            tr(
                "{key} has shape {shape}; it should have {sides} dimensions.",
                key=key,
                shape=shape,
                sides=sides,
            )
        )
    return shape


_OF_ONE = {"imagenet": 7, "cifar": 3}  # stems of one convolution, and its kernel


def _stem(shapes: _Shapes) -> tuple[str, int]:
    """The kind of stem and its width."""
    if "conv1.0.weight" in shapes:
        first, last = (_shape(shapes, f"conv1.{i}.weight")[0] for i in (0, 6))
        return ("deep" if first * 2 == last else "tiered"), last
    out, _, kernel, _ = _shape(shapes, "conv1.weight")
    stem = next((name for name, side in _OF_ONE.items() if side == kernel), None)
    if stem is None:
        raise CheckpointError(
            tr("conv1.weight is {kernel}×{kernel}; a stem is 7×7 or 3×3.", kernel=kernel)
        )
    return stem, out


def _first_activation(shapes: _Shapes) -> dict[str, Any]:
    """Whether activation comes before convolutions, and where it comes first."""
    if "norm.weight" not in shapes:
        return {}
    places = "bn1.weight" in shapes, "layer1.0.bn1.weight" in shapes
    found = (name for name, first in FIRST_ACTIVATIONS.items() if first[1:] == places)
    return {"preact": True, "first_activation": next(found, "branch")}


def _layers(shapes: _Shapes) -> tuple[int, ...]:
    """Blocks in each stage: one more than the highest index."""
    blocks = {
        (int(m[1]), int(m[2]))
        for m in map(re.compile(r"layer(\d)\.(\d{1,5})\.").match, shapes)
        if m
    }
    stages = takewhile(lambda stage: any(s == stage for s, _ in blocks), count(1))
    return tuple(max(i for s, i in blocks if s == stage) + 1 for stage in stages)


def _planes(shapes: _Shapes, stages: int, bottleneck: bool) -> tuple[int, ...]:
    conv, expansion = ("conv3", 4) if bottleneck else ("conv1", 1)
    keys = (f"layer{i}.0.{conv}.weight" for i in range(1, stages + 1))
    return tuple(_shape(shapes, key)[0] // expansion for key in keys)


def _widths(shapes: _Shapes, planes: tuple[int, ...]) -> dict[str, Any]:
    """Groups, and the least width per group, from each stage's first 3×3."""
    threes = [_shape(shapes, f"layer{i}.0.conv2.weight") for i in range(1, len(planes) + 1)]
    pairs = [(p, three[1]) for p, three in zip(planes, threes, strict=True)]
    fitting = (w for w in range(1, 4097) if all(p * w // 64 == per for p, per in pairs))
    width = next(fitting, None)
    if width is None:
        raise CheckpointError(
            tr(
                "The bottlenecks' 3×3 are {widths} wide, which no width per group gives at "
                "planes {planes}.",
                widths=[three[0] for three in threes],
                planes=planes,
            )
        )
    out, per_group = threes[0][:2]
    return {"groups": out // max(per_group, 1), "width_per_group": width}


def _attention(shapes: _Shapes, spec: ResNetSpec) -> dict[str, Any]:
    """The gates, and what gives each stage's squeezed width.

    That is the usual 16 if it does, or the least that does; with timm's rounding if none does.
    """
    if "layer1.0.se.conv.weight" in shapes:
        return {"attention": "eca"}
    keys = [f"{stage}.0.se.fc1.weight" for stage in spec.stage_names]
    if not any(key in shapes for key in keys):
        return {}
    pairs = [(c, _shape(shapes, key)[0]) for c, key in zip(spec.stage_channels, keys, strict=True)]
    rules = ((reduction, divisor) for divisor in (1, 8) for reduction in (16, *range(1, 1025)))
    rule = next((rule for rule in rules if all(squeezed(c, *rule) == n for c, n in pairs)), None)
    if rule is None:
        raise CheckpointError(
            tr("No one reduction squeezes channels as se.fc1 does: {pairs}.", pairs=pairs)
        )
    return dict(zip(("se_reduction", "se_divisor"), rule, strict=True))


def _with_shortcut(shapes: _Shapes, spec: ResNetSpec) -> ResNetSpec:
    """The option that these projections show; without any, option A where it is possible."""
    projected = {k.partition(".downsample.")[0] for k in shapes if ".downsample." in k}
    changing = {b.name for b in replace(spec, shortcut="B").blocks() if b.shortcut != "identity"}
    if projected - changing:
        return replace(spec, shortcut="C")
    if any(len(shapes.get(f"{name}.downsample.1.weight", ())) == 4 for name in projected):
        return replace(spec, shortcut="D")
    if projected or not changing:
        return spec
    try:
        return replace(spec, shortcut="A")
    except SpecError:  # it cannot narrow
        return replace(spec, shortcut="none")

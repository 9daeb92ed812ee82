"""How libraries name the weights of residual networks, and what torchvision calls each: a table.

A dialect is data. A name's numbers are written `{stage}`, `{block}` and `{conv}`; where a library
begins to count with another number than torchvision, `first` says with which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from resnet.text.language import mark

_NUMBERS = ("stage", "block", "conv")
_FIRST = (1, 0, 1)  # torchvision's: layer1.0.conv1
_HEADS = r"fc|linear|last_linear|output|classifier|logits?|head|head\.fc|cls_head|cls_head\.fc"


@dataclass(frozen=True)
class Dialect:
    """Names of one library.

    It is spoken where all of `shown` are there, each behind the same prefix. `names` are prefixes
    of keys and torchvision's for them; the first that fits counts, and what none fits stays as it
    is. `head` is a pattern for the classifier's modules. `fields` of a link say what all its
    networks have in common and no shape tells; `meant` is what they are whose shapes seem to tell
    `seeming`, which none of them is. `refused` says why none is read.
    """

    title: str
    shown: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    first: tuple[int, int, int] = _FIRST
    head: str = rf"({_HEADS})(\.\w+)*"
    fields: str = ""
    seeming: str = ""
    meant: str = ""
    refused: str = ""

    def roots(self, keys: Iterable[str]) -> Iterator[str]:
        """Each prefix behind which all that shows it is found."""
        first, *others = self.shown
        keys = set(keys)
        for key in sorted(key for key in keys if key.endswith(first)):
            root = key.removesuffix(first)
            if root[-1:] in ("", ".") and all(root + other in keys for other in others):
                yield root

    def torchvision_name(self, key: str) -> str:
        """A key behind the prefix, as torchvision has it."""
        fits = ((pattern.match(key), theirs) for pattern, theirs in self._patterns)
        found = next(((fit, theirs) for fit, theirs in fits if fit), None)
        if found is None:
            return key
        fit, theirs = found
        return theirs.format_map(self._counted(fit)) + key[fit.end() :]

    def _counted(self, fit: re.Match[str]) -> dict[str, int]:
        starts = dict(zip(_NUMBERS, zip(self.first, _FIRST, strict=True), strict=True))
        shifts = {name: ours - theirs for name, (theirs, ours) in starts.items()}
        return {name: int(number) + shifts[name] for name, number in fit.groupdict().items()}

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((_pattern(name), theirs) for name, theirs in self.names)


def _pattern(name: str) -> re.Pattern[str]:
    numbered = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\d{1,5})", re.escape(name))
    return re.compile(rf"{numbered}(?=\.|$)")


_DEEP = ("conv1.0", "conv1.1", "conv1.3", "conv1.4", "conv1.6", "bn1")  # torchvision has none
_MMPRETRAIN_DEEP = tuple(
    (f"stem.{i}", name) for i, name in zip((0, 1, 3, 4, 6, 7), _DEEP, strict=True)
)
_MMPRETRAIN_SE = (
    ("layer{stage}.{block}.se_layer.conv{conv}.conv", "layer{stage}.{block}.se.fc{conv}"),
)
_HUGGING_FACE = (
    ("embedder.embedder.convolution", "conv1"),
    ("embedder.embedder.normalization", "bn1"),
    (
        "encoder.stages.{stage}.layers.{block}.layer.{conv}.convolution",
        "layer{stage}.{block}.conv{conv}",
    ),
    (
        "encoder.stages.{stage}.layers.{block}.layer.{conv}.normalization",
        "layer{stage}.{block}.bn{conv}",
    ),
    (
        "encoder.stages.{stage}.layers.{block}.shortcut.convolution",
        "layer{stage}.{block}.downsample.0",
    ),
    (
        "encoder.stages.{stage}.layers.{block}.shortcut.normalization",
        "layer{stage}.{block}.downsample.1",
    ),
)
_TIMM_V2 = (
    ("stages.{stage}.blocks.{block}.norm{conv}", "layer{stage}.{block}.bn{conv}"),
    ("stages.{stage}.blocks.{block}.conv{conv}", "layer{stage}.{block}.conv{conv}"),
)
_TIMM_V2_DEEP = (
    ("stem.conv1", "conv1.0"),
    ("stem.norm1", "conv1.1"),
    ("stem.conv2", "conv1.3"),
    ("stem.norm2", "conv1.4"),
    ("stem.conv3", "conv1.6"),
)
_UNIT, _BLOCK = "features.stage{stage}.unit{block}", "layer{stage}.{block}"
_PYTORCHCV = (
    (f"{_UNIT}.body.conv{{conv}}.conv", f"{_BLOCK}.conv{{conv}}"),
    (f"{_UNIT}.body.conv{{conv}}.bn", f"{_BLOCK}.bn{{conv}}"),
    (f"{_UNIT}.se.conv{{conv}}", f"{_BLOCK}.se.fc{{conv}}"),
    (f"{_UNIT}.identity_block.conv.conv", f"{_BLOCK}.downsample.1"),
    (f"{_UNIT}.identity_block.conv.bn", f"{_BLOCK}.downsample.2"),
    (f"{_UNIT}.identity_conv.conv", f"{_BLOCK}.downsample.0"),
    (f"{_UNIT}.identity_conv.bn", f"{_BLOCK}.downsample.1"),
    (f"{_UNIT}.identity_conv", f"{_BLOCK}.downsample.0"),
    ("features.post_activ.bn", "norm"),
    *(
        (f"features.init_block.conv{i}.{part}", name)
        for (i, part), name in zip(
            ((i, part) for i in (1, 2, 3) for part in ("conv", "bn")), _DEEP, strict=True
        )
    ),
    ("features.init_block.conv.conv", "conv1"),
    ("features.init_block.conv.bn", "bn1"),
    ("features.init_block.conv", "conv1"),
    ("features.init_block.bn", "bn1"),
    ("features.init_block", "conv1"),
)
_PYTORCHCV_SHOWN = "features.stage1.unit1.body.conv1.conv.weight"
_FIRST_BLOCK = "layer1.0.conv1.weight"
# The first that is shown counts, so that what shows more stands before what shows less.
DIALECTS = (
    Dialect(
        "timm's legacy SE networks",
        (
            _FIRST_BLOCK,
            "layer0.conv1.weight",
            "layer1.0.se_module.fc1.weight",
            "layer1.0.conv3.weight",
        ),
        (
            ("layer0.conv1", "conv1"),
            ("layer0.bn1", "bn1"),
            (f"{_BLOCK}.se_module", f"{_BLOCK}.se"),
        ),
        fields="pool=ceil",
    ),
    Dialect(
        "timm's legacy SE networks of basic blocks",
        (_FIRST_BLOCK, "layer0.conv1.weight", "layer1.0.se_module.fc1.weight"),
        refused=mark(
            "It is one of timm's legacy SE networks of basic blocks, whose branches end in a ReLU, "
            "as none here does. Take seresnet18 or seresnet34 of timm instead."
        ),
    ),
    Dialect(
        "MMPretrain, deep stem and pooled projections",
        (
            _FIRST_BLOCK,
            "stem.0.weight",
            "layer1.0.downsample.0.weight",
            "layer2.0.downsample.2.weight",
        ),
        (
            ("layer1.0.downsample.1", "layer1.0.downsample.2"),
            ("layer1.0.downsample.0", "layer1.0.downsample.1"),
            *_MMPRETRAIN_DEEP,
            *_MMPRETRAIN_SE,
        ),
    ),
    Dialect(
        "MMPretrain, deep stem",
        (_FIRST_BLOCK, "stem.0.weight"),
        (*_MMPRETRAIN_DEEP, *_MMPRETRAIN_SE),
    ),
    Dialect(
        "MMPretrain, squeeze-and-excitation",
        (_FIRST_BLOCK, "layer1.0.se_layer.conv1.conv.weight"),
        _MMPRETRAIN_SE,
    ),
    Dialect(
        "kuangliu's and akamaster's CIFAR networks",
        (_FIRST_BLOCK, "linear.weight"),
        ((f"{_BLOCK}.shortcut", f"{_BLOCK}.downsample"),),
    ),
    Dialect("torchvision and timm", (_FIRST_BLOCK, "conv1.weight")),
    Dialect("torchvision and timm, deep stem", (_FIRST_BLOCK, "conv1.0.weight")),
    Dialect(
        "torchvision's modules in a Sequential, as fastai has them",
        ("4.0.conv1.weight", "0.weight"),
        (
            ("0", "conv1"),
            ("1", "bn1"),
            *((f"{i}.{{block}}", f"layer{i - 3}.{{block}}") for i in (4, 5, 6, 7)),
        ),
        head=r"\d+(\.\d+)*",
    ),
    Dialect(
        "Hugging Face's RegNet",
        ("regnet.encoder.stages.0.layers.0.layer.0.convolution.weight",),
        refused=mark("It is a RegNet of Hugging Face's, whose blocks no ResNet has."),
    ),
    Dialect(
        "Hugging Face's transformers",
        (
            "encoder.stages.0.layers.0.layer.0.convolution.weight",
            "embedder.embedder.convolution.weight",
        ),
        _HUGGING_FACE,
        first=(0, 0, 0),
        seeming="shortcut=C",  # a projection where channels stay: downsample_in_first_stage
        meant="shortcut=B&strides=2,2,2,2",
    ),
    Dialect(
        "timm's resnetv2",
        ("stages.0.blocks.0.conv1.weight", "stem.conv.weight"),
        (
            ("stem.conv", "conv1"),
            *_TIMM_V2,
            ("stages.{stage}.blocks.{block}.downsample.conv", f"{_BLOCK}.downsample.0"),
        ),
        first=(0, 0, 1),
    ),
    Dialect(
        "timm's resnetv2, deep stem and pooled projections",
        ("stages.0.blocks.0.conv1.weight", "stem.conv1.weight"),
        (
            *_TIMM_V2_DEEP,
            *_TIMM_V2,
            ("stages.{stage}.blocks.{block}.downsample.conv", f"{_BLOCK}.downsample.1"),
        ),
        first=(0, 0, 1),
    ),
    Dialect(
        "pytorchcv, pooled projections",
        (_PYTORCHCV_SHOWN, "features.stage2.unit1.identity_block.conv.conv.weight"),
        _PYTORCHCV,
        first=(1, 1, 1),
    ),
    Dialect(
        "pytorchcv, dilated",
        (_PYTORCHCV_SHOWN, "features.init_block.conv3.conv.weight"),
        _PYTORCHCV,
        first=(1, 1, 1),
        fields="strides=1,2,1,1&dilations=1,1,2,4",
    ),
    Dialect("pytorchcv", (_PYTORCHCV_SHOWN,), _PYTORCHCV, first=(1, 1, 1)),
)  # fmt: skip

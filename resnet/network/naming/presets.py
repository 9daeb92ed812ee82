"""Published networks by name, and whose each is, as plain data. No torch."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from resnet.network.fields.rules import Fields
from resnet.network.naming import letters
from resnet.text.language import mark

RESNET50 = Fields(
    block="bottleneck",
    layers=(3, 4, 6, 3),
    planes=(64, 128, 256, 512),
    groups=1,
    width_per_group=64,
    stem="imagenet",
    stem_width=64,
    shortcut="B",
    stride_on="3x3",
    preact=False,
    first_activation="branch",
    pool="",
    strides=(),
    dilations=(),
    strided_block="first",
    antialias="none",
    attention="",
    se_reduction=0,
    se_divisor=1,
    norm="batch",
    conv_bias=False,
    expansion=0,
    zero_init_residual=False,
    in_channels=3,
    num_classes=1000,
    image_size=224,
)
RESNET18: Fields = {**RESNET50, "block": "basic", "layers": (2, 2, 2, 2)}
CIFAR_RESNET20: Fields = {
    **RESNET18,
    "layers": (3, 3, 3),
    "planes": (16, 32, 64),
    "stem": "cifar",
    "stem_width": 16,
    "shortcut": "A",
    "num_classes": 10,
    "image_size": 32,
}
PREACT: Fields = {
    **CIFAR_RESNET20,
    "block": "bottleneck",
    "shortcut": "B",
    "stride_on": "1x1",
    "preact": True,
}
_RESNET101: Fields = {**RESNET50, "layers": (3, 4, 23, 3)}


class Source(NamedTuple):
    """Whose network a preset equals: one of `WHOSE`, its name there, and a remark in English."""

    whose: str
    called: str
    remark: str = ""


class Whose(NamedTuple):
    """A code base or kind of paper in a word, and a sentence with the network's name there."""

    title: str
    sentence: str


WHOSE = {
    "torchvision": Whose(mark("torchvision"), mark("Equals torchvision's {called}.")),
    "timm": Whose(mark("timm"), mark("Equals timm's {called}.")),
    "keras": Whose(mark("Keras"), mark("Equals Keras's {called}.")),
    "authors": Whose(mark("authors' code"), mark("Equals the authors' code, {called}.")),
    "paper": Whose(mark("paper"), mark("Equals the paper's, {called}.")),
}


def _cifar(n: int, **changes: Any) -> Fields:
    return cast(Fields, {**CIFAR_RESNET20, "layers": (n, n, n), **changes})


def _wide(n: int, factor: int) -> Fields:
    planes = tuple(16 * factor << i for i in range(3))
    return _cifar(n, planes=planes, shortcut="B", preact=True)


_TORCHVISION: dict[str, Fields] = {
    "resnet18": RESNET18,
    "resnet34": {**RESNET18, "layers": (3, 4, 6, 3)},
    "resnet50": RESNET50,
    "resnet101": _RESNET101,
    "resnet152": {**RESNET50, "layers": (3, 8, 36, 3)},
    "resnext50_32x4d": {**RESNET50, "groups": 32, "width_per_group": 4},
    "resnext101_32x8d": {**_RESNET101, "groups": 32, "width_per_group": 8},
    "resnext101_64x4d": {**_RESNET101, "groups": 64, "width_per_group": 4},
    "wide_resnet50_2": {**RESNET50, "width_per_group": 128},
    "wide_resnet101_2": {**_RESNET101, "width_per_group": 128},
}
_HE_2015 = {f"cifar_resnet{6 * n + 2}": _cifar(n) for n in (3, 5, 7, 9, 18, 200)}
_WRN = {
    "wrn28_10": _wide(4, 10),
    "wrn16_8": _wide(2, 8),
    "wrn40_4": _wide(6, 4),
}
_HE_2016: dict[str, Fields] = {
    "preact_resnet164": {**PREACT, "layers": (18, 18, 18)},
    "preact_resnet1001": {**PREACT, "layers": (111, 111, 111)},
}
_APPENDIX: dict[str, Fields] = {
    "preact_resnet110": _cifar(18, preact=True, first_activation="split"),
    "preact_resnet200": {
        **RESNET50,
        "layers": (3, 24, 36, 3),
        "preact": True,
        "first_activation": "split",
    },
}
_SQUEEZED: dict[str, Fields] = {"se_resnet50": {**RESNET50, "se_reduction": 16}}
_LETTERED = {  # timm's names, by the side of the images that they read
    176: ("resnet10t", "resnet14t"),
    224: (
        "resnet18d", "resnet26", "resnet26d", "resnet34d", "resnet50c", "resnet50d", "resnet50s",
        "resnet50t", "resnet50_gn", "resnext50d_32x4d", "resnext101_32x4d", "resnext101_32x16d",
        "seresnet18", "seresnet34", "seresnet101", "seresnext26d_32x4d", "seresnext26t_32x4d",
        "seresnext50_32x4d", "seresnext101_32x4d", "seresnext101_32x8d", "seresnext101d_32x8d",
        "ecaresnet50d", "ecaresnet101d", "resnetaa34d", "resnetaa50", "resnetaa50d",
        "resnetaa101d", "seresnetaa50d", "resnetblur18", "resnetblur50", "resnetblur50d",
    ),
    256: (
        "resnet26t", "resnet101d", "resnet152d", "resnet200d", "seresnet152d", "ecaresnet26t",
        "ecaresnet50t",
    ),
    288: ("seresnextaa101d_32x8d",),
    320: ("ecaresnet269d",),
}  # fmt: skip
_RS = {  # arXiv:2103.07579
    50: ((3, 4, 6, 3), 160),
    101: ((3, 4, 23, 3), 192),
    152: ((3, 8, 36, 3), 256),
    200: ((3, 24, 36, 3), 256),
    270: ((4, 29, 53, 4), 256),
    350: ((4, 36, 72, 4), 288),
    420: ((4, 44, 87, 4), 320),
}


def _scaled(layers: tuple[int, ...], side: int) -> Fields:
    fields: Fields = {**RESNET50, "layers": layers, "stem": "deep", "shortcut": "D"}
    return {**fields, "pool": "conv", "se_reduction": 4, "image_size": side}


_TIMM = {
    name: cast(Fields, RESNET50 | letters.read(name) | {"image_size": side})
    for side, names in _LETTERED.items()
    for name in names
} | {f"resnetrs{depth}": _scaled(*said) for depth, said in _RS.items()}
_KERAS_V1: Fields = {**RESNET50, "stride_on": "1x1", "conv_bias": True}
_KERAS_V2: Fields = {
    **RESNET50,
    "preact": True,
    "pool": "zeros",
    "strides": (2, 2, 2, 1),
    "strided_block": "last",
    "conv_bias": True,
}
_KERAS = {  # Keras's names
    f"ResNet{depth}{version}": cast(Fields, base | letters.read(f"resnet{depth}"))
    for version, base in (("", _KERAS_V1), ("V2", _KERAS_V2))
    for depth in (50, 101, 152)
}

PRESETS: dict[str, Fields] = {
    **_TORCHVISION,
    **_HE_2015,
    **_WRN,
    **_HE_2016,
    **_APPENDIX,
    **_SQUEEZED,
    **_TIMM,
    **{f"keras_{name.lower()}": fields for name, fields in _KERAS.items()},
}
SOURCES: dict[str, Source] = {
    **{name: Source("torchvision", name) for name in _TORCHVISION},
    **{name: Source("paper", "arXiv:1512.03385, section 4.2") for name in _HE_2015},
    **{
        name: Source(
            "authors",
            "szagoruyko/wide-residual-networks",
            mark(
                "The number in its name counts the three projections and not the classifier; the "
                "depth here is that of the main path, classifier and all."
            ),
        )
        for name in _WRN
    },
    **{name: Source("authors", "KaimingHe/resnet-1k-layers") for name in _HE_2016},
    **{name: Source("paper", "arXiv:1603.05027, appendix") for name in _APPENDIX},
    "se_resnet50": Source("timm", "seresnet50"),
    **{name: Source("timm", name) for name in _TIMM},
    **{f"keras_{name.lower()}": Source("keras", name) for name in _KERAS},
}

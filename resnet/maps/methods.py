"""Eleven ways to ask where the evidence for a class lies: what each means and costs. No torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from resnet.text.language import mark


@dataclass(frozen=True)
class Method:
    """What a method is called, what its values mean, and where it is described.

    `of` is "stage" or "input": whose cells carry the values. Unsigned methods cannot say what
    speaks against a class.
    """

    title: str
    of: str
    signed: bool
    meaning: str
    paper: str

    @property
    def share(self) -> float:
        """Of a map's values, that below the full colour: a few pixels would hide the rest."""
        return OF_PIXELS if self.of == "input" else 1


OF_PIXELS = 0.99  # of the values of a map of pixels, that below the full colour
_ARXIV = "https://arxiv.org/abs/"
METHODS = {
    "gradcam": Method(
        "Grad-CAM",
        "stage",
        True,
        mark("logits; gradient averaged over places"),
        _ARXIV + "1610.02391",
    ),
    "hirescam": Method(
        "HiResCAM", "stage", True, mark("logits; gradient × activation"), _ARXIV + "2011.08891"
    ),
    "gradcam++": Method(
        "Grad-CAM++",
        "stage",
        False,
        mark("no unit; positive gradients, weighted"),
        _ARXIV + "1710.11063",
    ),
    "layercam": Method(
        "LayerCAM",
        "stage",
        False,
        mark("logits; positive gradients × activation"),
        "https://doi.org/10.1109/TIP.2021.3089943",
    ),
    "saliency": Method(
        mark("Saliency"),
        "input",
        False,
        mark("largest |gradient| of the channels"),
        _ARXIV + "1312.6034",
    ),
    "smoothgrad": Method(
        "SmoothGrad",
        "input",
        False,
        mark("the same of a gradient averaged over noisy copies"),
        _ARXIV + "1706.03825",
    ),
    "integrated": Method(
        mark("Integrated Gradients"),
        "input",
        True,
        mark("logits; adds up to what is gained over mean colour, but for the gap that is told"),
        _ARXIV + "1703.01365",
    ),
    "guided": Method(
        mark("Guided backpropagation"),
        "input",
        True,
        mark("no unit; only positive gradients pass a ReLU"),
        _ARXIV + "1412.6806",
    ),
    "guided-gradcam": Method(
        mark("Guided Grad-CAM"),
        "input",
        True,
        mark("no unit; guided backpropagation × positive Grad-CAM"),
        _ARXIV + "1610.02391",
    ),
    "occlusion": Method(
        mark("Occlusion"),
        "input",
        True,
        mark("logits lost when a window is grey, averaged over windows"),
        _ARXIV + "1311.2901",
    ),
    "ablation": Method(
        mark("Feature ablation"),
        "input",
        True,
        mark("logits lost when a tile is grey"),
        "https://captum.ai",
    ),
}
# Those whose maps say how strongly a place answers, and not for which class.
CLASSLESS = {
    "norm": Method(
        mark("Feature norm"),
        "stage",
        False,
        mark("no unit and no class; L2 norm of the features of a place"),
        _ARXIV + "1612.03928",
    )
}
# Those whose maps say in logits how much every cell of a stage adds.
SIGNED_CAMS = tuple(name for name, it in METHODS.items() if it.of == "stage" and it.signed)
# Those of one map of a stage, of which a classifier has some.
OF_A_STAGE = {name: METHODS[name] for name in SIGNED_CAMS} | CLASSLESS
# Where an average and one linear layer follow, these are CAM, known for all classes at once.
CAM_AT_THE_LAST = ("gradcam", "hirescam")


@dataclass(frozen=True)
class Settings:
    """What the methods leave open. Grey is 0 after normalisation, the mean colour of the training.

    SmoothGrad: `samples` copies under noise of `noise` times the range of the batch, from `seed`.
    Integrated Gradients: `steps` of Gauss–Legendre quadrature, from grey; while the sum is not
    within `gap` of what is gained, as a share of it, a piece of the way is halved, `halvings` times
    at most. Occlusion: windows of a `window`-th of the side, moved by half of that. Feature
    ablation: `tiles` × `tiles`.
    """

    seed: int = 0
    samples: int = 32
    noise: float = 0.15
    steps: int = 32
    gap: float = 0.01
    halvings: int = 8
    window: int = 4
    tiles: int = 8


USUAL = Settings()
HALF = 16  # steps over each half of a piece that Integrated Gradients halves


@dataclass(frozen=True)
class Cost:
    """Images forwarded and images propagated back, at most."""

    forwards: int
    backwards: int


def cost(method: str, size: int, settings: Settings = USUAL) -> Cost:
    """What one image of this side costs, before anything is computed."""
    steps = settings.steps + 2 * HALF * settings.halvings
    windows = (-(-(size - window(size, settings)) // stride(size, settings)) + 1) ** 2
    table = {
        "smoothgrad": Cost(settings.samples, settings.samples),
        "integrated": Cost(2 + settings.halvings + steps, steps),
        "guided-gradcam": Cost(2, 2),
        "occlusion": Cost(1 + windows, 0),
        "ablation": Cost(1 + min(settings.tiles, size) ** 2, 0),
    }
    return table.get(method, Cost(1, 1))


def total_cost(methods: Iterable[str], size: int, settings: Settings = USUAL) -> Cost:
    """What several methods cost for one image."""
    each = [cost(method, size, settings) for method in methods]
    return Cost(sum(one.forwards for one in each), sum(one.backwards for one in each))


def window(side: int, settings: Settings) -> int:
    """Pixels on a side of what occlusion makes grey."""
    return max(1, side // settings.window)


def stride(side: int, settings: Settings) -> int:
    """Pixels between two of its windows."""
    return max(1, window(side, settings) // 2)

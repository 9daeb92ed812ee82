"""Four ways to weigh a stage's activations by a logit's gradient.

With A the activations and g the gradient of the logit, both (N, C, h, w):

    Grad-CAM    Σ_k mean(g_k) A_k                signed    arXiv:1610.02391
    HiResCAM    Σ_k g_k A_k                      signed    arXiv:2011.08891
    Grad-CAM++  Σ_k w_k A_k, below                         arXiv:1710.11063
    LayerCAM    Σ_k ReLU(g_k) A_k                          doi:10.1109/TIP.2021.3089943

The final ReLU of each paper is left to the drawing: it changes nothing in the last two where A ≥ 0.
"""

from __future__ import annotations

from torch import Tensor


def gradcam(activation: Tensor, gradient: Tensor) -> Tensor:
    """(N, h, w): a channel's weight is the mean of its gradient."""
    return (gradient.mean((2, 3), keepdim=True) * activation).sum(1)


def hirescam(activation: Tensor, gradient: Tensor) -> Tensor:
    """(N, h, w): gradient times activation, place by place."""
    return (gradient * activation).sum(1)


def layercam(activation: Tensor, gradient: Tensor) -> Tensor:
    """(N, h, w): as HiResCAM with the positive part of the gradient alone."""
    return (gradient.relu() * activation).sum(1)


def gradcam_pp(activation: Tensor, gradient: Tensor) -> Tensor:
    """(N, h, w), up to the paper's factor exp(logit), which is the same at every place.

    Equations 7 and 19: w_k = Σ_ij α ReLU(g) with α = g² / (2 g² + g³ Σ_ab A_ab). Divided by g²
    that is 1 / (2 + g Σ A), which is never 0 / 0; where g ≤ 0 the ReLU makes α immaterial. Like the
    paper it presumes A ≥ 0, which the earlier stages of a pre-activation net do not keep to.
    """
    positive = gradient.relu()
    total = activation.sum((2, 3), keepdim=True)
    weight = (positive / (2 + positive * total)).sum((2, 3), keepdim=True)  # (N, C, 1, 1)
    return (weight * activation).sum(1)


CAMS = {"gradcam": gradcam, "hirescam": hirescam, "gradcam++": gradcam_pp, "layercam": layercam}

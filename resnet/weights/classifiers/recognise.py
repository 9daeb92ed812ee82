"""Which builder of torchvision made the network whose weights these are."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor
from torchvision.models import get_model_weights

from resnet.weights.classifiers.torchvision_builders import empty, other_builders
from resnet.weights.given.owner_says import LARGEST

_HEADS = ("classifier.", "fc.", "head.", "heads.")
_PUBLISHED = 1000  # classes of torchvision's own weights; nothing else in them is so many
_POSITIONS = ("encoder.pos_embedding", "conv_proj.weight")  # one for each patch and one more
_NEAR = math.log(3)  # how far another number of classes can take a network's parameters


def recognise(state: Mapping[str, Tensor]) -> tuple[str, int] | None:
    """The builder whose every weight this state dict has, in name and shape, and its classes.

    No network is made with the number of classes that a file claims before all of it fits.
    """
    heads = [key for key in sorted(state) if key.startswith(_HEADS) and state[key].ndim]
    size = sum(tensor.numel() for tensor in state.values())
    if not heads or not size:
        return None
    classes = len(state[heads[-1]])
    if not classes:
        return None
    sizes = {builder: _params(builder) for builder in other_builders()}
    distances = {builder: abs(math.log(size / params)) for builder, params in sizes.items()}
    nearest_first = sorted(distances, key=distances.__getitem__)
    candidates = (builder for builder in nearest_first if distances[builder] < _NEAR)
    fitting = (builder for builder in candidates if _fits(builder, classes, state))
    return next(((builder, classes) for builder in fitting), None)


def side_of(state: Mapping[str, Tensor]) -> int:
    """Pixels on each side that a network of tokens reads, by its positions; 0 for any other."""
    positions, patches = (state.get(key) for key in _POSITIONS)
    if positions is None or patches is None or positions.ndim != 3 or patches.ndim != 4:
        return 0
    side = math.isqrt(max(0, positions.shape[1] - 1)) * patches.shape[-1]
    return side if side <= LARGEST else 0


def _params(builder: str) -> int:
    return get_model_weights(builder).DEFAULT.meta["num_params"]


def _fits(builder: str, classes: int, state: Mapping[str, Tensor]) -> bool:
    expected = empty(builder, _PUBLISHED, side_of(state)).state_dict()
    return expected.keys() == state.keys() and all(
        state[key].shape == _with(classes, tensor.shape) for key, tensor in expected.items()
    )


def _with(classes: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a published weight where the network tells so many classes apart."""
    return (classes, *shape[1:]) if shape[:1] == (_PUBLISHED,) else shape

"""Tensors by name into a module, if they fit it: of its shapes and types, and finite."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from resnet.model.module import ResNet, alike, build, headless
from resnet.network.spec import ResNetSpec
from resnet.text.file_names import shown_name
from resnet.text.language import tr
from resnet.weights.reading.infer_spec import CheckpointError

COUNTER = "num_batches_tracked"  # of every BN; no answer depends on it


def load_into(spec: ResNetSpec, state: Mapping[str, Tensor]) -> ResNet:
    """The network of `spec` with copies of these weights, in float32, on the CPU.

    Only the counters of batches may be absent. Raises `CheckpointError` that names the
    first key that does not fit, and why.
    """
    return _filled(build(spec, device="meta"), state, copied=True)


def load_trunk(spec: ResNetSpec, state: Mapping[str, Tensor]) -> ResNet:
    """The same of a state dict without a classifier: the network answers with pooled features."""
    return _filled(headless(build(spec, device="meta")), state, copied=True)


def reread(model: ResNet, spec: ResNetSpec) -> ResNet:
    """The weights of a model as another network, which shares them; in eval mode.

    Raises `CheckpointError` that names the first key that does not fit, and why.
    """
    filled = _filled(alike(model, spec), model.state_dict(), copied=False)
    return filled.eval().requires_grad_(False)


def _filled(model: ResNet, state: Mapping[str, Tensor], copied: bool) -> ResNet:
    """A module of the meta device, which takes no memory whatever a file claims, with weights."""
    counters = {key: torch.tensor(0) for key in model.state_dict() if key.endswith(COUNTER)}
    weights = fitting(model, counters | dict(state), copied)
    unexpected = next((key for key in state if key not in weights), None)
    if unexpected is not None:
        raise CheckpointError(
            tr(
                "The checkpoint does not fit: {key} is unexpected; {name} has no such weights.",
                key=shown_name(unexpected),
                name=model.spec.name,
            )
        )
    model.load_state_dict(weights, strict=True, assign=True)
    return model


def fitting(
    model: nn.Module, state: Mapping[str, Tensor], copied: bool = True
) -> dict[str, Tensor]:
    """All weights that a module has, of its own shapes and types, out of a state dict.

    Raises `CheckpointError` that names the first key that does not fit, and why.
    """
    return {
        key: _fitting(key, expected, state, copied) for key, expected in model.state_dict().items()
    }


def _fitting(key: str, expected: Tensor, state: Mapping[str, Tensor], copied: bool) -> Tensor:
    shape = tuple(expected.shape)
    if key not in state:
        raise CheckpointError(
            tr(
                "The checkpoint does not fit: {key} is missing; its shape would be {shape}.",
                key=key,
                shape=shape,
            )
        )
    got = state[key]
    if tuple(got.shape) != shape:
        raise CheckpointError(
            tr(
                "The checkpoint does not fit: {key} has shape {got}, expected {shape}.",
                key=key,
                got=tuple(got.shape),
                shape=shape,
            )
        )
    decimal = got.is_floating_point() or not (expected.is_floating_point() or got.is_complex())
    weights = got.detach().to(expected.dtype, copy=copied) if decimal else None
    if weights is None or not weights.sum().isfinite():
        raise CheckpointError(
            tr(
                "The checkpoint is unusable: {key} must hold finite decimals, and does not.",
                key=key,
            )
        )
    return weights

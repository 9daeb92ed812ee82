"""A module that belongs to somebody else: asked and watched, and left as it was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from resnet.text.language import tr

_VALUES = 4096  # of an output that are kept to be compared


class ExploreError(ValueError):
    """A module that cannot be explored: one line that says why, and what can be done."""


class Output(NamedTuple):
    """What a layer put out: its shape (N, …), and values from all over it in float32."""

    shape: tuple[int, ...]
    values: Tensor


@contextmanager
def answering(model: nn.Module) -> Iterator[None]:
    """Within, the module is in eval mode and nothing is recorded; then its modes are its own."""
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for part, training in modes:
            part.training = training


def logits_of(model: nn.Module, images: Tensor) -> Tensor:
    """The logits (N, K) of images (N, C, H, W), on the CPU in float32.

    The images go where the module's first parameter is. Raises `ExploreError` for a module that
    has none, cannot read them, or answers otherwise.
    """
    home = next(model.parameters(), None)
    if home is None or home.is_meta:
        raise ExploreError(tr("This module has no weights (or has them on the meta device)."))
    try:
        answer = model(images.to(home.device, home.dtype))
    except (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError) as error:
        shape, said = tuple(images.shape), " ".join(str(error).split())[:200]
        raise ExploreError(
            tr("The module does not take images of shape {shape}: {said}", shape=shape, said=said)
        ) from error
    return classes_of(answer).detach().float().cpu()


def classes_of(answer: Any) -> Tensor:
    """Logits (N, K) out of what a module returns: a tensor, or what transformers wrap around it.

    Raises `ExploreError`.
    """
    logits = getattr(answer, "logits", answer)
    if not isinstance(logits, Tensor) or logits.ndim != 2:
        kind = type(logits).__name__
        shape = tuple(logits.shape) if isinstance(logits, Tensor) else ""
        raise ExploreError(
            tr(
                "The module answers with a {kind} {shape}; a classifier answers with logits "
                "(N, classes), as a tensor or as `logits` of what it returns.",
                kind=kind,
                shape=shape,
            )
        )
    return logits


@contextmanager
def watching(model: nn.Module, names: Iterable[str]) -> Iterator[dict[str, Output]]:
    """What the layers of these names put out when they first run, by name and in that order."""
    seen: dict[str, Output] = {}

    def noting(name: str) -> Any:
        def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
            if isinstance(output, Tensor):
                seen.setdefault(name, _output(output))

        return note

    with ExitStack() as hooks:
        for name in names:
            hook = model.get_submodule(name).register_forward_hook(noting(name))
            hooks.callback(hook.remove)
        yield seen


def _output(output: Tensor) -> Output:
    flat = output.detach().flatten()
    return Output(tuple(output.shape), flat[:: 1 + len(flat) // _VALUES].float().cpu())

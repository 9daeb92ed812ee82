"""Models, held once for all: bounded in bytes together, and gone with the last who used them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from explorer.resources import shelves
from explorer.state.limits import limits

Given = ParamSpec("Given")
Loaded = TypeVar("Loaded")


class Loan:
    """What stands on the shelves of those who use a model, in its place."""


class _Library(shelves.Shelf):
    def _bound(self) -> None:
        for held in self._held.values():
            held.weigh()
        super()._bound()


models = _Library(limits().model_bytes)


def lent(load: Callable[Given, Loaded]) -> Callable[Given, Loaded]:
    """Keep what a function loads as long as any visitor has it on loan and there is room."""

    @wraps(load)
    def model(*given: Given.args, **named: Given.kwargs) -> Loaded:
        key = load, given, *named.items()
        shelves.visitors().once(_loan(key), Loan)
        return cast("Loaded", models.once(key, lambda: load(*given, **named)))

    return model


def tidy() -> bool:
    """Let go of what nobody has on loan any more; whether there was any."""
    return models.keep(lambda key: shelves.is_held(_loan(key)))


def _loan(key: Hashable) -> Hashable:
    return Loan, key

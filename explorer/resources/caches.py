"""How answers and pictures are kept: by the values that a function is given."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import wraps
from inspect import signature
from typing import Any, Generic, ParamSpec, TypeVar, cast

from explorer.resources.server import shelves
from resnet.text.language import spoken

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Function = Callable[Given, Answer]


def kept(find: Function[Given, Answer]) -> Function[Given, Answer]:
    """Keep a function's answers for the visitor who asks, and hand out the very same ones.

    What it is given tells answers apart, or what that says that it is `told_apart_by`; but for an
    argument whose name begins with an underscore.
    """
    return _kept(find, lambda: "")


def kept_in_each_language(draw: Function[Given, Answer]) -> Function[Given, Answer]:
    """The same for what holds words: it is said in the language spoken, whoever asked first."""
    return _kept(draw, spoken)


class Answers(Generic[Answer]):
    """Answers that are put here when they are found, by what was asked."""

    def get(self, *asked: Any) -> Answer | None:
        """What anybody holds; None where nobody does."""
        held = shelves.visitors().find(self._key(asked))
        return None if held is None else cast("Answer", held.answer)

    def put(self, answer: Answer, *asked: Any) -> None:
        """Keep it for the visitor who asks."""
        shelves.visitors().hold(self._key(asked), answer)

    def _key(self, asked: Sequence[Any]) -> Hashable:
        return self, *map(_told, asked)


def _kept(find: Function[Given, Answer], language: Callable[[], str]) -> Function[Given, Answer]:
    names = tuple(signature(find).parameters)

    @wraps(find)
    def known(*given: Given.args, **named: Given.kwargs) -> Answer:
        asked = {**dict(zip(names, given, strict=False)), **named}
        key = find, language(), *_said(asked)
        return cast("Answer", shelves.visitors().once(key, lambda: find(*given, **named)))

    return known


def _said(asked: Mapping[str, Any]) -> tuple[Hashable, ...]:
    return tuple((name, _told(value)) for name, value in asked.items() if name[0] != "_")


def _told(value: Any) -> Hashable:
    return getattr(value, "told_apart_by", value)

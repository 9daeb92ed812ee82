"""What a worker keeps from one call to the next, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """Values of at most so many bytes: what was not asked for longest goes first; one stays."""

    def __init__(self, most: int, weigh: Callable[[Value], int]):
        self.most = most
        self._weigh = weigh
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def once(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value that is kept, or the one that is made now."""
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > 1 and sum(map(self._weigh, self._kept.values())) > self.most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()

"""A checked exercise: a question about a network whose answer another page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose

from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.numbers import read_number

_NEAR = 0.005  # of the answer: enough for a number as a page rounds it


@dataclass(frozen=True)
class Exercise:
    """A question, in English, with the network that it is about as fields of a link.

    `count` reads the answer off that network's graph, and `hint` says where a page shows it.
    `attention` is what the Attention page is opened with, where the answer stands there.
    """

    question: str
    fields: Mapping[str, str]
    count: Callable[[Graph], float]
    hint: str
    attention: Mapping[str, str] | None = None

    @property
    def spec(self) -> ResNetSpec:
        """The network."""
        return ResNetSpec.from_fields(self.fields)

    @property
    def answer(self) -> float:
        """The number that is asked for."""
        return self.count(trace(self.spec))

    def right(self, typed: str) -> bool:
        """Whether a typed number is the answer, to half a percent. Raises ValueError if none."""
        return isclose(read_number(typed), self.answer, rel_tol=_NEAR)

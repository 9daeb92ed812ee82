"""How answers and pictures are kept for all visitors: by the values that a function is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from explorer.resources.models import Model
from explorer.resources.photos import Photo
from resnet.network.spec import ResNetSpec
from resnet.text.language import speaking, spoken

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Function = Callable[Given, Answer]

# A model's precision is its first forward's alone: all that is asked later is computed in fp32.
_TOLD_APART_BY: dict[str | type[Any], Callable[[Any], Any]] = {
    Model: lambda model: (model.key, model.device),
    Photo: lambda photo: photo.key,
    ResNetSpec: repr,  # all that it says, in a tenth of the time that Streamlit takes
}


def kept(most: int) -> Callable[[Function[Given, Answer]], Function[Given, Answer]]:
    """Keep as many of a function's answers as are said, and hand out the very same ones."""
    return st.cache_resource(max_entries=most, show_spinner=False, hash_funcs=_TOLD_APART_BY)


def kept_in_each_language(
    most: int,
) -> Callable[[Function[Given, Answer]], Function[Given, Answer]]:
    """The same for what holds words: it is said in the language spoken, whoever asked first.

    No argument's name may begin with an underscore, which Streamlit would take for one to pass by.
    """

    def decorate(draw: Function[Given, Answer]) -> Function[Given, Answer]:
        @kept(most)
        @wraps(draw)  # by whose name and text Streamlit knows it
        def drawn(language: str, *given: Given.args, **named: Given.kwargs) -> Answer:
            with speaking(language):
                return draw(*given, **named)

        @wraps(draw)
        def spoken_to(*given: Given.args, **named: Given.kwargs) -> Answer:
            return drawn(spoken(), *given, **named)

        return spoken_to

    return decorate

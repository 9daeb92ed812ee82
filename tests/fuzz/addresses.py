"""Addresses of every page, with every key that it knows and any value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer.state.choices import compare_choices, shown_network
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.choices.glossary_choices import GLOSSARY
from explorer.state.choices.lessons_choices import LESSONS
from resnet.maps.methods import METHODS
from resnet.network.naming.presets import PRESETS, RESNET50
from tests.conftest import ROOT
from tests.fuzz.limits import SECONDS
from tests.fuzz.stored import Case
from tests.fuzz.words import HOSTILE_NUMBERS, HOSTILE_WORDS, words

NAME = "addresses"


class SaidError(ValueError):
    """A message on a page."""


ENDS = (SaidError,)
_EVERY = ("hide", "lang", "net", "x")
_KEYS = {
    "architecture": (*shown_network.ARCHITECTURE.usual, *RESNET50, *_EVERY),
    "compare": (*compare_choices.PAGE.usual, *_EVERY),
    "attention": (*ATTENTION.usual, *_EVERY),
    "lessons": (*LESSONS.usual, *_EVERY),
    "glossary": (*GLOSSARY.usual, *_EVERY),
}
_KNOWN = (
    *PRESETS,
    *METHODS,
    *ATTENTION.usual.values(),
    *LESSONS.usual.values(),
    "layer1",
    "layer1.0",
    "layer3.2",
    "zh",
    "en",
    "network,layout",
    "text",
    "stages",
    "classes",
    "models",
    "anatomy",
    "lesions",
    "bundle",
    "conventional",
    "negative",
    "viridis",
    "resnet50.IMAGENET1K_V2",
    "digits_plain56",
    "mean",
    "numbers",
    "surface",
    "paths",
    "mistakes",
    "modern",
    "gradients",
    "zero-gamma",
    "lesion",
    "addition",
    "1",
    "7",
    "net=resnet18",
    "net=vgg16",
    "https://e.com/?net=resnet18&x=<b>",
    "receptive",
    "memory",
    "code",
)

_HOSTILE = [word for word in HOSTILE_WORDS if "\ud800" not in word]
_words = words.filter(lambda word: "\ud800" not in word)  # an address is UTF-8
_value = st.one_of(st.sampled_from(_KNOWN), _words)


def corpus() -> Iterator[Case]:
    """Every key of every page with a few of the worst values."""
    for page, keys in _KEYS.items():
        for i, key in enumerate(keys):
            for value in (
                _HOSTILE[i % len(_HOSTILE)],
                HOSTILE_NUMBERS[i % len(HOSTILE_NUMBERS)],
            ):
                yield {"page": page, "query": {key: value}}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A page with a few choices."""
    page = draw(st.sampled_from([*_KEYS]))
    keys = st.one_of(st.sampled_from(_KEYS[page]), _words)
    return {"page": page, "query": draw(st.dictionaries(keys, _value, max_size=6))}


def ready() -> None:
    """Draw every page once, and what imports most."""
    for page in _KEYS:
        draw({"page": page, "query": {}}, 10 * SECONDS)
    draw({"page": "attention", "query": {"panel": "methods"}}, 10 * SECONDS)


def run(case: Case) -> Any:
    """Draw the page. Its messages are sentences, without the server's folders."""
    return draw(case, SECONDS)


def draw(case: Case, patience: float) -> Any:
    """`run` for so many seconds."""
    app = AppTest.from_file(str(ROOT / "explorer" / "script.py"), default_timeout=patience)
    if case["page"] != "architecture":
        app.switch_page(f"{case['page']}/{case['page']}.py")
    app.query_params.update(case["query"])
    app.run()
    for exception in app.exception:
        raise AssertionError(f"{exception.message}\n{exception.stack_trace}")
    for message in (*app.error, *app.warning, *app.info):
        assert str(ROOT) not in message.value, message.value
    if app.error:
        raise SaidError(" ".join(error.value for error in app.error))

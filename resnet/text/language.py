"""The language of words that people read. English stands in the code; other languages in tables.

`tr("{n} layers", n=50)` is the sentence in the language now asked for. `mark` notes a sentence that
is said later. A table is a gettext catalogue, `languages/NAME.po`, from English to its language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

LANGUAGES = {"en": "English", "zh": "简体中文"}
FOLDER = Path(__file__).parent / "languages"
_READING = Lock()  # visitors come at once, and a table is read for all of them


def _english() -> str:
    return "en"


_choose: Callable[[], str] = _english
_fixed: ContextVar[str | None] = ContextVar("language", default=None)


def choose_by(choose: Callable[[], str]) -> None:
    """Let `choose` name the language, a key of `LANGUAGES`, whenever a sentence is said."""
    global _choose
    _choose = choose


def spoken() -> str:
    """The language in which a sentence is said now: a key of `LANGUAGES`."""
    return _fixed.get() or _choose()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say every sentence in one language, whatever is asked for; also faster than to ask."""
    before = _fixed.set(language)
    try:
        yield
    finally:
        _fixed.reset(before)


def tr(message: str, /, **values: object) -> str:
    """The message in the chosen language, or as it stands where its table has none.

    `values` fill its `{fields}`.
    """
    translation = table(spoken()).get(message, message)
    return translation.format(**values) if values else translation


def mark(message: str, /) -> str:
    """The message as it stands: found by those who translate, said later by `tr`."""
    return message


@dataclass(frozen=True)
class Later:
    """A marked sentence with what fills it, kept for all and said to each in their language."""

    message: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return tr(self.message, **dict(self.values))


def later(message: str, /, **values: object) -> Later:
    """A marked message that is said when it is read."""
    return Later(message, tuple(values.items()))


def translated(words: Mapping[str, str]) -> dict[str, str]:
    """Marked words in the chosen language, each by the name that it had."""
    return {name: tr(word) for name, word in words.items()}


def table(language: str) -> Mapping[str, str]:
    """What a language says for each English message; empty for English."""
    with _READING:
        return _read(language)


@cache
def _read(language: str) -> Mapping[str, str]:
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}

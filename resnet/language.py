"""The language of words that people read. English stands in the code; other languages in tables.

`tr("{n} layers", n=50)` is the sentence in the language now asked for. `mark` notes a sentence that
is said later. A table is a gettext catalogue, `languages/NAME.po`, from English to its language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "简体中文"}
FOLDER = Path(__file__).parent / "languages"


def _english() -> str:
    return "en"


_chosen: Callable[[], str] = _english


def ask(chosen: Callable[[], str]) -> None:
    """Let `chosen` name the language, a key of `LANGUAGES`, whenever a sentence is said."""
    global _chosen
    _chosen = chosen


def tr(message: str, **values: object) -> str:
    """The message in the chosen language, or as it stands where its table has none.

    `values` fill its `{fields}`.
    """
    found = table(_chosen()).get(message, message)
    return found.format(**values) if values else found


def mark(message: str) -> str:
    """The message as it stands: found by those who translate, said later by `tr`."""
    return message


@cache
def table(language: str) -> dict[str, str]:
    """What a language says for each English message; empty for English."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(said.id): str(said.string) for said in catalogue if said.id and said.string}

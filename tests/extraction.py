"""The messages in Python source, for Babel, by Python's own parser: it sees into f-strings too."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import BinaryIO

KEYWORDS = ("tr", "mark")


def calls(source: bytes | str, names: Collection[str] = KEYWORDS) -> Iterator[ast.Call]:
    """Every call of one of these functions that is given a message."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name(node) in names and node.args:
            yield node


def name(call: ast.Call) -> str:
    """What is called, where it is a name."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def literal(message: ast.expr) -> str | None:
    """A message where it stands in the code, or nothing."""
    if isinstance(message, ast.Constant) and isinstance(message.value, str):
        return message.value
    return None


def extract(
    file: BinaryIO, keywords: Collection[str], _tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Line, function, message and comments of each, as Babel's extraction methods hand them out."""
    for call in calls(file.read(), keywords):
        message = literal(call.args[0])
        if message is not None:
            yield call.lineno, name(call), message, []

"""The lessons in their order, each a module of its own that is imported when it is opened."""

from __future__ import annotations

from importlib import import_module

from explorer.lessons.parts.lesson import Lesson
from resnet.text.language import mark

TITLES = {
    "derivative": mark("The derivative of x + F(x)"),
    "degradation": mark("Deeper can be worse"),
    "gradients": mark("Where gradients go"),
    "addition": mark("x + F(x)"),
    "paths": mark("Many short paths"),
    "lesions": mark("Take a block out"),
    "zero-gamma": mark("Starting as the identity"),
    "shortcuts": mark("When shapes differ"),
    "surface": mark("The surface"),
    "mistakes": mark("Thirty mistakes"),
    "modern": mark("From ResNet to ConvNeXt"),
}


def load_lesson(name: str) -> Lesson:
    """A lesson by its name, a key of `TITLES`."""
    return import_module(f"{__package__}.{name.replace('-', '_')}").LESSON

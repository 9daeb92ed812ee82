"""What is said while PyTorch or a model starts, which takes seconds once."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from resnet.text.language import tr


def starting() -> AbstractContextManager[None]:
    """Around imports of PyTorch: a spinner with words, unless it is there already."""
    return unless("torchvision" in sys.modules, tr("Starting PyTorch …"))


def unless(there: bool, words: str) -> AbstractContextManager[None]:
    """A spinner with words, unless what it waits for is there.

    An idle spinner, too, is sent and drawn at every run of a script.
    """
    return nullcontext() if there else st.spinner(words)

"""What is said while PyTorch starts, which takes seconds once."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from resnet.language import tr


def starting() -> AbstractContextManager[None]:
    """Around imports of PyTorch: a spinner with words, unless it is there already."""
    return nullcontext() if "torchvision" in sys.modules else st.spinner(tr("Starting PyTorch …"))

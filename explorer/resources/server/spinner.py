"""PyTorch and its kin take seconds once: one visitor imports them for all, with a word on it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from threading import Event, RLock

import streamlit as st

from explorer.resources.server import workers
from resnet.text.language import tr

TORCH = ("torch", "torchvision.models", "resnet.weights.loading", "resnet.maps.explain")
wanted = Event()  # whether anybody has waited for it
_importing = RLock()  # held by whoever imports what another may import at the same time
_imported: set[str] = set()


def start_torch(*more: str) -> None:
    """See that PyTorch, what of the library needs it, and `more` modules are imported whole.

    Python locks each module by itself. Of two visitors who import one package at once, each may
    hold what the other waits for, and is then handed half of it. Here whoever comes first imports
    for all, and the others wait under the same words.
    """
    if not started(*more):
        wanted.set()
        with st.spinner(tr("Starting PyTorch …")):
            workers.start()  # which import it beside us
            import_here(*TORCH, *more)


def started(*more: str) -> bool:
    """Whether all of that is imported."""
    return _imported.issuperset((*TORCH, *more))


def import_here(*modules: str) -> None:
    """The same in this process alone, without words."""
    with _importing:
        for name in modules:
            import_module(name)
        _imported.update(modules)


def unless(there: bool, words: str) -> AbstractContextManager[None]:
    """A spinner with words, unless what it waits for is there.

    An idle spinner, too, is sent and drawn at every run of a script.
    """
    return nullcontext() if there else st.spinner(words)

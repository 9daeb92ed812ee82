"""A user's file that is one of the catalogue's: told by its SHA-256, whatever it is called."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from resnet.weights.catalogue import catalogue
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.given.labels import GivenError
from resnet.weights.reading.infer_spec import CheckpointError

Recognised = TypeVar("Recognised", bound=Classifier)


def published(found: Recognised) -> Recognised:
    """A file's classifier as what it is in the catalogue, if it is there, by its SHA-256.

    Eight digits of it are published; weights that are another network's do not count.
    """
    entries = (entry for entry in catalogue().values() if entry.url)
    entry = next((it for it in entries if found.sha256.startswith(it.sha256_prefix)), None)
    if entry is None:
        return found
    with suppress(CheckpointError, GivenError):
        of_a_builder = entry.name if found.spec is None else ""
        if of_a_builder.partition(".")[0] == found.builder:
            named = {"name": entry.name, "title": entry.title, "family": entry.family}
            given = found.as_given(entry.known)
            return replace(given, **named)  # type: ignore[type-var]
    return found

"""Weights as the Hugging Face hub lays them out: a folder here, or a name there."""

from __future__ import annotations

import os
from pathlib import Path

from resnet.fetch.hub import WEIGHTS, hub_name, snapshot
from resnet.text.file_names import shown_words
from resnet.text.language import tr
from resnet.weights.reading.infer_spec import CheckpointError


def is_snapshot(name: str | Path) -> bool:
    """Whether it names a folder, by a path, or a network on the hub.

    A bare word is a name of the catalogue, whatever lies in the folder where a program runs.
    """
    path = os.fspath(name)
    named = isinstance(name, Path) or os.path.dirname(path) != ""
    return hub_name(path) is not None or (named and os.path.isdir(path))


def weights_of(name: str | Path, offline: bool = False) -> Path:
    """The file of weights of a folder or of a name on the hub, which is fetched unless `offline`.

    Raises `CheckpointError` where a folder has none, and `DownloadError`.
    """
    if hub_name(str(name)) is not None:
        return snapshot(str(name), offline)
    files = (Path(name) / file for file in WEIGHTS)
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        raise CheckpointError(
            tr(
                "The folder {name} holds neither {first} nor {second}.",
                name=shown_words(name),
                first=WEIGHTS[0],
                second=WEIGHTS[1],
            )
        )
    return found

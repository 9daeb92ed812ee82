"""Bundles as zip files: changed, and refused."""

import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from resnet.evidence.manifest import BundleError, More
from resnet.evidence.replay import replay
from resnet.maps.methods import METHODS, Settings

STAGES = ("layer1", "layer2", "layer3")
MORE = More("layer2", tuple(name for name in METHODS if name not in ("gradcam", "hirescam")),
            Settings(seed=5, samples=4, steps=4))  # fmt: skip


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def changed(files: dict[str, bytes], **fields: object) -> dict[str, bytes]:
    """The same bundle with other fields in its manifest."""
    manifest = json.loads(files["manifest.json"]) | fields
    return files | {"manifest.json": json.dumps(manifest).encode()}


def refused(path: Path, model: str | None = None) -> str:
    with pytest.raises(BundleError) as caught:
        replay(path, model)
    message = str(caught.value)
    assert "\n" not in message
    return message

"""The model that an audit was of, where its weights are a file: the file, and what was said of it.

No torch.
"""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from resnet.audit.reading.opened import Opened, Root
from resnet.audit.running.plan import Model
from resnet.weights.given.owner_says import Given


def weights_file(root: Root, audit: Opened) -> Path | None:
    """The file below the root that has the audit's weights, by its SHA-256; None where none is.

    It is looked for where it was named, in the root, in the audit's folder and in the one around.
    """
    model = audit.plan.manifest.model
    asked, folder = Path(model.asked), Path(audit.store.url)
    named = [asked, *(at / asked.name for at in (root.folder, folder, folder.parent))]
    return next((file for file in named if _is(root, file, model.sha256)), None)


def _is(root: Root, file: Path, sha256: str) -> bool:
    if not (sha256 and root.holds(str(file)) and file.is_file()):
        return False
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest() == sha256


def said_of(model: Model) -> Given:
    """What makes a classifier of the weights that reads and names as the audit's did."""
    transform = model.transform
    return Given(
        labels=model.labels or None,
        mean=transform.mean,
        std=transform.std,
        resize=transform.resize,
        crop=transform.crop,
        interpolation=transform.interpolation,
        network=model.spec,
        part=model.part or None,
    )

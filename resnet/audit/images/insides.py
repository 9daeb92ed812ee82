"""Where in each image the object is: a box in a CSV, or a mask beside it.

No torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image

from resnet.audit.images.csv_lists import by_path
from resnet.audit.images.errors import AuditError
from resnet.audit.images.regions import Pixels, rectangle
from resnet.audit.images.source import Missing, Source, Unreadable
from resnet.pictures.reading import ImageError, read_image
from resnet.pictures.transform import Transform
from resnet.text.file_names import shown_name, shown_words
from resnet.text.language import tr


class Box(NamedTuple):
    """Pixels of a photograph that stands upright."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Insides:
    """A box or a mask of each image that has one. A mask is what is not black in a PNG of its name.

    `sha256` is of what was given, since rows depend on it.
    """

    boxes: Mapping[str, Box] = field(default_factory=dict)
    masks: Source | None = None
    sha256: str = ""

    @classmethod
    def in_csv(cls, data: bytes, name: str) -> Insides:
        """From untrusted bytes: a header of path, left, top, right, bottom, then a line an image.

        Raises `AuditError`.
        """
        boxes = by_path(data, name, Box._fields, partial(_box, shown_name(name)))
        return cls(boxes, sha256=sha256(data).hexdigest())

    @classmethod
    def in_folder(cls, url: str) -> Insides:
        """Masks of a folder, a zip or an address. Raises `AuditError`."""
        masks = Source(url)
        names = "\n".join(f"{one.path} {one.bytes}" for one in masks.listing())
        return cls(masks=masks, sha256=sha256(names.encode()).hexdigest())

    def of(self, path: str, size: tuple[int, int], transform: Transform) -> Pixels | None:
        """How much of each pixel of the view is inside; None where nothing says.

        Raises `Unreadable` for a mask of another size, and `ImageError` for one that is none.
        """
        if path in self.boxes:
            return _seen(self.boxes[path], size, transform)
        return None if self.masks is None else _masked(self.masks, path, size, transform)


def _box(shown: str, line: Mapping[str, str]) -> Box:
    try:
        box = Box(*(float(line[side]) for side in Box._fields))
    except ValueError:
        box = Box(0, 0, 0, 0)
    if not (box.left < box.right and box.top < box.bottom and np.isfinite(box).all()):
        raise AuditError(
            tr(
                "“{shown}” has a box that is none: {words}. Write pixels, left < right and "
                "top < bottom.",
                shown=shown,
                words=shown_words(", ".join(line.values())),
            )
        )
    return box


def _seen(box: Box, size: tuple[int, int], transform: Transform) -> Pixels:
    """A box of the photograph as the part of the view that it covers."""
    left, top, right, bottom = transform.box(size)
    across = [(x - left) / (right - left) for x in (box.left, box.right)]
    down = [(y - top) / (bottom - top) for y in (box.top, box.bottom)]
    (x0, x1), (y0, y1) = (np.clip(each, 0, 1).tolist() for each in (across, down))
    return rectangle(transform.crop, x0, y0, x1, y1)


def _masked(masks: Source, path: str, size: tuple[int, int], transform: Transform) -> Pixels | None:
    name = PurePosixPath(path).with_suffix(".png").as_posix()
    try:
        mask = read_image(masks.read(name), name)
    except Missing:
        return None
    except (ImageError, Unreadable) as error:
        raise Unreadable(tr("Its mask cannot be read: {why}", why=error)) from None
    if mask.size != size:
        raise Unreadable(
            tr("Its mask has {w}×{h} pixels, and it has others.", w=mask.width, h=mask.height)
        )
    inside = mask.convert("L").point(lambda value: 255 * (value > 0)).convert("RGB")
    seen: Image.Image = transform.view(inside)
    return np.asarray(np.asarray(seen.convert("L")) / 255, dtype=np.float32)

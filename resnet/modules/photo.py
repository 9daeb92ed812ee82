"""A photograph that a module is asked about: its pixels, and the file that has them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Self

from PIL import Image

from resnet.pictures.reading import read_image
from resnet.text.file_names import shown_name


@dataclass(frozen=True)
class Photo:
    """An image, and the name and bytes of its file; one that came from none has neither."""

    image: Image.Image
    name: str = ""
    data: bytes = b""

    @classmethod
    def of(cls, picture: Image.Image | str | Path) -> Self:
        """An image, or the photograph in a file. Raises `ImageError` and `OSError`."""
        if isinstance(picture, Image.Image):
            return cls(picture)
        path = Path(picture)
        data = path.read_bytes()
        return cls(read_image(data, path.name), shown_name(path.name), data)

    def file(self) -> bytes:
        """Its file; of one that came from none a PNG, of the pixels that a network reads."""
        if self.data:
            return self.data
        buffer, rgb = BytesIO(), self.image.convert("RGB")
        rgb.info.clear()  # a tag that turns it was not followed
        rgb.save(buffer, "PNG")
        return buffer.getvalue()

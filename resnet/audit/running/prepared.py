"""An image on its way to the model: read, decoded and cut as the model sees it, or why not."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from PIL import Image as Pictures

from resnet.audit.images.errors import AuditError
from resnet.audit.images.insides import Insides
from resnet.audit.images.regions import Pixels
from resnet.audit.images.source import Source, Unreadable
from resnet.audit.running.rows import Image
from resnet.pictures.reading import ImageError, read_image
from resnet.pictures.transform import Transform
from resnet.text.language import tr


class Prepared(NamedTuple):
    """An image, what the model sees of it, and what of that lies in its box; or its error alone."""

    image: Image
    view: Pictures.Image | None = None
    inside: Pixels | None = None


def prepare(
    source: Source, transform: Transform, insides: Insides, number: int, path: str
) -> Prepared:
    """Whatever is wrong with a file is said in its row, and stops nothing.

    Raises `AuditError` where it is not the file that is wrong: the source is gone, or memory ended.
    """
    image = Image(number, path)
    try:
        data = source.read(path)
        image = image._replace(bytes=len(data), sha256=sha256(data).hexdigest())
        photo = read_image(data, path)
        image = image._replace(width=photo.width, height=photo.height)
        return Prepared(image, transform.view(photo), insides.of(path, photo.size, transform))
    except (Unreadable, ImageError) as error:
        return Prepared(image._replace(error=str(error)))
    except MemoryError:
        raise AuditError(
            tr(
                "There is not enough memory to decode {path}. Make room, and call again: what is "
                "done stays.",
                path=path,
            )
        ) from None

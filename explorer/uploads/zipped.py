"""The photographs in a zip that a visitor gave, one after the other; nothing is written by name."""

from __future__ import annotations

from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from explorer.uploads.bounds import UploadError
from resnet.fetch.zips import DAMAGES, open_zip
from resnet.text.file_names import OF_IMAGES, shown_name, shown_path
from resnet.text.language import mark, tr

MOST = 3000  # photographs of a zip
_READ = (ZIP_STORED, ZIP_DEFLATED)  # other methods pack photographs no smaller


def photographs(data: bytes, name: str, most: int) -> Iterator[tuple[str, bytes]]:
    """Each photograph's path, fit to be shown, and its bytes; those that are larger than `most`
    bytes come cut off, so that they are refused by name.

    Known by their names; hidden files and those of a Mac's archive are left out. Raises
    `UploadError` for what is no zip, is locked, damaged or packed otherwise than deflated,
    or holds none or too many.
    """
    shown = shown_name(name)
    try:
        with open_zip(data) as archive:
            found = [entry for entry in archive.infolist() if _is_photograph(entry)]
            if not 0 < len(found) <= MOST:
                raise UploadError(tr(_MANY if found else _NONE, shown=shown, most=MOST))
            if any(entry.compress_type not in _READ for entry in found):
                raise UploadError(tr(_PACKED, shown=shown))
            for entry in found:
                with archive.open(entry) as file:
                    yield shown_path(entry.filename), file.read(most + 1)
    except UploadError:
        raise
    except DAMAGES:
        raise UploadError(tr(_DAMAGED, shown=shown)) from None
    except RuntimeError:  # what zipfile raises where a password is wanted
        raise UploadError(tr(_LOCKED, shown=shown)) from None


_NONE = mark("“{shown}” holds no photograph: no file that is called .jpg, .png or alike.")
_MANY = mark("“{shown}” holds more than {most:,} photographs. Give them in parts.")
_DAMAGED = mark(
    "“{shown}” is no zip, a damaged one, or one that lists too many files. Make it anew."
)
_PACKED = mark(
    "“{shown}” holds photographs that are neither deflated nor stored, as every program reads "
    "them. Make it anew without another method of packing."
)
_LOCKED = mark("“{shown}” is locked by a password. Make it anew without one.")


def _is_photograph(entry: ZipInfo) -> bool:
    parts = entry.filename.replace("\\", "/").split("/")
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts if part.strip("."))
    return not hidden and entry.filename.lower().endswith(OF_IMAGES)

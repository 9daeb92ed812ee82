"""A stranger's zip, opened only where its list of entries is short enough to be held."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

# What comes of a damaged entry; RuntimeError too, where one is locked by a password.
DAMAGES = (
    BadZipFile, EOFError, LZMAError, NotImplementedError, OSError, OverflowError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip
_MOST = 16 << 20  # bytes of the list, which becomes some twenty times as many in memory


def open_zip(data: bytes) -> ZipFile:
    """Its entries are listed, none is read. Raises `BadZipFile`, and nothing else."""
    stream = _Opening(data)
    try:
        archive = ZipFile(stream)
    except Exception as error:  # a damaged list raises struct.error and others
        raise BadZipFile(str(error)) from None
    stream.most = len(data)
    return archive


class _Opening(BytesIO):
    """Bytes of which so many are read at once: zipfile asks for a whole list."""

    most = _MOST

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.most:
            raise BadZipFile("its list of entries is too long")
        return super().read(size)

"""A stranger's zip, opened only where its list of entries is short enough to be held."""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile, ZipFile

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

"""A list that says one thing of each image: a CSV of untrusted bytes. No torch."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import TypeVar

from resnet.audit.images.errors import AuditError
from resnet.text.file_names import shown_name, shown_words
from resnet.text.language import tr

_LARGEST = 200_000_000  # bytes

T = TypeVar("T")


def by_path(
    data: bytes, name: str, columns: Sequence[str], read: Callable[[Mapping[str, str]], T]
) -> dict[str, T]:
    """What `read` makes of each line, by its path; the header has `path` and these columns.

    `name` is the file's, for messages. Raises `AuditError`, as where a path stands twice and is
    said to be two things.
    """
    shown = shown_name(name)
    if len(data) > _LARGEST:
        raise AuditError(tr("“{shown}” is larger than any list: over 200 MB.", shown=shown))
    said: dict[str, T] = {}
    try:
        lines = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if not {"path", *columns} <= {*(lines.fieldnames or ())}:
            asked = ", ".join(("path", *columns))
            raise AuditError(
                tr(
                    "“{shown}” has no header with the columns {columns}.",
                    shown=shown,
                    columns=asked,
                )
            )
        for line in lines:
            path, value = line["path"] or "", read({key: line[key] or "" for key in columns})
            if said.setdefault(path, value) != value:
                raise AuditError(
                    tr("“{shown}” says two things of {path}.", shown=shown, path=shown_words(path))
                )
    except (UnicodeDecodeError, csv.Error):
        raise AuditError(
            tr("“{shown}” cannot be read. Save it as CSV in UTF-8.", shown=shown)
        ) from None
    return said
